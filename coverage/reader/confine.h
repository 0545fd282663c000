#pragma once

#include <cstdint>

namespace gyre::coverage::reader {

/// Bytes of address space this process has in use; 0: not known.
[[nodiscard]] std::uint64_t address_space();

/// Takes from this process what a reader does not need: it dies with `parent`, leaves no core,
/// gains no privileges, keeps of root's capabilities only the one to read all files, writes no
/// large file, and has at most `memory_bytes` beside what the program itself takes.
/// @returns false when `parent` is not its parent (any more)
[[nodiscard]] bool confine(std::uint64_t memory_bytes, int parent);

}  // namespace gyre::coverage::reader
