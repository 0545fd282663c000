#include "coverage/source/remote/fetching.h"

#include <algorithm>
#include <ctime>
#include <map>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/remote/range_cache.h"

namespace gyre::coverage::remote {
namespace {

using Part = WantedBytes::Part;

std::string key_of(const FarPart& part) {
  const char kind = part.part == Part::Whole ? 'w' : part.part == Part::End ? 'e' : 'r';
  if (part.part == Part::Whole) return fmt::format("w {} {}", part.generation, part.address);
  return fmt::format("{} {} {} {} {}", kind, part.offset, part.size, part.generation, part.address);
}

/// One request, and the parts it brings.
struct Asked {
  HttpRequest request;
  std::vector<std::size_t> parts;
};

/// Ranges of one object that lie close together are one request: a gap costs less than a round
/// trip does.
std::vector<Asked> requests_for(const std::vector<FarPart>& parts,
                                const std::vector<std::size_t>& missing) {
  constexpr std::uint64_t kGap = 8u << 10, kMostTogether = 2u << 20;
  std::vector<Asked> asked;
  std::map<std::string, std::vector<std::size_t>> ranges;
  for (const std::size_t i : missing) {
    const FarPart& part = parts[i];
    HttpRequest request;
    request.address = part.address;
    if (part.part == Part::Range) {
      ranges[part.address].push_back(i);
      continue;
    }
    request.part = part.part == Part::Whole ? HttpRequest::Part::Whole : HttpRequest::Part::End;
    request.size = part.size;
    // Beyond its end there is nothing of use, but some servers know no part from the end.
    constexpr std::uint64_t kMostInstead = std::uint64_t{256} << 20;
    request.most = part.part == Part::Whole ? part.size : std::max(part.size, kMostInstead);
    asked.push_back({std::move(request), {i}});
  }
  for (auto& [address, list] : ranges) {
    std::sort(list.begin(), list.end(),
              [&](std::size_t a, std::size_t b) { return parts[a].offset < parts[b].offset; });
    bool first = true;
    for (const std::size_t i : list) {
      const FarPart& part = parts[i];
      if (!first) {
        HttpRequest& last = asked.back().request;
        const std::uint64_t end = last.offset + last.size;
        const std::uint64_t new_end = std::max(end, part.offset + part.size);
        if (part.offset <= end + kGap && new_end - last.offset <= kMostTogether) {
          last.size = new_end - last.offset;
          last.most = last.size;
          asked.back().parts.push_back(i);
          continue;
        }
      }
      HttpRequest request;
      request.address = address;
      request.part = HttpRequest::Part::Range;
      request.offset = part.offset;
      request.size = request.most = part.size;
      asked.push_back({std::move(request), {i}});
      first = false;
    }
  }
  return asked;
}

FetchedBytes from(const Kept& kept) {
  return {kept.present, kept.bytes, kept.total, kept.version, true, ""};
}

}  // namespace

std::vector<FetchedBytes> fetch(const std::vector<FarPart>& parts) {
  const auto cache = range_cache();
  const double oldest = static_cast<double>(std::time(nullptr)) - settings()->max_age_s;
  std::vector<FetchedBytes> found(parts.size());
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const FarPart& part = parts[i];
    if (part.part == Part::Range && part.size == 0) {
      found[i].present = true;
      found[i].version = part.version;
      continue;
    }
    const auto kept = cache->get(key_of(part));
    const bool good = kept && static_cast<double>(kept->kept_s) >= oldest &&
                      (part.version.empty() || kept->version == part.version);
    if (good) {
      found[i] = from(*kept);
    } else {
      missing.push_back(i);
    }
  }
  const std::vector<Asked> asked = requests_for(parts, missing);
  std::vector<HttpRequest> requests;
  for (const Asked& one : asked) requests.push_back(one.request);
  std::vector<HttpAnswer> answers = ask(requests, kReadDeadline_s);
  const std::int64_t now = std::time(nullptr);
  for (std::size_t a = 0; a < asked.size(); ++a) {
    HttpAnswer& answer = answers[a];
    const HttpRequest& request = asked[a].request;
    for (const std::size_t i : asked[a].parts) {
      const FarPart& part = parts[i];
      if (answer.kind == HttpAnswer::Kind::Refused) {
        found[i].problem = answer.why;
        continue;
      }
      if (answer.kind == HttpAnswer::Kind::Beyond) {
        found[i].problem = "it would lie behind the end of its object";
        continue;
      }
      Kept kept;
      kept.kept_s = now;
      kept.present = answer.kind == HttpAnswer::Kind::Good;
      if (kept.present) {
        kept.total = answer.total;
        kept.version = answer.version;
        if (part.part != Part::Range) {
          kept.bytes = std::move(answer.body);
        } else {
          const std::uint64_t begin = part.offset - request.offset;
          if (begin > answer.body.size() || part.size > answer.body.size() - begin) {
            found[i].problem = "it would lie behind the end of its object";
            continue;
          }
          const auto first = answer.body.begin() + static_cast<std::ptrdiff_t>(begin);
          kept.bytes.assign(first, first + static_cast<std::ptrdiff_t>(part.size));
        }
      }
      cache->put(key_of(part), kept);
      found[i] = from(kept);
      found[i].kept = false;
    }
  }
  return found;
}

void forget(const FarPart& part) { range_cache()->remove(key_of(part)); }

}  // namespace gyre::coverage::remote
