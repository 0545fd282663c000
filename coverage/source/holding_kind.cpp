#include "coverage/source/holding_kind.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/remote_holding.h"
#include "coverage/source/zarr/reference_table.h"
#include "coverage/source/zarr/zip_store.h"

namespace gyre::coverage {
namespace {

using namespace std::string_view_literals;

struct Descriptor {
  int fd;
  explicit Descriptor(int opened) : fd(opened) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

std::string lower_extension(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

bool named_as_data(const std::string& extension) {
  constexpr std::array kData{".nc"sv,   ".nc3"sv,  ".nc4"sv,   ".cdf"sv,  ".netcdf"sv,
                             ".h5"sv,   ".hdf5"sv, ".he5"sv,   ".hdf"sv,  ".grb"sv,
                             ".grib"sv, ".grb1"sv, ".grib1"sv, ".grb2"sv, ".grib2"sv};
  return std::find(kData.begin(), kData.end(), extension) != kData.end();
}

/// Signatures of what people keep beside their data and may expect to see published.
KindOfHolding by_signature(std::string_view head, const std::string& extension) {
  const auto starts = [&](std::string_view magic) { return head.starts_with(magic); };
  if (starts("CDF\x01"sv) || starts("CDF\x02"sv) || starts("CDF\x05"sv)) {
    return {HoldingKind::NetcdfClassic, ""};
  }
  if (starts("\x89HDF\r\n\x1a\n"sv)) return {HoldingKind::Hdf5, ""};
  // A heading of telecommunication may come before the first message.
  if (starts("GRIB"sv) || extension.starts_with(".grb") || extension.starts_with(".grib")) {
    return {HoldingKind::Grib, ""};
  }
  if (starts("II*\0"sv) || starts("MM\0*"sv) || starts("II+\0"sv) || starts("MM\0+"sv)) {
    return {HoldingKind::Geotiff, ""};
  }
  if (starts("\x0e\x03\x13\x01"sv)) {
    return {HoldingKind::Refused, "HDF4 is not served: convert it to NetCDF-4"};
  }
  if (starts("\x1f\x8b"sv) && extension == ".gz") {
    return {HoldingKind::Refused, "it is compressed with gzip: unpack it to have it served"};
  }
  return {};
}

bool named_as_references(const std::string& path) {
  return path.ends_with(".json") || path.ends_with(".json.zst") || path.ends_with(".json.zstd");
}

/// Looks at the first bytes of a file of JSON, unpacked when they are compressed.
bool has_references(int fd) {
  constexpr std::size_t kHead = 64u << 10;
  std::string head(kHead, '\0');
  const ssize_t got = ::pread(fd, head.data(), head.size(), 0);
  head.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return looks_like_references(unpacked_head(head));
}

KindOfHolding of_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.fd < 0) {
    throw Error(ErrorKind::MalformedHolding, "",
                errno == EACCES ? std::string("permission to read it is missing")
                                : fmt::format("it cannot be opened: {}", std::strerror(errno)));
  }
  const std::string extension = lower_extension(path);
  struct stat status = {};
  if (::fstat(file.fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    return {HoldingKind::Refused, "it is no regular file"};
  }
  if (status.st_size == 0) {
    if (named_as_data(extension)) return {HoldingKind::Refused, "it is empty"};
    return {HoldingKind::Other, "it is empty"};
  }
  std::array<char, 8> head{};
  const ssize_t got = ::pread(file.fd, head.data(), head.size(), 0);
  if (got < 0) {
    throw Error(ErrorKind::MalformedHolding, "",
                fmt::format("it cannot be read: {}", std::strerror(errno)));
  }
  KindOfHolding known = by_signature({head.data(), static_cast<std::size_t>(got)}, extension);
  if (known.kind != HoldingKind::Other) return known;
  if (std::string_view(head.data(), 4) == "PK\x03\x04"sv &&
      (extension == ".zip" || extension == ".zarr")) {
    if (ZipStore(path).has_metadata()) return {HoldingKind::Zarr, ""};
    return {HoldingKind::Refused,
            "it is a zip archive that is no Zarr store: unpack it to have its content served"};
  }
  if (named_as_references(path)) {
    if (has_references(file.fd)) return {HoldingKind::References, ""};
    return {HoldingKind::Other, "it is JSON, but no table of references"};
  }
  // HDF5 allows a user block: its signature may stand at 512, 1024, 2048 ...
  for (off_t at = 512; at <= 1 << 20 && at + 8 <= status.st_size; at *= 2) {
    if (::pread(file.fd, head.data(), head.size(), at) != 8) break;
    if (std::string_view(head.data(), head.size()) == "\x89HDF\r\n\x1a\n"sv) {
      return {HoldingKind::Hdf5, ""};
    }
  }
  if (named_as_data(extension)) {
    return {HoldingKind::Refused,
            "its first bytes are not those of NetCDF or HDF5: damaged, or another format"};
  }
  return {HoldingKind::Other, "it is neither NetCDF nor a Zarr store"};
}

bool has(const std::string& folder, const char* name) {
  struct stat status = {};
  return ::stat((folder + "/" + name).c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

bool is_zarr_directory(const std::string& path) {
  return has(path, ".zgroup") || has(path, ".zarray") || has(path, ".zmetadata") ||
         has(path, "zarr.json");
}

KindOfHolding kind_of_holding(const std::string& path) {
  if (remote::is_address(path)) return remote::remote_holding(path)->kind;
  static_cast<void>(identity_of(path));  // says why when it cannot be reached
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) {
    throw Error(ErrorKind::MalformedHolding, "", "it vanished while being looked at");
  }
  if (S_ISDIR(status.st_mode)) {
    if (is_zarr_directory(path)) return {HoldingKind::Zarr, ""};
    return {HoldingKind::Other,
            "it is a directory without Zarr metadata (.zgroup, .zarray, zarr.json)"};
  }
  if (S_ISFIFO(status.st_mode)) return {HoldingKind::Refused, "it is a pipe, not a file"};
  if (S_ISSOCK(status.st_mode)) return {HoldingKind::Refused, "it is a socket, not a file"};
  if (!S_ISREG(status.st_mode)) return {HoldingKind::Refused, "it is a device, not a file"};
  return of_file(path);
}

}  // namespace gyre::coverage
