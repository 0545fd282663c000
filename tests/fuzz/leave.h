#pragma once

#include <cstdlib>

#include "services/ows/exception.h"

namespace gyre::fuzz {

/// Runs a binding twice: both times it gives the same request, or leaves by ows::Exception. Every
/// other exception ends the program, which is how a fuzzer learns of it.
template <class Binding>
void may_refuse(Binding&& binding) {
  try {
    const auto once = binding();
    if (!(once == binding())) std::abort();
  } catch (const ows::Exception&) {
    // The one way out for bad input.
  }
}

}  // namespace gyre::fuzz
