/// A loader cheap enough not to be what is measured: one thread, epoll, HTTP/1.1 kept alive.
///
///   loader PORT CONNECTIONS SECONDS [--once] [--from N] [--number N] [--timeout S]  < paths
///
/// Paths come on standard input, one a line, each with a tab and the media type that its answer
/// must have, if known. Each connection asks for the next one as soon as its answer is whole: for
/// SECONDS, round and round, or with --once at most once for each. "{n}" in a path becomes a number
/// of seven digits that grows with each request, from --number on. One JSON object goes to standard
/// output: milliseconds of each request to its first and last byte, in the order in which they
/// ended, status codes, bytes, and what the first bad answer said: one with another status than
/// 200, of another media type, or that is an exception of OGC.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

double ms_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

/// Takes the bytes of one answer; whole() when the last one came.
class Answer {
 public:
  void take(std::string_view bytes) {
    if (!in_body_) {
      head_ += bytes;
      const std::size_t end = head_.find("\r\n\r\n");
      if (end == std::string::npos) return;
      const std::string rest = head_.substr(end + 4);
      head_.resize(end + 2);
      read_head();
      in_body_ = true;
      body(rest);
      return;
    }
    body(bytes);
  }
  void closed() {
    if (in_body_ && until_close_) whole_ = true;
  }
  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] bool keeps_connection() const { return keeps_ && !until_close_; }
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::string& type() const { return type_; }
  [[nodiscard]] const std::string& beginning() const { return beginning_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  void read_head() {
    status_ = std::atoi(head_.c_str() + head_.find(' ') + 1);
    std::size_t at = head_.find("\r\n") + 2;
    until_close_ = true;
    while (at < head_.size()) {
      const std::size_t end = head_.find("\r\n", at);
      std::string line = head_.substr(at, end - at);
      at = end + 2;
      const std::size_t colon = line.find(':');
      if (colon == std::string::npos) continue;
      std::string name = line.substr(0, colon);
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      const std::size_t start = line.find_first_not_of(" \t", colon + 1);
      const std::string value = start == std::string::npos ? "" : line.substr(start);
      if (name == "content-length") {
        left_ = std::strtoull(value.c_str(), nullptr, 10);
        until_close_ = false;
      } else if (name == "transfer-encoding" && value.find("chunked") != std::string::npos) {
        chunked_ = true;
        until_close_ = false;
      } else if (name == "content-type") {
        type_ = value;
      } else if (name == "connection" && value == "close") {
        keeps_ = false;
      }
    }
    if (status_ == 204 || status_ == 304) left_ = 0, until_close_ = false;
  }
  void content(std::string_view bytes) {
    bytes_ += bytes.size();
    if (beginning_.size() < 400) beginning_ += bytes.substr(0, 400 - beginning_.size());
  }
  void body(std::string_view bytes) {
    if (until_close_) return content(bytes);
    if (!chunked_) {
      content(bytes.substr(0, left_));
      left_ -= std::min<std::size_t>(left_, bytes.size());
      whole_ = left_ == 0;
      return;
    }
    while (!bytes.empty() && !whole_) {
      if (left_ > 0) {
        const std::string_view piece = bytes.substr(0, left_);
        content(piece);
        left_ -= piece.size();
        bytes.remove_prefix(piece.size());
        continue;
      }
      const char c = bytes.front();
      bytes.remove_prefix(1);
      if (c != '\n') {
        line_ += c;
        continue;
      }
      // The empty line after a chunk, the size of the next one, or a trailer.
      if (line_ == "\r" || line_.empty()) {
        if (last_chunk_) whole_ = true;
      } else if (!last_chunk_) {
        left_ = std::strtoull(line_.c_str(), nullptr, 16);
        last_chunk_ = left_ == 0;
      }
      line_.clear();
    }
  }

  std::string head_, line_, type_, beginning_;
  bool in_body_ = false, chunked_ = false, last_chunk_ = false, until_close_ = false;
  bool keeps_ = true, whole_ = false;
  int status_ = 0;
  std::size_t left_ = 0, bytes_ = 0;
};

/// What to ask for, and how the media type of a good answer begins.
struct Request {
  std::string path, type;
};

bool is_good(const Answer& answer, const Request& request) {
  return answer.status() == 200 && answer.type().starts_with(request.type) &&
         (answer.type().find("xml") == std::string::npos ||
          answer.beginning().find("ExceptionReport") == std::string::npos);
}

struct Connection {
  int descriptor = -1;
  std::string out;
  std::size_t sent = 0, request = 0;
  Clock::time_point begin, first;
  bool has_first = false, busy = false;
  Answer answer;
};

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else
      out += byte < 32 || byte > 126 ? '?' : c;
  }
  return out + "\"";
}

class Loader {
 public:
  Loader(int port, std::size_t connections, double seconds, bool once, std::size_t from,
         std::size_t number, double timeout_s, std::vector<Request> requests)
      : port_(port),
        seconds_(seconds),
        timeout_s_(timeout_s),
        once_(once),
        next_(from),
        number_(number),
        requests_(std::move(requests)),
        connections_(connections),
        epoll_(::epoll_create1(0)) {}

  int run() {
    begin_ = last_ = Clock::now();
    const std::size_t end = next_ + requests_.size();
    end_ = once_ ? end : SIZE_MAX;
    for (Connection& one : connections_) ask(one);
    std::vector<epoll_event> events(64);
    while (busy_ > 0) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 500);
      for (int i = 0; i < count; ++i) {
        auto& one = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (events[static_cast<std::size_t>(i)].events & EPOLLOUT) send(one);
        if (events[static_cast<std::size_t>(i)].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
          receive(one);
      }
      if (count <= 0) drop_late();
    }
    print();
    return 0;
  }

 private:
  [[nodiscard]] bool over() const {
    return next_ >= end_ || ms_between(begin_, Clock::now()) > 1000 * seconds_;
  }
  void watch(Connection& one, bool out) {
    epoll_event event = {};
    event.events = out ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.ptr = &one;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, one.descriptor, &event);
  }
  bool connect(Connection& one) {
    one.descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(one.descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      ::close(one.descriptor);
      one.descriptor = -1;
      return false;
    }
    const int yes = 1;
    ::setsockopt(one.descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ::fcntl(one.descriptor, F_SETFL, O_NONBLOCK);
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.ptr = &one;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, one.descriptor, &event);
    return true;
  }
  void ask(Connection& one) {
    one.busy = false;
    if (over()) return;
    if (one.descriptor < 0 && !connect(one)) return fail(one, "no connection");
    one.request = next_++ % requests_.size();
    one.out = "GET " + numbered(requests_[one.request].path) +
              " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
              "\r\nUser-Agent: gyre-bench\r\nAccept: */*\r\n\r\n";
    one.sent = 0;
    one.answer = {};
    one.has_first = false;
    one.busy = true;
    ++busy_;
    one.begin = Clock::now();
    send(one);
  }
  std::string numbered(std::string path) {
    const std::size_t at = path.find("{n}");
    if (at == std::string::npos) return path;
    constexpr std::size_t kAll = 10'000'000;
    return path.replace(at, 3, std::to_string(kAll + number_++ % kAll).substr(1));
  }
  void send(Connection& one) {
    while (one.sent < one.out.size()) {
      const ssize_t n = ::send(one.descriptor, one.out.data() + one.sent, one.out.size() - one.sent,
                               MSG_NOSIGNAL);
      if (n <= 0) {
        if (n < 0 && errno == EAGAIN) return watch(one, true);
        return lost(one);
      }
      one.sent += static_cast<std::size_t>(n);
    }
    watch(one, false);
  }
  void receive(Connection& one) {
    static std::vector<char> buffer(1 << 18);
    for (;;) {
      const ssize_t n = ::recv(one.descriptor, buffer.data(), buffer.size(), 0);
      if (n < 0 && errno == EAGAIN) return;
      if (n <= 0) {
        one.answer.closed();
        if (one.busy && one.answer.whole()) {
          hang_up(one);
          return done(one);
        }
        return lost(one);
      }
      if (!one.busy) return hang_up(one);
      if (!one.has_first) one.first = Clock::now(), one.has_first = true;
      one.answer.take({buffer.data(), static_cast<std::size_t>(n)});
      if (one.answer.whole()) {
        if (!one.answer.keeps_connection()) hang_up(one);
        return done(one);
      }
    }
  }
  void hang_up(Connection& one) {
    if (one.descriptor >= 0) ::close(one.descriptor);
    one.descriptor = -1;
  }
  void done(Connection& one) {
    const auto now = Clock::now();
    last_ = now;
    total_ms_.push_back(ms_between(one.begin, now));
    first_ms_.push_back(ms_between(one.begin, one.first));
    path_.push_back(one.request);
    bytes_ += one.answer.bytes();
    ++statuses_[one.answer.status()];
    ++types_[one.answer.type()];
    if (bad_.empty() && !is_good(one.answer, requests_[one.request])) {
      bad_ = requests_[one.request].path + ": " + std::to_string(one.answer.status()) + " " +
             one.answer.type() + " " + one.answer.beginning();
    }
    --busy_;
    ask(one);
  }
  /// The server closed a connection: between two requests that is its right, and it is asked again.
  void lost(Connection& one) {
    const bool was_busy = one.busy, had_answer = one.has_first;
    hang_up(one);
    if (!was_busy) return;
    --busy_;
    if (!had_answer && ++again_ < 100 + total_ms_.size() / 10) {
      if (next_ > 0) --next_;
      return ask(one);
    }
    fail(one, "the connection was closed");
  }
  void fail(Connection& one, const char* why) {
    ++failed_;
    if (bad_.empty()) bad_ = requests_[one.request].path + ": " + why;
    if (failed_ < 50) ask(one);
  }
  void drop_late() {
    for (Connection& one : connections_) {
      if (one.busy && ms_between(one.begin, Clock::now()) > 1000 * timeout_s_) {
        hang_up(one);
        --busy_;
        one.busy = false;
        fail(one, "no answer in time");
      }
    }
  }
  void print() const {
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    const double cpu_ms =
        1e3 * static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
        1e-3 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    const auto list = [](const char* name, const auto& values) {
      std::printf("\"%s\":[", name);
      for (std::size_t i = 0; i < values.size(); ++i) {
        std::printf("%s%.4f", i ? "," : "", static_cast<double>(values[i]));
      }
      std::printf("],");
    };
    std::printf("{");
    list("total_ms", total_ms_);
    list("first_ms", first_ms_);
    std::printf("\"path\":[");
    for (std::size_t i = 0; i < path_.size(); ++i) std::printf("%s%zu", i ? "," : "", path_[i]);
    std::printf("],\"statuses\":{");
    const char* comma = "";
    for (const auto& [status, n] : statuses_) {
      std::printf("%s\"%d\":%zu", comma, status, n);
      comma = ",";
    }
    std::printf("},\"types\":{");
    comma = "";
    for (const auto& [type, n] : types_) {
      std::printf("%s%s:%zu", comma, json_text(type).c_str(), n);
      comma = ",";
    }
    std::printf(
        "},\"failed\":%zu,\"bad\":%s,\"bytes\":%zu,\"seconds\":%.4f,\"loader_cpu_ms\":%.1f}\n",
        failed_, json_text(bad_).c_str(), bytes_, ms_between(begin_, last_) / 1e3, cpu_ms);
  }

  int port_;
  double seconds_, timeout_s_;
  bool once_;
  std::size_t next_, number_, end_ = SIZE_MAX;
  std::vector<Request> requests_;
  std::vector<Connection> connections_;
  int epoll_;
  std::size_t busy_ = 0, failed_ = 0, bytes_ = 0, again_ = 0;
  Clock::time_point begin_, last_;
  std::vector<double> total_ms_, first_ms_;
  std::vector<std::size_t> path_;
  std::map<int, std::size_t> statuses_;
  std::map<std::string, std::size_t> types_;
  std::string bad_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs(
        "usage: loader PORT CONNECTIONS SECONDS [--once] [--from N] [--number N] [--timeout S] < "
        "paths\n",
        stderr);
    return 2;
  }
  bool once = false;
  std::size_t from = 0, number = 0;
  double timeout_s = 300;
  for (int i = 4; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--once")
      once = true;
    else if (word == "--from" && i + 1 < argc)
      from = std::strtoull(argv[++i], nullptr, 10);
    else if (word == "--number" && i + 1 < argc)
      number = std::strtoull(argv[++i], nullptr, 10);
    else if (word == "--timeout" && i + 1 < argc)
      timeout_s = std::atof(argv[++i]);
    else
      return std::fprintf(stderr, "loader: what is %s?\n", argv[i]), 2;
  }
  std::vector<Request> requests;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = std::min(line.find('\t'), line.size());
    if (!line.empty()) requests.push_back({line.substr(0, tab), line.substr(tab).erase(0, 1)});
  }
  if (requests.empty()) return std::fputs("loader: no paths\n", stderr), 2;
  return Loader(std::atoi(argv[1]), std::strtoull(argv[2], nullptr, 10), std::atof(argv[3]), once,
                from, number, timeout_s, std::move(requests))
      .run();
}
