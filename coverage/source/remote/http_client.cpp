#include "coverage/source/remote/http_client.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include <curl/curl.h>
#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/s3_signature.h"

namespace gyre::coverage::remote {
namespace {

using Clock = std::chrono::steady_clock;
using Part = HttpRequest::Part;

std::atomic<std::uint64_t> sent{0};

Clock::duration seconds(double value) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(value));
}

/// The requests of one call of ask(), which waits until none is left.
struct Batch {
  std::mutex mutex;
  std::condition_variable done;
  std::size_t left = 0;
};

/// One request: what is sent, what came back, and how often it was tried.
struct Transfer {
  HttpRequest request;
  std::shared_ptr<const StoreSettings> store;
  std::string host;
  Clock::time_point deadline, not_before;
  int tries = 0;
  std::shared_ptr<Batch> batch;

  HttpAnswer answer;
  bool answered = false;  ///< else `why` says what failed
  std::string failure;

  // Of the try that runs.
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  std::array<char, CURL_ERROR_SIZE> words{};
  long status = 0;
  std::string etag, last_modified, content_range, encoding;
  std::optional<std::uint64_t> content_length;
  double retry_after_s = 0;
  std::uint64_t skipped = 0;
  bool enough = false, too_long = false;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::strchr(" \t\r\n", text.front()) != nullptr) text.remove_prefix(1);
  while (!text.empty() && std::strchr(" \t\r\n", text.back()) != nullptr) text.remove_suffix(1);
  return text;
}

std::size_t on_header(char* data, std::size_t one, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, one * count);
  if (line.starts_with("HTTP/")) {  // of a redirect the last answer counts
    transfer.etag.clear();
    transfer.last_modified.clear();
    transfer.content_range.clear();
    transfer.encoding.clear();
    transfer.content_length.reset();
    transfer.answer.body.clear();
    transfer.skipped = 0;
    const std::size_t space = line.find(' ');
    transfer.status =
        space == line.npos ? 0 : static_cast<long>(number(line.substr(space + 1, 3)).value_or(0));
    return line.size();
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return line.size();
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string value(trimmed(line.substr(colon + 1)));
  if (name == "etag") transfer.etag = value;
  if (name == "last-modified") transfer.last_modified = value;
  if (name == "content-range") transfer.content_range = value;
  if (name == "content-encoding" && value != "identity") transfer.encoding = value;
  if (name == "content-length") transfer.content_length = number(value);
  if (name == "retry-after") {
    transfer.retry_after_s = static_cast<double>(number(value).value_or(0));
  }
  return line.size();
}

/// A server that ignores the range sends all: of that only the part asked for is kept, and the
/// rest is not waited for.
std::size_t on_body(char* data, std::size_t one, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::size_t size = one * count;
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  Bytes& body = transfer.answer.body;
  const HttpRequest& request = transfer.request;
  if (transfer.status != 200 && transfer.status != 206) {
    return size;  // words about an error
  }
  if (transfer.status == 200 && request.part == Part::Range) {
    const std::uint64_t skip = std::min<std::uint64_t>(size, request.offset - transfer.skipped);
    transfer.skipped += skip;
    const std::uint64_t keep = std::min<std::uint64_t>(
        size - skip, request.size - std::min<std::uint64_t>(request.size, body.size()));
    body.insert(body.end(), bytes + skip, bytes + skip + keep);
    if (body.size() == request.size) {
      transfer.enough = true;
      return size == skip + keep && transfer.content_length == request.offset + request.size ? size
                                                                                             : 0;
    }
    return size;
  }
  if (body.size() + size > request.most) {
    transfer.too_long = true;
    return 0;
  }
  if (body.empty() && transfer.content_length && *transfer.content_length <= request.most) {
    body.reserve(static_cast<std::size_t>(*transfer.content_length));
  }
  body.insert(body.end(), bytes, bytes + size);
  return size;
}

/// How a host does. Asked and changed under the client's mutex.
struct Host {
  std::deque<std::unique_ptr<Transfer>> waiting;
  std::size_t running = 0;
  std::size_t callers = 0;
  int failures = 0;  ///< in a row
  Clock::time_point closed_until{}, last_progress = Clock::now();
};

constexpr int kFailuresUntilClosed = 5;
constexpr double kClosed_s = 10;
/// Many requests at once may fail at once; a server that recovers meanwhile is not given up.
constexpr double kPatience_s = 1;
constexpr int kMostTries = 4;
/// Callers that may wait for one host, and how many for one that made no progress for a while.
constexpr std::size_t kMostCallers = 40, kMostOfSlow = 12;
constexpr double kSlow_s = 3;

class Client {
 public:
  Client() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 64L);
    std::thread([this] { run(); }).detach();
  }

  std::vector<std::unique_ptr<Transfer>> perform(std::vector<std::unique_ptr<Transfer>> all) {
    const auto batch = std::make_shared<Batch>();
    batch->left = all.size();
    std::map<std::string, std::size_t> hosts;
    for (const auto& one : all) ++hosts[one->host];
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [name, count] : hosts) check(name);
      for (const auto& [name, count] : hosts) ++hosts_[name].callers;
      for (auto& one : all) {
        one->batch = batch;
        hosts_[one->host].waiting.push_back(std::move(one));
      }
    }
    curl_multi_wakeup(multi_);
    std::unique_lock lock(batch->mutex);
    batch->done.wait(lock, [&] { return batch->left == 0; });
    lock.unlock();
    std::vector<std::unique_ptr<Transfer>> finished;
    {
      const std::lock_guard guard(mutex_);
      for (const auto& [name, count] : hosts) --hosts_[name].callers;
      finished = std::move(finished_[batch.get()]);
      finished_.erase(batch.get());
    }
    return finished;
  }

  StoreFigures figures_of(const std::string& store) {
    const std::lock_guard lock(mutex_);
    const Counts& counts = counts_[store];
    const auto host = hosts_.find(counts.host);
    const bool left_alone = host != hosts_.end() && Clock::now() < host->second.closed_until;
    return {store, counts.requests, counts.failures, counts.bytes, left_alone};
  }

 private:
  struct Counts {
    std::uint64_t requests = 0, failures = 0, bytes = 0;
    std::string host;
  };

  /// Who may not wait is told at once.
  void check(const std::string& name) {
    Host& host = hosts_[name];
    const auto now = Clock::now();
    if (now < host.closed_until) {
      throw Error(ErrorKind::Unreachable, "",
                  "The server that holds the data failed to answer; please ask again later.");
    }
    if (host.callers == 0 && host.failures == 0) host.last_progress = now;
    const bool slow = now - host.last_progress > seconds(kSlow_s);
    if (host.callers >= (slow ? kMostOfSlow : kMostCallers)) {
      throw Error(ErrorKind::Unreachable, "",
                  "The server that holds the data does not keep up; please ask again later.");
    }
  }

  [[noreturn]] void run() {
    for (;;) {
      const auto wait = start_what_may();
      int running = 0;
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
        if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
      }
      const auto wait_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
      curl_multi_poll(multi_, nullptr, 0, static_cast<int>(std::clamp<long>(wait_ms, 1, 1000)),
                      nullptr);
    }
  }

  /// @returns how long nothing is to be done, unless something happens
  Clock::duration start_what_may() {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    Clock::duration wait = std::chrono::seconds(1);
    for (auto& [name, host] : hosts_) {
      std::deque<std::unique_ptr<Transfer>> later;
      while (!host.waiting.empty()) {
        std::unique_ptr<Transfer> one = std::move(host.waiting.front());
        host.waiting.pop_front();
        if (now >= one->deadline || now < host.closed_until) {
          if (one->failure.empty()) one->failure = "it did not answer in time";
          give_back(std::move(one));
        } else if (now < one->not_before) {
          wait = std::min(wait, std::min(one->not_before, one->deadline) - now);
          later.push_back(std::move(one));
        } else if (host.running >= one->store->connections) {
          wait = std::min(wait, one->deadline - now);
          later.push_back(std::move(one));
        } else {
          ++host.running;
          start(std::move(one), now);
        }
      }
      host.waiting = std::move(later);
    }
    return wait;
  }

  /// @pre mutex_ is held
  void start(std::unique_ptr<Transfer> transfer, Clock::time_point now) {
    Transfer& one = *transfer;
    const HttpRequest& request = one.request;
    ++one.tries;
    ++sent;
    Counts& counts = counts_[one.store->name];
    ++counts.requests;
    counts.host = one.host;
    one.answer = {};
    one.failure.clear();
    one.retry_after_s = 0;
    one.skipped = 0;
    one.enough = one.too_long = false;
    one.status = 0;
    one.words[0] = '\0';
    CURL* const easy = curl_easy_init();
    one.easy = easy;
    const bool of_s3 = request.address.starts_with("s3://");
    const std::string url =
        of_s3 ? s3_url(request.address, *one.store, request.query) : request.address;
    const bool asks_nothing = request.part == Part::Nothing;
    std::vector<std::string> headers;
    if (of_s3 && one.store->is_signed()) {
      headers = s3_headers(asks_nothing ? "HEAD" : "GET", url, *one.store, std::time(nullptr));
    }
    if (request.part == Part::Range) {
      headers.push_back(
          fmt::format("Range: bytes={}-{}", request.offset, request.offset + request.size - 1));
    } else if (request.part == Part::End) {
      headers.push_back(fmt::format("Range: bytes=-{}", request.size));
    }
    one.headers = nullptr;
    for (const std::string& header : headers) {
      one.headers = curl_slist_append(one.headers, header.c_str());
    }
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, one.headers);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    // Secrets go nowhere but where they were meant for.
    set(CURLOPT_FOLLOWLOCATION, of_s3 && one.store->is_signed() ? 0L : 1L);
    set(CURLOPT_MAXREDIRS, 5L);
    set(CURLOPT_NOBODY, asks_nothing ? 1L : 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "gyre");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(CURLOPT_PIPEWAIT, url.starts_with("https://") ? 1L : 0L);
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_ERRORBUFFER, one.words.data());
    set(CURLOPT_HEADERFUNCTION, on_header);
    set(CURLOPT_HEADERDATA, &one);
    set(CURLOPT_WRITEFUNCTION, on_body);
    set(CURLOPT_WRITEDATA, &one);
    const double timeout_s = one.store->timeout_s;
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(1000 * std::min(timeout_s, 10.0)));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(timeout_s)));
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(one.deadline - now).count();
    set(CURLOPT_TIMEOUT_MS, std::max<long>(left, 1));
    transfers_[easy] = std::move(transfer);
    curl_multi_add_handle(multi_, easy);
  }

  void finish(CURL* easy, CURLcode code) {
    std::unique_ptr<Transfer> transfer = std::move(transfers_.at(easy));
    transfers_.erase(easy);
    Transfer& one = *transfer;
    curl_multi_remove_handle(multi_, easy);
    curl_easy_cleanup(easy);
    curl_slist_free_all(one.headers);
    if (code == CURLE_WRITE_ERROR && (one.enough || one.too_long)) code = CURLE_OK;

    const bool busy = one.status == 408 || one.status == 429 || one.status == 500 ||
                      one.status == 502 || one.status == 503 || one.status == 504;
    const bool failed = code != CURLE_OK || busy;
    if (code != CURLE_OK) {
      one.failure = one.words[0] != '\0' ? one.words.data() : curl_easy_strerror(code);
    } else if (busy) {
      one.failure = fmt::format("status {}", one.status);
    } else {
      understand(one);
    }
    const std::lock_guard lock(mutex_);
    Host& host = hosts_[one.host];
    --host.running;
    Counts& counts = counts_[one.store->name];
    counts.bytes += one.answer.body.size();
    counts.failures += failed ? 1 : 0;
    const auto now = Clock::now();
    if (!failed) {
      host.failures = 0;
      host.last_progress = now;
      one.answered = true;
      return give_back(std::move(transfer));
    }
    if (one.status != 429 && ++host.failures >= kFailuresUntilClosed &&
        now - host.last_progress >= seconds(kPatience_s)) {
      host.closed_until = now + seconds(kClosed_s);
      host.failures = kFailuresUntilClosed - 1;  // the next one decides
      log(LogLevel::Warning,
          fmt::format("{} failed to answer {} times, and is left alone for {} s: {}", one.host,
                      kFailuresUntilClosed, kClosed_s, one.failure));
    }
    log(LogLevel::Debug, fmt::format("{}: {}", shown(one.request.address), one.failure));
    constexpr std::array kPauses_s{0.1, 0.4, 1.2, 3.0};
    const double pause_s = std::max(
        one.retry_after_s, kPauses_s.at(static_cast<std::size_t>(std::min(one.tries, 4) - 1)));
    one.not_before = now + seconds(pause_s);
    const bool malformed = code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT ||
                           code == CURLE_TOO_MANY_REDIRECTS ||
                           code == CURLE_PEER_FAILED_VERIFICATION;
    if (malformed || one.tries >= kMostTries || one.not_before >= one.deadline) {
      return give_back(std::move(transfer));
    }
    host.waiting.push_back(std::move(transfer));
  }

  static void understand(Transfer& one) {
    HttpAnswer& answer = one.answer;
    const HttpRequest& request = one.request;
    const auto refuse = [&](std::string why) {
      answer.kind = HttpAnswer::Kind::Refused;
      answer.why = std::move(why);
    };
    if (one.too_long) {
      return refuse(fmt::format("it is longer than the {} bytes that can be right", request.most));
    }
    switch (one.status) {
      case 200:
      case 206:
        break;
      case 404:
      case 410:
        answer.kind = HttpAnswer::Kind::Absent;
        return;
      case 416:
        answer.kind = HttpAnswer::Kind::Beyond;
        return;
      case 401:
      case 403:
        return refuse("access to it is denied");
      default:
        return refuse(fmt::format("its server answers with status {}", one.status));
    }
    if (!one.encoding.empty()) {
      return refuse(fmt::format("its server sends it encoded as '{}'", one.encoding));
    }
    const bool ranged = request.part == Part::Range || request.part == Part::End;
    if (one.status == 206) {
      if (!ranged) return refuse("its server sends a part where all was asked");
      // "bytes 0-99/1234"
      std::string_view range = one.content_range;
      const std::size_t dash = range.find('-'), slash = range.find('/');
      if (!range.starts_with("bytes ") || dash == range.npos || slash == range.npos ||
          slash < dash) {
        return refuse("its server sends a part without saying which");
      }
      const auto first = number(trimmed(range.substr(6, dash - 6)));
      const auto last = number(trimmed(range.substr(dash + 1, slash - dash - 1)));
      const auto total = number(trimmed(range.substr(slash + 1)));
      if (!first || !last || !total || *last < *first || *last >= *total ||
          *last - *first + 1 != answer.body.size()) {
        return refuse("its server sends another part than it says");
      }
      answer.total = *total;
      const std::uint64_t asked_first =
          request.part == Part::Range ? request.offset
                                      : *total - std::min<std::uint64_t>(*total, request.size);
      const std::uint64_t asked_end =
          request.part == Part::Range ? std::min(request.offset + request.size, *total) : *total;
      if (*first != asked_first || *last + 1 != asked_end) {
        return refuse("its server sends another part than was asked");
      }
    } else {
      answer.total = one.content_length.value_or(answer.body.size());
      if (request.part == Part::Range && request.offset >= answer.total && one.content_length) {
        answer.kind = HttpAnswer::Kind::Beyond;
        return;
      }
      if (request.part == Part::End && answer.body.size() > request.size) {
        answer.total = answer.body.size();
        answer.body.erase(answer.body.begin(),
                          answer.body.end() - static_cast<std::ptrdiff_t>(request.size));
      }
    }
    answer.version = fmt::format("{}|{}|{}", one.etag, one.last_modified, answer.total);
    if (!one.last_modified.empty()) {
      answer.modified_s =
          std::max<std::int64_t>(0, curl_getdate(one.last_modified.c_str(), nullptr));
    }
    answer.kind = HttpAnswer::Kind::Good;
  }

  /// @pre mutex_ is held
  void give_back(std::unique_ptr<Transfer> transfer) {
    const std::shared_ptr<Batch> batch = transfer->batch;
    finished_[batch.get()].push_back(std::move(transfer));
    const std::lock_guard lock(batch->mutex);
    if (--batch->left == 0) batch->done.notify_all();
  }

  CURLM* multi_ = nullptr;
  std::mutex mutex_;
  std::map<std::string, Host> hosts_;
  std::map<std::string, Counts> counts_;  ///< by the name of the store
  std::map<const Batch*, std::vector<std::unique_ptr<Transfer>>> finished_;
  std::map<CURL*, std::unique_ptr<Transfer>> transfers_;  ///< of the thread alone
};

Client& client() {
  // Never destroyed: its thread runs to the end. Made when first needed, so that a process that
  // was forked before has its own.
  static auto* const one = new Client;
  return *one;
}

/// Whose failures and connections are counted together.
std::string host_of(const HttpRequest& request, const StoreSettings& store) {
  if (!request.address.starts_with("s3://")) return origin_of(request.address);
  return origin_of(s3_url(request.address, store));
}

}  // namespace

std::vector<HttpAnswer> ask(const std::vector<HttpRequest>& requests, double deadline_s) {
  if (requests.empty()) return {};
  const auto deadline = Clock::now() + seconds(deadline_s);
  std::vector<std::unique_ptr<Transfer>> transfers;
  std::vector<const Transfer*> order;
  for (const HttpRequest& request : requests) {
    auto one = std::make_unique<Transfer>();
    one->request = request;
    one->store = store_of(request.address);
    one->host = host_of(request, *one->store);
    one->deadline = deadline;
    order.push_back(one.get());
    transfers.push_back(std::move(one));
  }
  const auto finished = client().perform(std::move(transfers));
  std::map<const Transfer*, Transfer*> found;
  for (const auto& one : finished) found[one.get()] = one.get();
  std::vector<HttpAnswer> answers;
  for (const Transfer* const asked : order) {
    Transfer& one = *found.at(asked);
    if (!one.answered) {
      log(LogLevel::Info,
          fmt::format("{}: no answer: {}", shown(one.request.address), one.failure));
      throw Error(ErrorKind::Unreachable, "",
                  "The server that holds the data failed to answer; please ask again later.");
    }
    answers.push_back(std::move(one.answer));
  }
  return answers;
}

std::uint64_t requests_sent() { return sent; }

std::vector<StoreFigures> store_figures() {
  std::vector<StoreFigures> all;
  for (const StoreSettings& store : settings()->stores) {
    // A server that asks nobody needs no client.
    all.push_back(sent == 0 ? StoreFigures{store.name} : client().figures_of(store.name));
  }
  return all;
}

}  // namespace gyre::coverage::remote
