#pragma once

#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/file_identity.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage::reader {

/// What a reader process does with requests. May throw Error.
class GYRE_API RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  /// The bytes of a HoldingRecord.
  [[nodiscard]] virtual std::string inspect(const std::string& path) = 0;
  [[nodiscard]] virtual RawBlock read(const std::string& path, const FileIdentity& identity,
                                      const std::string& variable, const IndexBox& box) = 0;
  [[nodiscard]] virtual std::vector<std::string> read_strings(const std::string& path,
                                                              const FileIdentity& identity,
                                                              const std::string& variable) = 0;
};

/// Greets, then answers the requests that come in on `socket` until the other side closes it.
/// @returns the exit status of the process
[[nodiscard]] GYRE_API int answer_requests(int socket, RequestHandler& handler);

/// The main function of a reader program: takes from this process what it does not need, then
/// answer_requests. Arguments: bytes of memory it may have beside its program, and the process it
/// works for.
[[nodiscard]] GYRE_API int reader_main(int argc, char** argv, RequestHandler& handler);

}  // namespace gyre::coverage::reader
