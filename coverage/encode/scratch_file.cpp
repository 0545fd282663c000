#include "coverage/encode/scratch_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void failed(const char* what) {
  throw Error(
      ErrorKind::Internal, "",
      fmt::format("parts of the answer's file cannot be {}: {}", what, std::strerror(errno)));
}

int open_without_name(const std::string& beside) {
  const std::string folder = std::filesystem::path(beside).parent_path().string();
  const int file =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  // Not every file system can.
  const std::string name = beside + ".parts";
  const int named = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (named < 0) failed("put aside");
  static_cast<void>(::unlink(name.c_str()));
  return named;
}

}  // namespace

ScratchFile::ScratchFile(const std::optional<std::string>& beside) {
  if (beside) file_ = open_without_name(*beside);
}

ScratchFile::~ScratchFile() {
  if (file_ >= 0) ::close(file_);
}

ScratchFile::Piece ScratchFile::append(std::span<const std::byte> bytes) {
  Piece piece{0, bytes.size()};
  {
    const std::lock_guard lock(mutex_);
    piece.at = end_;
    end_ += bytes.size();
    if (file_ < 0) {
      memory_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return piece;
    }
  }
  if (!write_all(file_, piece.at, bytes)) failed("put aside");
  return piece;
}

void ScratchFile::copy(const Piece& piece, OutputFile& to, std::uint64_t offset) const {
  if (file_ >= 0) return to.copy_at(offset, file_, piece.at, piece.bytes);
  to.write_at(offset, std::as_bytes(std::span(memory_)).subspan(piece.at, piece.bytes));
}

}  // namespace gyre::coverage
