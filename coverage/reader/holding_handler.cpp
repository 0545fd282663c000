#include "coverage/reader/holding_handler.h"

#include <fmt/format.h>

#include "coverage/base/build_files.h"
#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/index/holding_record.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/gdal_module.h"
#include "coverage/source/inspect.h"

namespace gyre::coverage::reader {
namespace {

[[noreturn]] void changed(const std::string& path, const std::string& variable) {
  log(LogLevel::Info, fmt::format("{}: changed since it was described", path));
  throw Error(ErrorKind::HoldingChanged, variable,
              "The data were replaced while they were being read; please ask again.");
}

FileIdentity identity_now(const std::string& path, const std::string& variable) {
  try {
    return identity_of(path);
  } catch (const Error&) {  // gone: a change as well
    changed(path, variable);
  }
}

}  // namespace

const Source& HoldingHandler::source_of(const std::string& path, const FileIdentity& identity,
                                        const std::string& variable) {
  for (auto entry = open_.begin(); entry != open_.end(); ++entry) {
    if (entry->path != path) continue;
    if (entry->identity == identity) {
      open_.splice(open_.begin(), open_, entry);
      return *open_.front().source;
    }
    open_.erase(entry);
    break;
  }
  if (!(identity_now(path, variable) == identity)) changed(path, variable);
  while (open_.size() >= kOpenHoldings) open_.pop_back();
  std::shared_ptr<const Source> source;
  try {
    source = open_source(path);
  } catch (const NoGdalModule&) {
    throw;
  } catch (const Error& error) {
    if (!(identity_now(path, variable) == identity)) changed(path, variable);
    log(LogLevel::Warning, fmt::format("{}: {}", path, error.what()));
    throw Error(
        ErrorKind::MalformedHolding, variable,
        fmt::format("The values of '{}' cannot be decoded: the holding is damaged.", variable));
  }
  if (!(identity_now(path, variable) == identity)) changed(path, variable);
  open_.push_front({path, identity, std::move(source)});
  return *open_.front().source;
}

std::string HoldingHandler::inspect(const std::string& path) {
  return record_to_bytes(gyre::coverage::inspect(path));
}

RawBlock HoldingHandler::read(const std::string& path, const FileIdentity& identity,
                              const std::string& variable, const IndexBox& box) {
  return source_of(path, identity, variable).read(variable, box);
}

std::vector<std::string> HoldingHandler::read_strings(const std::string& path,
                                                      const FileIdentity& identity,
                                                      const std::string& variable) {
  return source_of(path, identity, variable).read_strings(variable);
}

}  // namespace gyre::coverage::reader

/// The program gyre-reader.
extern "C" GYRE_API int gyre_reader_main(int argc, char** argv) {
  // Before other files get the numbers of those that the server did not have.
  static_cast<void>(gyre::coverage::build_file_descriptor(gyre::coverage::BuildFile::Library));
  gyre::coverage::reader::HoldingHandler handler;
  return gyre::coverage::reader::reader_main(argc, argv, handler);
}
