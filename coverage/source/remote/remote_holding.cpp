#include "coverage/source/remote/remote_holding.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/fingerprint.h"
#include "coverage/base/log.h"
#include "coverage/index/byte_stream.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/fetching.h"
#include "coverage/source/remote/range_cache.h"
#include "coverage/source/remote/s3_listing.h"
#include "coverage/source/remote/zip_directory.h"
#include "coverage/source/zarr/reference_table.h"
#include "coverage/source/zarr/zarr_documents.h"

namespace gyre::coverage::remote {
namespace {

using namespace std::string_view_literals;
using AnswerKind = HttpAnswer::Kind;

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::MalformedHolding, "", why);
}

RemoteDocument document_of(HttpAnswer answer) {
  if (answer.kind == AnswerKind::Refused) refuse(fmt::format("it cannot be read: {}", answer.why));
  return {answer.kind == AnswerKind::Good, std::move(answer.version), answer.modified_s,
          std::move(answer.body)};
}

HttpRequest whole(const std::string& address, std::uint64_t most) {
  HttpRequest request;
  request.address = address;
  request.most = most;
  return request;
}

/// A store that asks for documents and folders, and keeps what it was told.
class RecordingStore final : public ZarrStore {
 public:
  explicit RecordingStore(RemoteHolding& holding) : holding_(holding) {}

  [[nodiscard]] std::unique_ptr<ByteSource> open(const std::string& key) const override {
    auto found = holding_.documents.find(key);
    if (found == holding_.documents.end()) {
      const auto request = whole(below(holding_.address, key), DescribeLimits::kMetadataBytes);
      found =
          holding_.documents.emplace(key, document_of(ask({request}, kReadDeadline_s)[0])).first;
    }
    if (!found->second.present) return nullptr;
    return std::make_unique<MemoryBytes>(found->second.bytes);
  }

  [[nodiscard]] std::vector<std::string> folders(const std::string& prefix) const override {
    if (!holding_.address.starts_with("s3://")) return {};
    std::string folder = prefix;
    while (folder.ends_with('/')) folder.pop_back();
    const auto [found, is_new] = holding_.folders.try_emplace(prefix);
    if (is_new) found->second = list_s3(below(holding_.address, folder)).folders;
    return found->second;
  }

 private:
  RemoteHolding& holding_;
};

void identify(RemoteHolding& holding) {
  std::string all;
  holding.identity = {holding.size, 0, 0};
  for (const auto& [key, document] : holding.documents) {
    if (!document.present) continue;
    all += fmt::format("{}\n{}\n", key, document.version);
    holding.identity.size += document.bytes.size();
    holding.identity.modified_ns =
        std::max(holding.identity.modified_ns, document.modified_s * 1'000'000'000);
    // A server that tells neither ETag nor Last-Modified is known by what it sends.
    const Fingerprint content = fingerprint_of(
        {reinterpret_cast<const char*>(document.bytes.data()), document.bytes.size()});
    all += fmt::format("{:x}{:x}\n", content.high, content.low);
  }
  holding.identity.inode = fingerprint_of(all).low;
}

/// A store: all its documents, those of its groups included.
void look_into_store(RemoteHolding& holding) {
  const ZarrDocuments documents = zarr_documents(RecordingStore(holding));
  const bool any = std::any_of(documents.nodes.begin(), documents.nodes.end(),
                               [](const auto& node) { return node.second.is_array; });
  holding.kind = {HoldingKind::Zarr, ""};
  if (!any && !holding.address.starts_with("s3://")) {
    holding.kind = {HoldingKind::Refused,
                    "its metadata are not consolidated, and over HTTP nobody can list what it "
                    "holds: run zarr.consolidate_metadata on it"};
  }
}

bool named_as(const std::string& address, std::initializer_list<std::string_view> extensions) {
  const std::string name = last_part_of(address);
  return std::any_of(extensions.begin(), extensions.end(),
                     [&](std::string_view one) { return name.ends_with(one); });
}

/// A single object, by its first bytes.
void look_into_object(RemoteHolding& holding, const HttpAnswer& head) {
  const std::string_view bytes(reinterpret_cast<const char*>(head.body.data()), head.body.size());
  holding.version = head.version;
  holding.size = head.total;
  RemoteDocument self{true, head.version, head.modified_s, {}};
  if (bytes.starts_with("CDF\x01"sv) || bytes.starts_with("CDF\x02"sv) ||
      bytes.starts_with("CDF\x05"sv)) {
    holding.kind = {HoldingKind::NetcdfClassic, ""};
  } else if (bytes.starts_with("\x89HDF\r\n\x1a\n"sv)) {
    holding.kind = {HoldingKind::Hdf5, ""};
  } else if (bytes.starts_with("PK"sv)) {
    holding.documents.emplace("", self);
    self.bytes = zip_directory_bytes(holding.address, holding.size, holding.version);
    holding.kind = {HoldingKind::Zarr, ""};
  } else if (named_as(holding.address, {".json", ".json.zst", ".json.zstd"})) {
    HttpAnswer answer =
        ask({whole(holding.address, ReferenceTable::kMostBytes)}, kReadDeadline_s).front();
    if (answer.kind != AnswerKind::Good) refuse("it cannot be read: " + answer.why);
    holding.version = self.version = answer.version;
    self.bytes = std::move(answer.body);
    holding.kind = {HoldingKind::References, ""};
  } else {
    holding.kind = {HoldingKind::Refused,
                    "its first bytes are not those of NetCDF, HDF5, a Zarr "
                    "store or a table of references"};
  }
  holding.documents[""] = std::move(self);
}

RemoteHolding look_at_dap(RemoteHolding holding) {
  constexpr std::uint64_t kMost = 16u << 20;
  if (holding.address.find_first_of("?#") != std::string::npos) {
    refuse("an address of OPeNDAP has no query: a dataset is published whole");
  }
  std::vector<HttpRequest> requests;
  for (const char* const suffix : {".dds", ".das"}) {
    requests.push_back(whole(holding.address + suffix, kMost));
  }
  std::vector<HttpAnswer> answers = ask(requests, kReadDeadline_s);
  if (answers[0].kind != AnswerKind::Good || answers[1].kind != AnswerKind::Good) {
    refuse("its server does not describe it by OPeNDAP");
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i].version.clear();  // made anew for each answer
    answers[i].modified_s = 0;
    holding.documents[i == 0 ? ".dds" : ".das"] = document_of(std::move(answers[i]));
  }
  holding.kind = {HoldingKind::Opendap, ""};
  identify(holding);
  return holding;
}

/// '*' stands for any characters.
bool matches(std::string_view name, std::string_view pattern) {
  std::size_t at = 0, in = 0, star = pattern.npos, star_at = 0;
  while (at < name.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      star_at = at;
    } else if (in < pattern.size() && pattern[in] == name[at]) {
      ++in;
      ++at;
    } else if (star != pattern.npos) {
      in = star + 1;
      at = ++star_at;
    } else {
      return false;
    }
  }
  while (in < pattern.size() && pattern[in] == '*') ++in;
  return in == pattern.size();
}

RemoteHolding look_into_folder(RemoteHolding holding) {
  const std::size_t slash = holding.address.find_last_of('/');
  const std::string pattern = holding.address.substr(slash + 1);
  const S3Listing listing = list_s3(holding.address.substr(0, slash));
  auto& names = holding.folders[""];
  for (const std::string& name : listing.objects) {
    if (pattern.empty() || matches(name, pattern)) names.push_back(name);
  }
  for (const std::string& name : listing.folders) {
    const bool store = name.ends_with(".zarr");
    if (pattern.empty() ? store : matches(name, pattern)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  std::string all;
  for (const std::string& name : names) all += name + "\n";
  holding.kind = {HoldingKind::Other, "it is a folder"};
  holding.identity = {names.size(), 0, fingerprint_of(all).low};
  return holding;
}

// ---- what is kept of a look, for the next process
// -------------------------------------------------

std::string key_of_look(const std::string& address) { return "look 1 " + address; }

void keep(const RemoteHolding& holding) {
  ByteWriter out;
  out.number(static_cast<std::uint8_t>(holding.kind.kind));
  out.text(holding.kind.reason);
  out.text(holding.version);
  out.number(holding.size);
  out.number(std::uint64_t{holding.documents.size()});
  for (const auto& [key, document] : holding.documents) {
    out.text(key);
    out.number(static_cast<std::uint8_t>(document.present ? 1 : 0));
    out.text(document.version);
    out.number(document.modified_s);
    out.text({reinterpret_cast<const char*>(document.bytes.data()), document.bytes.size()});
  }
  out.number(std::uint64_t{holding.folders.size()});
  for (const auto& [prefix, names] : holding.folders) {
    out.text(prefix);
    out.number(std::uint64_t{names.size()});
    for (const std::string& name : names) out.text(name);
  }
  Kept kept;
  kept.present = true;
  kept.kept_s = std::time(nullptr);
  const auto* const bytes = reinterpret_cast<const std::byte*>(out.bytes().data());
  kept.bytes.assign(bytes, bytes + out.bytes().size());
  range_cache()->put(key_of_look(holding.address), kept);
}

std::optional<RemoteHolding> kept_look(const std::string& address) {
  const auto kept = range_cache()->get(key_of_look(address));
  if (!kept) return std::nullopt;
  try {
    ByteReader in({reinterpret_cast<const char*>(kept->bytes.data()), kept->bytes.size()});
    RemoteHolding holding;
    holding.address = address;
    holding.kind.kind = static_cast<HoldingKind>(in.number<std::uint8_t>());
    holding.kind.reason = in.text();
    holding.version = in.text();
    holding.size = in.number<std::uint64_t>();
    for (std::size_t n = in.count(1); n > 0; --n) {
      RemoteDocument& document = holding.documents[std::string(in.text())];
      document.present = in.number<std::uint8_t>() != 0;
      document.version = in.text();
      document.modified_s = in.number<std::int64_t>();
      const std::string_view text = in.text();
      const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
      document.bytes.assign(bytes, bytes + text.size());
    }
    for (std::size_t n = in.count(1); n > 0; --n) {
      auto& names = holding.folders[std::string(in.text())];
      for (std::size_t m = in.count(1); m > 0; --m) names.emplace_back(in.text());
    }
    identify(holding);
    return holding;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Are all its documents of the versions that are known? Asks for nothing but these.
bool unchanged(const RemoteHolding& holding) {
  std::vector<HttpRequest> requests;
  std::vector<const RemoteDocument*> of;
  for (const auto& [key, document] : holding.documents) {
    if (!document.present) continue;
    HttpRequest request;
    request.address = key.empty() ? holding.address : below(holding.address, key);
    request.part = HttpRequest::Part::Nothing;
    requests.push_back(std::move(request));
    of.push_back(&document);
  }
  // Without ETag and Last-Modified only the content tells.
  const bool told = std::all_of(of.begin(), of.end(), [](const RemoteDocument* one) {
    return !one->version.starts_with("||") && !one->version.empty();
  });
  if (requests.empty() || !told) return false;
  const std::vector<HttpAnswer> answers = ask(requests, kReadDeadline_s);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].kind != AnswerKind::Good || answers[i].version != of[i]->version) return false;
  }
  return true;
}

/// Asks for all that it might be at once.
RemoteHolding look(const std::string& address) {
  RemoteHolding holding;
  holding.address = address;
  if (names_many(address)) return look_into_folder(std::move(holding));
  if (store_of(address)->opendap) return look_at_dap(std::move(holding));
  constexpr std::array kDocuments{"zarr.json", ".zmetadata", ".zgroup", ".zarray"};
  std::vector<HttpRequest> requests;
  HttpRequest self;
  self.address = address;
  self.part = HttpRequest::Part::Range;
  constexpr std::uint64_t kHead = 16;
  self.size = self.most = kHead;
  requests.push_back(self);
  // The name of a file says that there is nothing below it.
  const bool file =
      named_as(address, {".nc", ".nc4", ".h5", ".hdf5", ".zip", ".json", ".zst", ".cdf"});
  if (!file) {
    for (const char* const key : kDocuments) {
      requests.push_back(whole(below(address, key), DescribeLimits::kMetadataBytes));
    }
  }
  std::vector<HttpAnswer> answers = ask(requests, kReadDeadline_s);
  bool store = false;
  for (std::size_t i = 1; i < answers.size(); ++i) {
    if (answers[i].kind == AnswerKind::Refused) continue;  // S3 says so of what is not there, too
    store = store || answers[i].kind == AnswerKind::Good;
    holding.documents[kDocuments.at(i - 1)] = document_of(std::move(answers[i]));
  }
  if (store) {
    for (const char* const key : kDocuments) holding.documents.try_emplace(key);
    look_into_store(holding);
  } else if (answers[0].kind == AnswerKind::Good) {
    holding.documents.clear();
    look_into_object(holding, answers[0]);
  } else {
    for (const HttpAnswer& answer : answers) {
      if (answer.kind == AnswerKind::Refused)
        refuse(fmt::format("it cannot be read: {}", answer.why));
    }
    if (answers[0].kind == AnswerKind::Beyond) refuse("it is empty");
    refuse("there is nothing at its address");
  }
  identify(holding);
  return holding;
}

// ---- all that were looked at
// ------------------------------------------------------------------------

using Clock = std::chrono::steady_clock;

struct State {
  std::shared_ptr<const RemoteHolding> holding;
  std::optional<Error> failure;
  Clock::time_point looked{};
  bool looking = false;
};

/// Looks on a few threads of its own, so that nobody has to wait for a server.
class Looks {
 public:
  std::shared_ptr<const RemoteHolding> get(const std::string& address) {
    const auto now = settings();
    std::unique_lock lock(mutex_);
    State& state = states_[address];
    const bool known = state.holding || state.failure;
    constexpr double kOfFailures_s = 10;
    const double most_s = state.failure ? std::min(now->recheck_s, kOfFailures_s) : now->recheck_s;
    const std::chrono::duration<double> age = Clock::now() - state.looked;
    if (!state.looking && (!known || age.count() > most_s)) enqueue(address, state);
    if (!known) {
      looked_.wait_for(lock, std::chrono::duration<double>(now->first_look_s),
                       [&] { return state.holding || state.failure; });
    }
    if (state.holding) return state.holding;
    if (state.failure) throw Error(*state.failure);
    throw Error(ErrorKind::Unreachable, "", "its server has not answered yet; it is asked again");
  }

  std::optional<FileIdentity> known(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto found = states_.find(address);
    if (found == states_.end() || !found->second.holding) return std::nullopt;
    return found->second.holding->identity;
  }

  void now(const std::string& address) {
    std::unique_lock lock(mutex_);
    State& state = states_[address];
    looked_.wait(lock, [&] { return !state.looking; });
    enqueue(address, state);
    looked_.wait(lock, [&] { return !state.looking; });
    if (state.failure) throw Error(*state.failure);
  }

  void on_change(std::function<void(const std::string&)> told) {
    const std::lock_guard lock(telling_);
    told_ = std::move(told);
  }

 private:
  void tell(const std::string& address) {
    const std::lock_guard lock(telling_);
    if (told_) told_(address);
  }

  /// @pre mutex_ is held
  void enqueue(const std::string& address, State& state) {
    state.looking = true;
    queue_.push_back(address);
    constexpr std::size_t kMostThreads = 16;
    if (idle_ == 0 && threads_ < kMostThreads) {
      ++threads_;
      std::thread([this] { work(); }).detach();
    }
    queued_.notify_one();
  }

  [[noreturn]] void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      queued_.wait(lock, [&] { return !queue_.empty(); });
      --idle_;
      const std::string address = std::move(queue_.front());
      queue_.pop_front();
      const auto before = states_[address].holding;
      lock.unlock();
      std::shared_ptr<const RemoteHolding> found;
      std::optional<Error> failure;
      try {
        found = look_at(address, before);
      } catch (const Error& error) {
        failure = error;
      } catch (const std::exception& error) {
        failure = Error(ErrorKind::Internal, "", error.what());
      }
      lock.lock();
      State& state = states_[address];
      state.looking = false;
      state.looked = Clock::now();
      const bool away = failure && failure->kind() == ErrorKind::Unreachable;
      if (away && state.holding) {
        log(LogLevel::Info,
            fmt::format("{}: does not answer; what is known of it stays", shown(address)));
      } else {
        state.holding = std::move(found);
        state.failure = std::move(failure);
      }
      const bool changed = before && state.holding != before;
      looked_.notify_all();
      if (!changed) continue;
      lock.unlock();
      tell(address);
      lock.lock();
    }
  }

  static std::shared_ptr<const RemoteHolding> look_at(
      const std::string& address, const std::shared_ptr<const RemoteHolding>& before) {
    if (before && unchanged(*before)) return before;
    if (!before) {
      auto kept = kept_look(address);
      if (kept && unchanged(*kept)) return std::make_shared<const RemoteHolding>(std::move(*kept));
    }
    RemoteHolding found = look(address);
    if (before && found.identity == before->identity) return before;
    if (!names_many(address)) keep(found);
    return std::make_shared<const RemoteHolding>(std::move(found));
  }

  std::mutex telling_;  ///< guards told_
  std::function<void(const std::string&)> told_;
  std::mutex mutex_;  ///< guards the rest
  std::condition_variable looked_, queued_;
  std::map<std::string, State> states_;
  std::deque<std::string> queue_;
  std::size_t threads_ = 0, idle_ = 0;
};

Looks& looks() {
  static auto* const all = new Looks;  // its threads run to the end
  return *all;
}

}  // namespace

std::string RemoteHolding::generation() const {
  return fmt::format("{}-{}-{}", identity.size, identity.modified_ns, identity.inode);
}

std::shared_ptr<const RemoteHolding> remote_holding(const std::string& address) {
  return looks().get(address);
}

bool names_many(const std::string& address) {
  if (!address.starts_with("s3://")) return false;
  const std::string last = address.substr(address.find_last_of('/') + 1);
  return last.empty() || last.find('*') != std::string::npos;
}

std::vector<std::string> members_of(const std::string& address) {
  const auto holding = remote_holding(address);
  const std::string folder = address.substr(0, address.find_last_of('/') + 1);
  std::vector<std::string> addresses;
  const auto names = holding->folders.find("");
  if (names == holding->folders.end()) return addresses;
  for (const std::string& name : names->second) addresses.push_back(folder + name);
  return addresses;
}

std::optional<FileIdentity> known_identity(const std::string& address) {
  return looks().known(address);
}

void on_change(std::function<void(const std::string& address)> told) {
  looks().on_change(std::move(told));
}

void look_again(const std::string& address) { looks().now(address); }

}  // namespace gyre::coverage::remote
