#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/index/byte_stream.h"
#include "coverage/reader/holding_handler.h"
#include "coverage/reader/reader_protocol.h"

/// A reader that does what damaged files make libraries do, as the names of files say. A program of
/// its own: gyre-reader has none of this.
namespace {

using namespace gyre::coverage;
namespace fs = std::filesystem;

class Misbehaving final : public reader::HoldingHandler {
 public:
  std::string inspect(const std::string& path) override {
    ++requests_;
    behave(path, "inspect");
    const std::string name = fs::path(path).filename().string();
    std::string record = HoldingHandler::inspect(path);
    if (name == "inspect-cut.nc") record.resize(record.size() / 2);
    if (name == "inspect-noise.nc") record = std::string(300, 'x');
    if (name == "inspect-bent.nc") {
      HoldingRecord bent = record_from_bytes(record);
      bent.values.begin()->second.shape = {1};
      bent.values.begin()->second.bytes.resize(size_of(bent.values.begin()->second.type));
      record = record_to_bytes(bent);
    }
    if (name == "inspect-huge.nc") record.resize(std::size_t{300} << 20);
    return record;
  }

  RawBlock read(const std::string& path, const FileIdentity& identity, const std::string& variable,
                const IndexBox& box) override {
    ++requests_;
    behave(path, "read");
    RawBlock block = HoldingHandler::read(path, identity, variable, box);
    const std::string name = fs::path(path).filename().string();
    if (name == "read-shape.nc") block.shape.push_back(1);
    if (name == "read-larger.nc" || name == "read-overfull.nc") {
      const std::size_t times = name == "read-larger.nc" ? 1'000 : 1'000'000;
      block.shape.at(0) *= times;
      block.bytes.resize(block.bytes.size() * times);
    }
    if (name == "read-type.nc") block.type = ElementType::Int64;
    return block;
  }

  std::vector<std::string> read_strings(const std::string& path, const FileIdentity& identity,
                                        const std::string& variable) override {
    std::vector<std::string> texts = HoldingHandler::read_strings(path, identity, variable);
    if (fs::path(path).filename() == "texts-more.nc") texts.emplace_back("one more");
    return texts;
  }

 private:
  static void packet(std::string bytes) { ::send(reader::kSocket, bytes.data(), bytes.size(), 0); }

  /// As reader::PacketHead has it.
  static std::string head_of(std::uint64_t number, std::uint8_t last) {
    ByteWriter out;
    out.number(number);
    out.number(last);
    return out.take();
  }

  /// A sanitizer would end the process in its own way, and take its time over it.
  static void die_of(int signal) {
    std::signal(signal, SIG_DFL);
    ::raise(signal);
  }

  void behave(const std::string& path, const std::string& request) {
    const std::string name = fs::path(path).filename().string();
    const auto is = [&](const char* what) { return name == request + "-" + what + ".nc"; };
    if (is("crash")) die_of(SIGSEGV);
    if (is("abort")) ::abort();
    if (is("exit")) ::_exit(0);
    if (is("killed")) ::raise(SIGKILL);
    if (is("hang") || (is("hang-once") && fs::remove(path + ".once"))) {
      for (;;) ::pause();
    }
    if (is("slow")) ::usleep(1'500'000);
    if (is("held")) {
      std::ofstream(path + ".begun").flush();
      while (!fs::exists(path + ".go")) ::usleep(1000);
    }
    if (is("crash-once") && fs::remove(path + ".once")) die_of(SIGSEGV);
    // The damage of an earlier file: only a fresh process survives this one.
    if (is("used") && requests_ > 1) die_of(SIGBUS);
    if (is("eat")) {
      for (std::vector<std::unique_ptr<char[]>> eaten;;) {
        constexpr std::size_t kBite = std::size_t{16} << 20;
        eaten.push_back(std::make_unique<char[]>(kBite));
      }
    }
    if (is("garbage")) packet("garbage that is no packet of ours");
    if (is("short")) packet("x");
    if (is("other")) packet(head_of(12345, 1) + "abc");
    if (is("endless")) {
      for (;;) packet(head_of(requests_, 0) + std::string(60'000, 'x'));
    }
    if (is("close")) {
      ::close(reader::kSocket);
      for (;;) ::pause();
    }
    if (is("talk")) {
      for (int i = 0; i < 100'000; ++i) std::fputs("a library has much to say\n", stderr);
    }
    if (is("error"))
      throw Error(ErrorKind::NoSuchCoverage, "/etc/passwd", "what a reader may not say");
  }

  std::uint64_t requests_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Misbehaving handler;
  return reader::reader_main(argc, argv, handler);
}
