#pragma once

#include <atomic>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/coverage/source/loopback.h"

namespace gyre::test {

/// Answers each request for a path with what `answer` makes of it, each on a thread of its own.
class PathServer {
 public:
  using Answer = std::function<std::string(const std::string& target)>;

  explicit PathServer(Answer answer) : answer_(std::move(answer)) {
    std::tie(listener_, port_) = gyre::test::listen_on_loopback();
    thread_ = std::thread([this] {
      for (int one = 0; (one = ::accept(listener_, nullptr, nullptr)) >= 0;) {
        threads_.emplace_back([this, one] { serve(one); });
      }
    });
  }
  ~PathServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (std::thread& one : threads_) one.join();
    ::close(listener_);
  }
  PathServer(const PathServer&) = delete;
  PathServer& operator=(const PathServer&) = delete;

  [[nodiscard]] std::string base() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }
  [[nodiscard]] int most_at_once() const { return most_; }

  static std::string good(const std::string& body) { return status("200 OK", body); }
  static std::string status(const std::string& line, const std::string& body) {
    return "HTTP/1.1 " + line +
           "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
  }

 private:
  void serve(int one) {
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(one, buffer, sizeof(buffer), 0);
      if (got <= 0) break;
      request.append(buffer, static_cast<std::size_t>(got));
    }
    const std::size_t begin = request.find(' ') + 1;
    const std::string target = request.substr(begin, request.find(' ', begin) - begin);
    const int now = ++running_;
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(target);
      if (now > most_) most_ = now;
    }
    const std::string answer = answer_(target);
    for (std::size_t sent = 0; sent < answer.size();) {
      const ssize_t more = ::send(one, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
      if (more <= 0) break;
      sent += static_cast<std::size_t>(more);
    }
    --running_;
    ::shutdown(one, SHUT_RDWR);
    ::close(one);
  }

  Answer answer_;
  int listener_ = -1, port_ = 0;
  std::thread thread_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::atomic<int> running_{0}, most_{0};
};

/// Values as DAP2 sends them, written apart from the code that reads them.
inline std::string xdr(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}
inline std::string xdr_text(std::string text) {
  const std::string length = xdr(static_cast<std::uint32_t>(text.size()));
  while (text.size() % 4 != 0) text += '\0';
  return length + text;
}
template <typename T>
std::string xdr_value(T value) {
  if constexpr (sizeof(T) <= 4 && std::is_integral_v<T>) {
    return xdr(static_cast<std::uint32_t>(static_cast<std::int64_t>(value)));
  } else if constexpr (sizeof(T) == 4) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, 4);
    return xdr(bits);
  } else {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, 8);
    return xdr(static_cast<std::uint32_t>(bits >> 32)) + xdr(static_cast<std::uint32_t>(bits));
  }
}
template <typename T>
std::string xdr_array(const std::vector<T>& values) {
  const std::string length = xdr(static_cast<std::uint32_t>(values.size()));
  std::string out = length + length;
  if constexpr (sizeof(T) == 1) {
    for (const T value : values) out += static_cast<char>(value);
    while (out.size() % 4 != 0) out += '\0';
  } else {
    for (const T value : values) out += xdr_value(value);
  }
  return out;
}

/// What a server has of one variable: its type in a DDS, names and sizes of its dimensions, and
/// how it sends the values of given cells.
struct DapArray {
  std::string type;
  std::vector<std::pair<std::string, std::size_t>> dimensions;
  std::function<std::string(const std::vector<std::size_t>& cells)> send;
};

template <typename T>
DapArray dap_array(const std::string& type,
                   const std::vector<std::pair<std::string, std::size_t>>& dimensions,
                   const std::vector<T>& values) {
  return {type, dimensions, [values, dimensions](const std::vector<std::size_t>& cells) {
            std::vector<T> part;
            for (const std::size_t cell : cells) part.push_back(values.at(cell));
            return dimensions.empty() ? xdr_value(part.at(0)) : xdr_array(part);
          }};
}

/// A range as a constraint has it, ends included.
struct DapSlab {
  std::size_t first = 0, last = 0;
};

/// "st.temp%5B0:1:3%5D" -> "st.temp", {0, 3}
inline std::pair<std::string, std::vector<DapSlab>> read_constraint(const std::string& query) {
  std::string text;
  for (std::size_t i = 0; i < query.size(); ++i) {
    if (query[i] == '%') {
      text += static_cast<char>(std::stoi(query.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      text += query[i];
    }
  }
  std::vector<DapSlab> slabs;
  for (std::size_t at = text.find('['); at != std::string::npos; at = text.find('[', at + 1)) {
    DapSlab slab;
    std::size_t stride = 0;
    REQUIRE(std::sscanf(text.c_str() + at, "[%zu:%zu:%zu]", &slab.first, &stride, &slab.last) == 3);
    REQUIRE(stride == 1);
    slabs.push_back(slab);
  }
  return {text.substr(0, text.find('[')), slabs};
}

inline std::string dds_of(const std::string& name, const DapArray& array,
                          const std::vector<DapSlab>& slabs = {}) {
  std::string text = array.type + " " + name;
  for (std::size_t d = 0; d < array.dimensions.size(); ++d) {
    const std::size_t size =
        slabs.empty() ? array.dimensions[d].second : slabs[d].last - slabs[d].first + 1;
    text += "[" + array.dimensions[d].first + " = " + std::to_string(size) + "]";
  }
  return text + ";\n";
}

inline std::string values_of(const DapArray& array, const std::vector<DapSlab>& slabs) {
  std::vector<std::size_t> cells{0};
  for (std::size_t d = 0; d < array.dimensions.size(); ++d) {
    std::vector<std::size_t> more;
    for (const std::size_t cell : cells) {
      for (std::size_t i = slabs.at(d).first; i <= slabs[d].last; ++i) {
        more.push_back(cell * array.dimensions[d].second + i);
      }
    }
    cells = std::move(more);
  }
  return array.send(cells);
}

}  // namespace gyre::test
