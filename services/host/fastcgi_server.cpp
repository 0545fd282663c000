#include "services/host/fastcgi_server.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fcgiapp.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "services/host/answers.h"
#include "services/host/fastcgi_request.h"
#include "services/host/lingering_files.h"
#include "services/http/text.h"

namespace gyre::host {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

[[noreturn]] void client_left() {
  throw coverage::Error(coverage::ErrorKind::Aborted, "", "The client closed the connection.");
}

/// What was sent, for the log line.
struct Sent {
  int status = 0;
  std::size_t bytes = 0;  ///< of the body
};

/// A thread that answers requests, as others see it.
class Answering {
 public:
  using Clock = std::chrono::steady_clock;

  void sending(bool now) { since_ = now ? Clock::now().time_since_epoch().count() : 0; }
  /// Has it waited for a client to take what it sends for some time?
  [[nodiscard]] bool waits() const {
    constexpr std::chrono::milliseconds kSome{100};
    const Clock::rep since = since_;
    return since != 0 && Clock::now().time_since_epoch() - Clock::duration(since) > kSome;
  }

 private:
  std::atomic<Clock::rep> since_ = 0;
};

class FastCgiSink final : public http::Sink {
 public:
  FastCgiSink(FCGX_Stream* out, Sent& sent, Answering& thread)
      : out_(out), sent_(&sent), thread_(&thread) {}
  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, kPiece);
      write_raw(piece);
      sent_->bytes += piece.size();
      bytes.remove_prefix(piece.size());
    }
  }
  void write_raw(std::string_view bytes) {
    const int size = static_cast<int>(bytes.size());
    send([&] { return FCGX_PutStr(bytes.data(), size, out_) == size; });
  }
  void flush() {
    send([&] { return FCGX_FFlush(out_) == 0; });
  }

 private:
  template <typename Send>
  void send(const Send& send) {
    thread_->sending(true);
    const bool taken = send();
    thread_->sending(false);
    if (!taken) client_left();
  }

  FCGX_Stream* out_;
  Sent* sent_;
  Answering* thread_;
};

/// Header values are ours, but some repeat what a client sent: no line end may get in.
std::string one_line(std::string_view value) {
  std::string out = http::printable_utf8(value);
  for (char& c : out) {
    if (c == '\r' || c == '\n') c = ' ';
  }
  return out;
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : value_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (value_ < 0) {
      throw coverage::Error(coverage::ErrorKind::Internal, "", "cannot open " + path);
    }
  }
  ~Descriptor() { ::close(value_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

void send_file(int file, const http::ByteRange& part, FastCgiSink& sink) {
  std::uint64_t size = part.size();
  std::string piece(std::min<std::uint64_t>(size, kPiece), '\0');
  while (size > 0) {
    const ssize_t got = ::pread(file, piece.data(), std::min<std::uint64_t>(size, piece.size()),
                                static_cast<off_t>(part.end - size));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      throw coverage::Error(coverage::ErrorKind::Internal, "", "a spool file became shorter");
    }
    sink.write(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    size -= static_cast<std::uint64_t>(got);
  }
}

std::string head_of(const http::Response& response, const http::Request& request,
                    std::optional<std::size_t> length) {
  std::string head =
      fmt::format("Status: {} {}\r\n", response.status, reason_phrase(response.status));
  if (!response.media_type.empty() && response.status != 304) {
    head += fmt::format("Content-Type: {}\r\n", one_line(response.media_type));
  }
  if (length && response.status != 304 && response.status != 204) {
    head += fmt::format("Content-Length: {}\r\n", *length);
  }
  for (const auto& [name, value] : response.headers) {
    head += fmt::format("{}: {}\r\n", name, one_line(value));
  }
  head += fmt::format("X-Request-Id: {}\r\n\r\n", request.id);
  return head;
}

/// Whether nginx may send a finished file in our place. It gives parts of whatever it sends: of
/// what has no tag they might be parts of two answers.
bool is_for_nginx(const http::Response& response, const http::Request& request) {
  return !request.spool_location.empty() && response.status == 200 &&
         response.header("ETag") != nullptr;
}

/// Has nginx send a finished file, or the parts of it that the client asks for, from the location
/// where it finds the spool. False: it cannot now.
bool hand_over(const http::Response& response, const http::Request& request,
               const std::shared_ptr<const http::SpoolFile>& file, std::size_t size,
               LingeringFiles& lingering, FastCgiSink& sink) {
  if (!is_for_nginx(response, request) || !lingering.keep(file, size)) return false;
  http::Response handed = response;
  handed.body = std::string();
  handed.with_header(
      "X-Accel-Redirect",
      request.spool_location + std::filesystem::path(file->path()).filename().string());
  sink.write_raw(head_of(handed, request, std::nullopt));
  return true;
}

/// @throws when the answer could not be sent whole: the connection must then be broken
void send(const http::Response& response, const http::Request& request, LingeringFiles& lingering,
          FastCgiSink& sink) {
  const bool with_body = request.method != http::Method::Head && response.status != 304;
  if (const auto* text = std::get_if<std::string>(&response.body)) {
    sink.write_raw(head_of(response, request, text->size()));
    if (with_body) sink.write(*text);
  } else if (const auto* kept = std::get_if<http::Kept>(&response.body)) {
    const std::string& bytes = kept->document->bytes(kept->coding);
    sink.write_raw(head_of(response, request, bytes.size()));
    if (with_body) sink.write(bytes);
  } else if (const auto* spool =
                 std::get_if<std::shared_ptr<const http::SpoolFile>>(&response.body)) {
    const Descriptor file((*spool)->path());
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) client_left();
    const auto size = static_cast<std::size_t>(status.st_size);
    if (with_body && hand_over(response, request, *spool, size, lingering, sink)) return;
    http::Response sent = response;
    http::ByteRange part{0, size};
    const std::string* const tag = response.header("ETag");
    if (tag != nullptr && response.status == 200) {
      part = http::answer_range(sent, request, size, *tag);
    }
    sink.write_raw(head_of(sent, request, part.size()));
    if (with_body) send_file(file.get(), part, sink);
  } else if (const auto* sized = std::get_if<http::Sized>(&response.body)) {
    sink.write_raw(head_of(response, request, sized->size));
    if (with_body) sized->write(sink, {0, sized->size});
  } else {
    sink.write_raw(head_of(response, request, std::nullopt));
    if (with_body) std::get<http::Streamed>(response.body)(sink);
  }
}

/// A body of known, allowed length is read whole; a longer one not at all.
void read_body(http::Request& request, FCGX_Stream* in, std::size_t limit) {
  const std::size_t length = content_length(request);
  if (length > limit) {
    request.body_too_long = true;
    return;
  }
  request.body.resize(length);
  std::size_t got = 0;
  while (got < length) {
    const int piece = FCGX_GetStr(request.body.data() + got, static_cast<int>(length - got), in);
    if (piece <= 0) break;
    got += static_cast<std::size_t>(piece);
  }
  request.body.resize(got);
}

/// Between requests libfcgi says nothing of a client that left; the socket does.
bool is_hung_up(int descriptor) {
  pollfd state{descriptor, POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/// nginx takes an answer without Content-Length for whole when the connection just ends. A record
/// of no FastCGI version makes it break the client's connection as well, without the last chunk.
void break_connection(FCGX_Request& fcgi) {
  constexpr std::string_view kNoRecord("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
  if (FCGX_FFlush(fcgi.out) == 0) {
    (void)::send(fcgi.ipcFd, kNoRecord.data(), kNoRecord.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  ::shutdown(fcgi.ipcFd, SHUT_RDWR);
}

void log_request(const http::Request& request, const std::string& client, const Sent& sent,
                 double ms, bool broken) {
  constexpr std::size_t kLongest = 1500;
  constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "OPTIONS", "OTHER"};
  std::string target = request.malformed ? "(malformed)" : request.path;
  if (!request.query.empty()) target += "?" + request.query;
  if (target.size() > kLongest) target = target.substr(0, kLongest) + "...";
  coverage::log(
      coverage::LogLevel::Info,
      fmt::format("request {} {} {} {} {} bytes {:.1f} ms {}{}", request.id,
                  client.empty() ? "-" : client, kMethods[static_cast<std::size_t>(request.method)],
                  sent.status, sent.bytes, ms, target, broken ? " (broken off)" : ""));
}

}  // namespace

struct FastCgiServer::Impl {
  int listener = -1;
  Callbacks callbacks;
  std::mutex mutex;
  std::condition_variable ended;
  std::size_t usual = 0;               ///< threads while clients take what they are sent
  std::size_t wanted = 0;              ///< threads as of the last sweep
  std::list<Answering> threads;        ///< those that run
  std::atomic<bool> stopping = false;  ///< what still runs is broken off
  LingeringFiles lingering;

  /// @returns whether the whole answer was sent
  bool serve_one(FCGX_Request& fcgi, Answering& thread) {
    const auto start = std::chrono::steady_clock::now();
    http::Request request = request_from_parameters(fcgi.envp);
    read_body(request, fcgi.in, callbacks.body_limit());
    request.client_gone = [this, descriptor = fcgi.ipcFd] {
      return stopping || is_hung_up(descriptor);
    };
    Sent sent;
    bool whole = true;
    try {
      const http::Response response = callbacks.handle(request);
      sent.status = response.status;
      FastCgiSink sink(fcgi.out, sent, thread);
      send(response, request, lingering, sink);
      sink.flush();
    } catch (const std::exception& error) {
      whole = false;
      const auto* ours = dynamic_cast<const coverage::Error*>(&error);
      if (ours == nullptr || ours->kind() != coverage::ErrorKind::Aborted) {
        coverage::log(coverage::LogLevel::Error,
                      fmt::format("request {}: broken off: {}", request.id, error.what()));
      }
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    log_request(request, callbacks.client_address(request), sent, took.count(), !whole);
    return whole;
  }

  void run(const std::list<Answering>::iterator self) {
    FCGX_Request fcgi;
    FCGX_InitRequest(&fcgi, listener, 0);
    while (FCGX_Accept_r(&fcgi) == 0) {
      if (serve_one(fcgi, *self)) {
        FCGX_Finish_r(&fcgi);
      } else {
        break_connection(fcgi);
        FCGX_Free(&fcgi, 1);
        FCGX_InitRequest(&fcgi, listener, 0);
      }
      if (end(self, true)) return FCGX_Free(&fcgi, 1);
    }
    FCGX_Free(&fcgi, 1);
    end(self, false);
  }

  /// Takes a thread off the list. @returns false, where only a superfluous one is to end: it is not
  bool end(std::list<Answering>::iterator self, bool superfluous) {
    const std::lock_guard lock(mutex);
    if (superfluous && threads.size() <= wanted) return false;
    threads.erase(self);
    ended.notify_all();
    return true;
  }

  /// As many threads as are wanted; fewer where the system has no more of them.
  static void start(const std::shared_ptr<Impl>& impl) {
    const std::lock_guard lock(impl->mutex);
    while (impl->threads.size() < impl->wanted) {
      impl->threads.emplace_front();
      try {
        // Detached: one that hangs in a library at shutdown must not hold the process; drain()
        // waits.
        std::thread([impl, self = impl->threads.begin()] { impl->run(self); }).detach();
      } catch (const std::system_error& error) {
        impl->threads.pop_front();
        coverage::log(coverage::LogLevel::Warning,
                      fmt::format("{} threads answer requests, {} are wanted: {}",
                                  impl->threads.size(), impl->wanted, error.what()));
        return;
      }
    }
  }

  /// Clients that take their time over large answers must not keep others waiting: for each of
  /// their threads there is one more, up to many.
  void count_wanted() {
    constexpr std::size_t kMost = 8;  // times the usual
    const std::lock_guard lock(mutex);
    const auto waiting = std::count_if(threads.begin(), threads.end(),
                                       [](const Answering& thread) { return thread.waits(); });
    wanted = std::min(usual + static_cast<std::size_t>(waiting), kMost * usual);
  }
};

FastCgiServer::FastCgiServer(int listen_descriptor, std::size_t threads, Callbacks callbacks)
    : impl_(std::make_shared<Impl>()) {
  if (FCGX_Init() != 0) throw std::runtime_error("libfcgi cannot be initialised");
  impl_->listener = listen_descriptor;
  impl_->callbacks = std::move(callbacks);
  impl_->usual = impl_->wanted = threads;
  Impl::start(impl_);
}

FastCgiServer::~FastCgiServer() { stop_accepting(); }

void FastCgiServer::sweep() const {
  impl_->lingering.sweep();
  impl_->count_wanted();
  Impl::start(impl_);
}

void FastCgiServer::stop_accepting() const { FCGX_ShutdownPending(); }

void FastCgiServer::break_off() const { impl_->stopping = true; }

bool FastCgiServer::drain(double wait_s) {
  std::unique_lock lock(impl_->mutex);
  return impl_->ended.wait_for(lock, std::chrono::duration<double>(wait_s),
                               [&] { return impl_->threads.empty(); });
}

}  // namespace gyre::host
