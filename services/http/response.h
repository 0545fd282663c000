#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "coverage/base/export.h"
#include "services/http/byte_range.h"
#include "services/http/document.h"

namespace gyre::http {

/// Where a streamed body goes. write() throws coverage::Error{Aborted} when the client is gone.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::string_view bytes) = 0;
};

/// A finished file that is sent and then removed: it exists as long as this object does.
class GYRE_API SpoolFile {
 public:
  explicit SpoolFile(std::string path) : path_(std::move(path)) {}
  ~SpoolFile();
  SpoolFile(const SpoolFile&) = delete;
  SpoolFile& operator=(const SpoolFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

using Streamed = std::function<void(Sink&)>;
/// A streamed body whose length is known before it is made.
struct Sized {
  std::uint64_t size = 0;
  /// Writes these of its bytes, or throws. What lies outside of them is not made.
  std::function<void(Sink&, const ByteRange&)> write;
};

/// A document that is shared by all who ask for it; the host chooses the coding.
struct Kept {
  std::shared_ptr<const Document> document;
  Coding coding = Coding::Identity;
};

using Body = std::variant<std::string, std::shared_ptr<const SpoolFile>, Streamed, Sized, Kept>;

struct GYRE_API Response {
  int status = 200;
  std::string media_type = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  Body body = std::string();
  /// A refusal, as the data were replaced while it was answered: another catalogue may know better.
  bool outdated = false;

  Response& with_header(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  /// Null: there is none of that name, in whatever case.
  [[nodiscard]] const std::string* header(std::string_view name) const;
  /// Adds a request header's name to the one Vary there is: nginx takes the last of several.
  Response& varies_by(std::string_view name);

  /// The body where it is text, kept or not; null: a file, or written as it is sent.
  [[nodiscard]] const std::string* text() const;
};

}  // namespace gyre::http
