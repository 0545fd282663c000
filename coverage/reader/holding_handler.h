#pragma once

#include <list>
#include <memory>

#include "coverage/reader/request_loop.h"
#include "coverage/source/source.h"

namespace gyre::coverage::reader {

/// Opens and reads holdings in this process. Keeps the last few open, so that what the libraries
/// cache of them is of use to the next read.
class GYRE_API HoldingHandler : public RequestHandler {
 public:
  [[nodiscard]] std::string inspect(const std::string& path) override;
  [[nodiscard]] RawBlock read(const std::string& path, const FileIdentity& identity,
                              const std::string& variable, const IndexBox& box) override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& path,
                                                      const FileIdentity& identity,
                                                      const std::string& variable) override;

 private:
  struct Open {
    std::string path;
    FileIdentity identity;
    std::shared_ptr<const Source> source;
  };
  const Source& source_of(const std::string& path, const FileIdentity& identity,
                          const std::string& variable);
  std::list<Open> open_;  ///< most recently used first
};

/// How many a reader keeps open.
constexpr std::size_t kOpenHoldings = 16;

}  // namespace gyre::coverage::reader
