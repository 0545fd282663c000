// A module for tests of the transport: answers of every kind, whole and broken.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "coverage/base/error.h"
#include "services/ows/exception.h"
#include "services/ows/plugin.h"

namespace {

using gyre::http::Request;
using gyre::http::Response;
using gyre::http::Sink;
using gyre::ows::Context;

constexpr std::size_t kPieces = 64, kPiece = 32768;

void stream(Sink& sink, std::size_t pieces) {
  for (std::size_t i = 0; i < pieces; ++i) sink.write(std::string(kPiece, 'a'));
}

Response spooled(const Context& context, std::string_view how) {
  const std::string path = context.spool_path(".bin");
  std::ofstream file(path, std::ios::binary);
  for (std::size_t i = 0; i < kPieces; ++i) file << std::string(kPiece, 'b');
  file.close();
  if (how == "huge") std::filesystem::resize_file(path, (std::uintmax_t{1} << 30) + 1);
  Response response;
  response.body = std::make_shared<const gyre::http::SpoolFile>(path);
  if (how != "untagged") response.with_header("ETag", "\"of the spool\"");
  return response;
}

/// Works until the client leaves, at most 20 s, and says in a file of that name that it noticed.
Response patient(const Context& context, const std::string& note) {
  for (int i = 0; i < 2000; ++i) {
    if (context.abort.cancelled()) {
      std::ofstream(note) << "left";
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  context.abort.check();
  return {};
}

class Probe final : public gyre::ows::Service {
 public:
  std::string name() const override { return "probe"; }
  std::string title() const override { return "Probe"; }
  bool takes_paths() const override { return true; }
  Response handle(const Request& request, const std::string& rest,
                  const Context& context) const override {
    Response response;
    if (rest == "stream") {
      response.body = [](Sink& sink) { stream(sink, kPieces); };
    } else if (rest == "long") {  // more than lies between this and a client that reads nothing
      response.body = [](Sink& sink) { stream(sink, 16 * kPieces); };
    } else if (rest == "sized") {
      // Byte k of it is k; which of them are made is told to the file that the query names.
      response.body = gyre::http::Sized{
          kPieces * kPiece, [note = request.query](Sink& sink, const gyre::http::ByteRange& range) {
            std::ofstream(note, std::ios::app) << range.begin << " " << range.end << "\n";
            for (auto k = range.begin; k < range.end; ++k)
              sink.write(std::string(1, static_cast<char>(k)));
          }};
      response.with_header("ETag", "\"sized\"");
    } else if (rest == "broken") {
      response.body = [](Sink& sink) {
        stream(sink, kPieces / 2);
        throw gyre::coverage::Error(gyre::coverage::ErrorKind::HoldingChanged, "", "Changed.");
      };
    } else if (rest == "broken-early") {
      response.body = [](Sink& sink) {
        sink.write("a few bytes");
        throw std::runtime_error("broken");
      };
    } else if (rest == "spool") {
      return spooled(context, request.query);
    } else if (rest == "patient") {
      return patient(context, request.query);
    } else if (rest == "body") {
      response.body = std::to_string(request.body.size());
    } else {
      response.body = "hello from " + context.service_url;
    }
    return response;
  }
  Response refuse(const std::exception& error, const Request&, const Context&) const override {
    if (const auto* said = dynamic_cast<const gyre::ows::Exception*>(&error)) {
      return gyre::ows::exception_report_20(*said, "");
    }
    return gyre::ows::exception_report_20(
        gyre::ows::to_exception(dynamic_cast<const gyre::coverage::Error&>(error), {}), "");
  }
};

}  // namespace

GYRE_PLUGIN("probe", Probe)
