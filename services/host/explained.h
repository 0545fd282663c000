#pragma once

#include <cstddef>

#include "coverage/base/explanation.h"
#include "services/http/request.h"
#include "services/http/response.h"

namespace gyre::host {

/// Is the request to be explained (GYRE=explain among the parameters of its address)? Then that
/// parameter is taken out of it.
[[nodiscard]] bool take_explain(http::Request& request);

/// What a request would cost, in stead of its answer: JSON, nothing of which may be kept.
/// @param working_bytes that the request would hold while it is answered
/// @param threads that decode
[[nodiscard]] http::Response explanation_answer(const coverage::Explanation& explanation,
                                                std::size_t working_bytes, std::size_t threads);

}  // namespace gyre::host
