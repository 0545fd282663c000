#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <tuple>

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/fetching.h"
#include "coverage/source/remote/http_client.h"
#include "coverage/source/remote/range_cache.h"
#include "coverage/source/remote/remote_settings.h"
#include "coverage/source/remote/s3_listing.h"
#include "coverage/source/remote/s3_signature.h"
#include "coverage/source/remote/zip_directory.h"
#include "tests/coverage/source/fixture.h"
#include "tests/coverage/source/loopback.h"

using namespace gyre::coverage;
using namespace gyre::coverage::remote;

namespace {

/// Answers every connection with `answer`, and counts them.
class TinyServer {
 public:
  explicit TinyServer(std::string answer) : answer_(std::move(answer)) {
    std::tie(listener_, port_) = gyre::test::listen_on_loopback();
    thread_ = std::thread([this] {
      for (int one = 0; (one = ::accept(listener_, nullptr, nullptr)) >= 0;) {
        ++asked_;  // before the answer: whoever has that looks at once
        char request[4096];
        if (::recv(one, request, sizeof(request), 0) > 0) {
          ::send(one, answer_.data(), answer_.size(), MSG_NOSIGNAL);
        }
        ::shutdown(one, SHUT_RDWR);
        ::close(one);
      }
    });
  }
  ~TinyServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;
  [[nodiscard]] std::string address() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/x";
  }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  std::string answer_;
  int listener_ = -1, port_ = 0;
  std::atomic<int> asked_{0};
  std::thread thread_;
};

HttpRequest range(const std::string& address, std::uint64_t offset, std::uint64_t size) {
  HttpRequest request;
  request.address = address;
  request.part = HttpRequest::Part::Range;
  request.offset = offset;
  request.size = request.most = size;
  return request;
}

std::string text(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Kept kept(const std::string& content) {
  Kept one;
  one.present = true;
  one.bytes.resize(content.size());
  std::memcpy(one.bytes.data(), content.data(), content.size());
  one.total = content.size();
  one.version = "v";
  return one;
}

}  // namespace

TEST_CASE("addresses are taken apart", "[source][remote]") {
  CHECK(is_address("https://host/x.zarr"));
  CHECK(is_address("s3://bucket/x"));
  CHECK_FALSE(is_address("/srv/https://x"));
  CHECK_FALSE(is_address("file:///etc/passwd"));
  CHECK_FALSE(is_address("ftp://host/x"));
  CHECK(last_part_of("https://host/a/x.zarr/?sig=a/b") == "x.zarr");
  CHECK(below("https://host/a/?sig=1", "t/c 0") == "https://host/a/t/c%200?sig=1");
  CHECK(below("s3://b/a?", "t/0.0") == "s3://b/a?/t/0.0");
  CHECK(shown("https://user:pass@host/a?sig=secret") == "https://host/a");
  CHECK(origin_of("https://HOST:8080/a") == "https://host:8080");
}

TEST_CASE("an address is within a prefix only at a slash, and never by dots", "[source][remote]") {
  CHECK(is_within("https://host/data/x.nc", "https://host/data"));
  CHECK(is_within("https://host/data/x.nc", "https://host/data/"));
  CHECK_FALSE(is_within("https://host/database/x.nc", "https://host/data"));
  CHECK_FALSE(is_within("https://host.evil/data", "https://host"));
  CHECK_FALSE(is_within("https://host@evil/data", "https://host@evil"));
  CHECK_FALSE(is_within("https://host/data/../secret", "https://host/data"));
  CHECK_FALSE(is_within("https://host/data/%2E%2e/secret", "https://host/data"));
}

TEST_CASE("S3 requests are signed as Amazon's example shows", "[source][remote]") {
  // "Authenticating Requests (AWS Signature Version 4)", examples: GET Bucket (List Objects)
  StoreSettings store;
  store.access_key = "AKIAIOSFODNN7EXAMPLE";
  store.secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  constexpr std::time_t kThen = 1369353600;  // 20130524T000000Z
  const auto headers = s3_headers(
      "GET", "https://examplebucket.s3.amazonaws.com/?prefix=J&max-keys=2", store, kThen);
  CHECK(headers.at(2).ends_with(
      "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
  CHECK(headers.at(1) == "x-amz-date: 20130524T000000Z");
  store.session_token = "token";
  CHECK(s3_headers("GET", "https://h/", store, kThen).at(3) == "x-amz-security-token: token");
}

TEST_CASE("S3 addresses lead to hosts or paths", "[source][remote]") {
  StoreSettings store;
  store.region = "eu-west-1";
  CHECK(s3_url("s3://b/a c/x", store) == "https://b.s3.eu-west-1.amazonaws.com/a%20c/x");
  CHECK(s3_url("s3://b.c/x", store) == "https://s3.eu-west-1.amazonaws.com/b.c/x");
  store.endpoint = "http://h:9000/";
  CHECK(s3_url("s3://b/x", store, "q=1") == "http://h:9000/b/x?q=1");
  store.virtual_host = true;
  CHECK(s3_url("s3://b/x", store) == "http://b.h:9000/x");
  CHECK_THROWS_AS(s3_url("s3://b@evil/x", store), Error);
}

TEST_CASE("listings of S3 are read page by page", "[source][remote]") {
  S3Listing found;
  const std::string token = read_listing(
      "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>n</"
      "NextContinuationToken><Contents><Key>p/a&amp;b</Key></Contents><CommonPrefixes><Prefix>p/"
      "x.zarr/</Prefix></CommonPrefixes></ListBucketResult>",
      "p/", found);
  CHECK(token == "n");
  CHECK(found.objects == std::vector<std::string>{"a&b"});
  CHECK(found.folders == std::vector<std::string>{"x.zarr"});
  CHECK_THROWS_AS(read_listing("<html/>", "", found), Error);
  CHECK_THROWS_AS(read_listing("", "", found), Error);
}

TEST_CASE("what is kept survives, and is believed only when it is whole", "[source][remote]") {
  const gyre::test::TemporaryFolder folder;
  {
    RangeCache cache(folder / "c", 1 << 20);
    cache.put("a", kept("hello"));
    CHECK(text(cache.get("a")->bytes) == "hello");
    CHECK_FALSE(cache.get("b"));
  }
  RangeCache again(folder / "c", 1 << 20);
  REQUIRE(again.get("a"));
  CHECK(again.get("a")->version == "v");
  again.remove("a");
  CHECK_FALSE(again.get("a"));
  again.put("a", kept("hello"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "c")) {
    if (!entry.is_regular_file()) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-2, std::ios::end);
    file << 'x';
  }
  RangeCache damaged(folder / "c", 1 << 20);
  CHECK_FALSE(damaged.get("a"));
}

TEST_CASE("what was used last is kept, up to the limit", "[source][remote]") {
  const gyre::test::TemporaryFolder folder;
  RangeCache cache(folder / "c", 64 << 10);
  for (int i = 0; i < 40; ++i) cache.put(std::to_string(i), kept(std::string(8000, 'x')));
  CHECK(cache.bytes_on_disk() <= 64 << 10);
  RangeCache again(folder / "c", 64 << 10);
  CHECK(again.get("39"));
  CHECK_FALSE(again.get("0"));
}

TEST_CASE("a disk that refuses does not matter", "[source][remote]") {
  RangeCache cache("/proc/no-such-folder", 1 << 20);
  cache.put("a", kept("hello"));
  REQUIRE(cache.get("a"));  // in memory
  CHECK_FALSE(cache.keep_file("b", "/proc/none"));
}

TEST_CASE("answers to ranges are checked", "[source][remote]") {
  using Kind = HttpAnswer::Kind;
  struct Row {
    const char* why;
    const char* answer;
    Kind kind;
    const char* body;
  };
  const auto row = GENERATE(values<Row>({
      {"a part", "HTTP/1.1 206 P\r\nContent-Range: bytes 2-4/9\r\nContent-Length: 3\r\n\r\ncde",
       Kind::Good, "cde"},
      {"all of it", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabcdefghi", Kind::Good, "cde"},
      {"another part",
       "HTTP/1.1 206 P\r\nContent-Range: bytes 3-5/9\r\nContent-Length: 3\r\n\r\ndef",
       Kind::Refused, ""},
      {"a part of no place", "HTTP/1.1 206 P\r\nContent-Length: 3\r\n\r\ncde", Kind::Refused, ""},
      {"a lie", "HTTP/1.1 206 P\r\nContent-Range: bytes 2-4/3\r\nContent-Length: 3\r\n\r\ncde",
       Kind::Refused, ""},
      {"packed",
       "HTTP/1.1 206 P\r\nContent-Range: bytes 2-4/9\r\nContent-Encoding: gzip\r\nContent-Length: "
       "3\r\n\r\ncde",
       Kind::Refused, ""},
      {"nothing", "HTTP/1.1 404 N\r\nContent-Length: 0\r\n\r\n", Kind::Absent, ""},
      {"behind it", "HTTP/1.1 416 N\r\nContent-Length: 0\r\n\r\n", Kind::Beyond, ""},
      {"no access", "HTTP/1.1 403 N\r\nContent-Length: 0\r\n\r\n", Kind::Refused, ""},
  }));
  CAPTURE(row.why);
  const TinyServer server(row.answer);
  const HttpAnswer answer = ask({range(server.address(), 2, 3)}, 5).front();
  CHECK(answer.kind == row.kind);
  if (row.kind == Kind::Good) {
    CHECK(text(answer.body) == row.body);
    CHECK(answer.total == 9);
  }
}

TEST_CASE("redirects lead to http alone", "[source][remote]") {
  const TinyServer server(
      "HTTP/1.1 302 F\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
  CHECK_THROWS_AS(ask({range(server.address(), 0, 3)}, 5), Error);
  CHECK(server.asked() == 1);
}

TEST_CASE("a server that fails is asked again, and then left alone", "[source][remote]") {
  const TinyServer server("HTTP/1.1 503 B\r\nContent-Length: 0\r\n\r\n");
  CHECK_THROWS_AS(ask({range(server.address(), 0, 3)}, 10), Error);
  const int asked = server.asked();
  CHECK(asked >= 3);
  CHECK_THROWS_AS(ask({range(server.address(), 0, 3)}, 10), Error);
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(ask({range(server.address(), 0, 3)}, 10), Error);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
  CHECK(server.asked() <= asked + 2);
}

TEST_CASE("requests are counted by the store that they were for", "[source][remote]") {
  const TinyServer good(
      "HTTP/1.1 206 P\r\nETag: \"1\"\r\nContent-Range: bytes 2-4/9\r\nContent-Length: "
      "3\r\n\r\nabc");
  const TinyServer bad("HTTP/1.1 503 B\r\nContent-Length: 0\r\n\r\n");
  RemoteSettings settings;
  const std::vector<std::pair<std::string, std::string>> stores{
      {"counted good", good.address()},
      {"counted bad", bad.address()},
      {"counted idle", "http://127.0.0.1:1/x"}};
  for (const auto& [name, url] : stores) {
    StoreSettings store;
    store.name = name;
    store.url = url;
    settings.stores.push_back(store);
  }
  configure(settings);
  CHECK(text(ask({range(good.address(), 2, 3)}, 5).front().body) == "abc");
  for (int i = 0; i < 2; ++i) CHECK_THROWS_AS(ask({range(bad.address(), 2, 3)}, 10), Error);
  const std::vector<StoreFigures> figures = store_figures();
  configure({});
  REQUIRE(figures.size() == 3);
  CHECK(figures[0].requests == 1);
  CHECK(figures[0].failures == 0);
  CHECK(figures[0].bytes == 3);
  CHECK_FALSE(figures[0].left_alone);
  CHECK(figures[1].requests == static_cast<std::uint64_t>(bad.asked()));
  CHECK(figures[1].failures == figures[1].requests);
  CHECK(figures[1].left_alone);
  CHECK(figures[2].requests == 0);
}

TEST_CASE("ranges that lie close together are one request", "[source][remote]") {
  std::string body(1000, 'a');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 26);
  const TinyServer server(
      "HTTP/1.1 206 P\r\nETag: \"1\"\r\nContent-Range: bytes 0-299/1000\r\nContent-Length: "
      "300\r\n\r\n" +
      body.substr(0, 300));
  std::vector<FarPart> parts;
  for (const std::uint64_t offset : {200, 0, 100}) {
    parts.push_back({server.address(), WantedBytes::Part::Range, offset, 100, "g", ""});
  }
  const auto found = remote::fetch(parts);
  CHECK(server.asked() == 1);
  CHECK(text(found[0].bytes) == body.substr(200, 100));
  CHECK(text(found[1].bytes) == body.substr(0, 100));
  CHECK(text(remote::fetch(parts)[2].bytes) == body.substr(100, 100));
  CHECK(server.asked() == 1);  // kept
}

TEST_CASE("tables of contents of zip archives are not believed", "[source][remote]") {
  std::string entry("PK\x01\x02", 4);
  entry.resize(46, '\0');
  entry[28] = 1;  // length of the name
  entry += "a";
  CHECK(zip_members(entry, 100).contains("a"));
  for (std::size_t size = 1; size < entry.size(); ++size) {
    CHECK_THROWS_AS(zip_members(entry.substr(0, size), 100), Error);
  }
  entry[42] = 101;  // where it lies
  CHECK_THROWS_AS(zip_members(entry, 100), Error);
}
