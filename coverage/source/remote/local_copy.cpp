#include "coverage/source/remote/local_copy.h"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/reading.h"
#include "coverage/source/remote/fetching.h"
#include "coverage/source/remote/range_cache.h"

namespace gyre::coverage::remote {
namespace {

/// Writes all of the object to `path`.
void copy_to(const std::string& path, const RemoteHolding& holding) {
  constexpr std::uint64_t kPart = 4u << 20;
  constexpr std::size_t kTogether = 8;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) throw Error(ErrorKind::MalformedHolding, "", "the cache takes no copy of it");
  const std::unique_ptr<const int, void (*)(const int*)> close(
      &fd, [](const int* one) { ::close(*one); });
  std::vector<HttpRequest> requests;
  const auto flush = [&] {
    const std::vector<HttpAnswer> answers = ask(requests, kReadDeadline_s);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const HttpAnswer& answer = answers[i];
      if (answer.kind != HttpAnswer::Kind::Good || answer.version != holding.version ||
          answer.body.size() != requests[i].size) {
        throw Error(ErrorKind::HoldingChanged, "", "it changed while it was being fetched");
      }
      std::size_t at = 0;
      while (at < answer.body.size()) {
        const ssize_t put = ::pwrite(fd, answer.body.data() + at, answer.body.size() - at,
                                     static_cast<off_t>(requests[i].offset + at));
        if (put <= 0) throw Error(ErrorKind::MalformedHolding, "", "the cache has no room for it");
        at += static_cast<std::size_t>(put);
      }
    }
    requests.clear();
  };
  for (std::uint64_t at = 0; at < holding.size; at += kPart) {
    HttpRequest request;
    request.address = holding.address;
    request.part = HttpRequest::Part::Range;
    request.offset = at;
    request.size = request.most = std::min(kPart, holding.size - at);
    requests.push_back(std::move(request));
    if (requests.size() == kTogether) flush();
  }
  flush();
  ::fsync(fd);  // a copy is believed when its length is right
}

/// One copy of one object at a time; others are not waited for.
std::shared_ptr<std::mutex> mutex_of(const std::string& key) {
  static std::mutex guard;
  static std::map<std::string, std::weak_ptr<std::mutex>> all;
  const std::lock_guard lock(guard);
  std::erase_if(all, [](const auto& one) { return one.second.expired(); });
  auto& place = all[key];
  auto mutex = place.lock();
  if (!mutex) place = mutex = std::make_shared<std::mutex>();
  return mutex;
}

}  // namespace

std::string local_copy(const RemoteHolding& holding) {
  const std::string key = fmt::format("copy {} {}", holding.version, holding.address);
  const auto mutex = mutex_of(key);
  const std::lock_guard lock(*mutex);
  const auto cache = range_cache();
  if (const auto there = cache->file(key)) {
    struct stat status = {};
    if (::stat(there->c_str(), &status) == 0 &&
        static_cast<std::uint64_t>(status.st_size) == holding.size) {
      return *there;
    }
  }
  const auto path = cache->new_file(holding.size);
  if (!path) {
    throw Error(ErrorKind::MalformedHolding, "",
                fmt::format("its {} bytes are more than the cache may hold (remote.cache_bytes)",
                            holding.size));
  }
  try {
    copy_to(*path, holding);
  } catch (...) {
    ::unlink(path->c_str());
    throw;
  }
  const auto kept = cache->keep_file(key, *path);
  if (!kept) throw Error(ErrorKind::MalformedHolding, "", "the cache has no room for it");
  return *kept;
}

CopiedSource::CopiedSource(std::shared_ptr<const RemoteHolding> holding, Open open)
    : holding_(std::move(holding)), open_(std::move(open)) {
  schema_ = source()->describe();
}

std::shared_ptr<const Source> CopiedSource::source() const {
  const std::string path = local_copy(*holding_);
  const FileIdentity identity = identity_of(path);
  const std::lock_guard lock(mutex_);
  if (!inner_ || !(identity_ == identity)) {
    inner_ = open_(path);
    identity_ = identity;
  }
  return inner_;
}

RawBlock CopiedSource::read(const std::string& variable, const IndexBox& box) const {
  RawBlock block;
  read_unchanged(holding_->address, holding_->identity, variable,
                 [&] { block = source()->read(variable, box); });
  return block;
}

std::vector<std::string> CopiedSource::read_strings(const std::string& variable) const {
  std::vector<std::string> texts;
  read_unchanged(holding_->address, holding_->identity, variable,
                 [&] { texts = source()->read_strings(variable); });
  return texts;
}

}  // namespace gyre::coverage::remote
