#include "coverage/source/reading.h"

#include <new>

#include <fmt/format.h>

#include "coverage/base/log.h"
#include "coverage/source/changes.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/remote_holding.h"
#include "coverage/source/zarr/strided_copy.h"

namespace gyre::coverage {
namespace {

void check_bytes(const VariableSchema& variable, const std::vector<std::size_t>& shape,
                 const char* what) {
  std::size_t bytes = size_of(variable.type);
  for (const std::size_t extent : shape) {
    if (extent != 0 && bytes > DescribeLimits::kReadBytes / extent) {
      throw Error(ErrorKind::TooLarge, variable.name,
                  fmt::format("One {} of '{}' takes more than the 1 GB that is read at once.", what,
                              variable.name));
    }
    bytes *= extent;
  }
}

void check_unchanged(const std::string& path, const FileIdentity& identity,
                     const std::string& variable) {
  try {
    // Of what is far away nobody is asked while a request waits.
    if (remote::is_address(path) ? remote::known_identity(path) == identity
                                 : identity_of(path) == identity) {
      return;
    }
  } catch (const Error&) {  // gone: a change as well
  }
  throw holding_changed(path, variable);
}

}  // namespace

const VariableSchema& variable_named(const HoldingSchema& schema, const std::string& name) {
  const VariableSchema* const found = schema.find(name);
  if (found == nullptr) {
    throw Error(ErrorKind::NoSuchField, name, fmt::format("There is no variable '{}'.", name));
  }
  return *found;
}

RawBlock block_for(const VariableSchema& variable, const IndexBox& box) {
  if (variable.type == ElementType::String) {
    throw Error(ErrorKind::Internal, variable.name,
                fmt::format("'{}' holds texts, not numbers", variable.name));
  }
  if (box.size() != variable.shape.size()) {
    throw Error(ErrorKind::Internal, variable.name,
                fmt::format("'{}' has {} dimensions, the box {}", variable.name,
                            variable.shape.size(), box.size()));
  }
  RawBlock block{variable.type, {}, {}};
  for (std::size_t d = 0; d < box.size(); ++d) {
    if (box[d].begin > box[d].end || box[d].end > variable.shape[d]) {
      throw Error(ErrorKind::Internal, variable.name,
                  fmt::format("[{}, {}) lies outside dimension {} of '{}'", box[d].begin,
                              box[d].end, d, variable.name));
    }
    block.shape.push_back(box[d].size());
  }
  check_bytes(variable, block.shape, "block");
  check_bytes(variable, variable.chunk_shape, "chunk");
  return block;
}

RawBlock part_of(const RawBlock& whole, const IndexBox& box) {
  RawBlock part{whole.type, {}, {}};
  const std::size_t item = size_of(whole.type);
  const std::vector<std::size_t> strides = row_major_strides(whole.shape, item);
  Strided<const std::byte*> from{whole.bytes.data(), strides};
  for (std::size_t d = 0; d < box.size(); ++d) {
    from.first += box[d].begin * strides[d];
    part.shape.push_back(box[d].size());
  }
  part.bytes.resize(part.cells() * item);
  if (part.bytes.empty()) return part;
  copy_strided(from, {part.bytes.data(), row_major_strides(part.shape, item)}, part.shape, item);
  return part;
}

Error holding_changed(const std::string& path, const std::string& variable) {
  log(LogLevel::Info, fmt::format("{}: changed since it was described", path));
  tell_change(path);
  return {ErrorKind::HoldingChanged, variable,
          "The data were replaced while they were being read; please ask again."};
}

void read_between(const std::function<void()>& check, const std::string& path,
                  const std::string& variable, const std::function<void()>& read) {
  check();
  try {
    read();
  } catch (const Error& error) {
    check();  // says it better, when that is why
    if (error.kind() != ErrorKind::MalformedHolding) throw;
    if (!variable.empty() && error.subject() == variable) {  // in our own words already
      log(LogLevel::Warning, fmt::format("{}: {}", path, error.what()));
      throw;
    }
    log(LogLevel::Warning, fmt::format("{}: variable '{}': {}", path, variable, error.what()));
    throw Error(
        ErrorKind::MalformedHolding, variable,
        fmt::format("The values of '{}' cannot be decoded: the holding is damaged.", variable));
  }
  check();
}

void read_unchanged(const std::string& path, const FileIdentity& identity,
                    const std::string& variable, const std::function<void()>& read) {
  read_between([&] { check_unchanged(path, identity, variable); }, path, variable, read);
}

}  // namespace gyre::coverage
