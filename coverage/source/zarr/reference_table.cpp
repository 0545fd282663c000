#include "coverage/source/zarr/reference_table.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <zstd.h>

#include "coverage/base/error.h"
#include "coverage/source/zarr/reference_templates.h"
#include "coverage/source/zarr/zarr_values.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void malformed(const std::string& why) {
  throw Error(ErrorKind::MalformedHolding, "", "its table of references is malformed: " + why);
}

/// A key for messages: short, and without what could forge a line.
std::string named(std::string_view key) {
  std::string text;
  for (const char c : key.substr(0, 80)) text += static_cast<unsigned char>(c) < 32 ? '?' : c;
  return fmt::format("'{}'{}", text, key.size() > 80 ? "..." : "");
}

bool append_base64(std::string_view text, std::string& out) {
  while (text.ends_with('=') || text.ends_with('\n')) text.remove_suffix(1);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<std::uint32_t>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<std::uint32_t>(c - '0') + 52;
    } else if (c == '+') {
      value = 62;
    } else if (c == '/') {
      value = 63;
    } else if (c == '\n') {
      continue;
    } else {
      return false;
    }
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 0xff);
    }
  }
  return true;
}

}  // namespace

/// Takes the table apart while it is read: a million keys never become values of JSON.
class ReferenceTable::Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(ReferenceTable& table) : table_(table) {}

  // ---- what the parser says ----
  bool null() override { return value(Json()); }
  bool boolean(bool it) override { return value(Json(it)); }
  bool number_integer(number_integer_t it) override { return value(Json(it)); }
  bool number_unsigned(number_unsigned_t it) override { return value(Json(it)); }
  bool number_float(number_float_t it, const string_t&) override { return value(Json(it)); }
  bool binary(binary_t&) override { return false; }
  bool string(string_t& it) override {
    if (stack_.empty() && at_entry()) {
      add_inline(key_, it);
      return true;
    }
    return value(Json(std::move(it)));
  }
  bool start_object(std::size_t) override {
    if (stack_.empty() && depth_ == 0) {
      depth_ = 1;
      return true;
    }
    if (stack_.empty() && depth_ == 1 && key_ == "refs") {
      depth_ = 2;
      version_1_ = true;
      return true;
    }
    return open(Json::object());
  }
  bool start_array(std::size_t) override {
    if (depth_ == 0) malformed("it is no object");
    return open(Json::array());
  }
  bool key(string_t& it) override {
    if (stack_.empty()) {
      key_ = std::move(it);
    } else {
      names_.back() = std::move(it);
    }
    return true;
  }
  bool end_object() override {
    if (!stack_.empty()) return close();
    if (depth_ == 2) key_.clear();
    --depth_;
    return true;
  }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    malformed(fmt::format("no JSON at byte {}, after key {}", position, named(key_)));
  }

  void finish() {
    // A plain store of version 1 has other members beside; they were taken for keys.
    if (version_1_) std::erase_if(entries_, [](const Raw& raw) { return !raw.in_refs; });
    for (auto& [name, text] : templates_.items()) {
      if (!text.is_string()) malformed(fmt::format("template {} is no text", named(name)));
      values_[name] = text.get<std::string>();
    }
    for (Raw& raw : entries_) {
      Entry entry;
      entry.key_at = raw.key_at;
      entry.key_size = raw.key_size;
      entry.reference = raw.reference;
      if (raw.reference.url != Reference::kInline) {
        entry.reference.url = url_index(filled(raw.reference.url, raw));
      }
      table_.entries_.push_back(entry);
    }
    entries_.clear();
    for (const Json& one : gen_) generate(one);
    const auto key = [&](const Entry& entry) { return table_.key_of(entry); };
    auto& all = table_.entries_;
    std::stable_sort(all.begin(), all.end(),
                     [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
    // Of a key that is there twice the last counts, as in Python.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i + 1 < all.size() && key(all[i]) == key(all[i + 1])) continue;
      all[kept++] = all[i];
    }
    all.resize(kept);
    all.shrink_to_fit();
  }

 private:
  struct Raw {
    std::uint64_t key_at = 0;
    std::uint32_t key_size = 0;
    bool in_refs = false;
    Reference reference;  ///< url: index of raw_urls_
  };

  [[nodiscard]] bool at_entry() const {
    return depth_ == 2 ||
           (depth_ == 1 && key_ != "version" && key_ != "templates" && key_ != "gen");
  }

  bool open(Json container) {
    constexpr std::size_t kDeepest = 32;
    if (stack_.size() >= kDeepest) {
      malformed(fmt::format("key {} is nested deeper than {}", named(key_), kDeepest));
    }
    stack_.push_back(std::move(container));
    names_.emplace_back();
    return true;
  }

  bool close() {
    Json whole = std::move(stack_.back());
    stack_.pop_back();
    names_.pop_back();
    return value(std::move(whole));
  }

  bool value(Json it) {
    if (!stack_.empty()) {
      Json& top = stack_.back();
      if (top.is_array()) {
        // One reference is three values; lists of generated ones and of metadata are longer.
        constexpr std::size_t kLongest = 1'000'000;
        if (top.size() >= kLongest)
          malformed(fmt::format("key {} is too long a list", named(key_)));
        top.push_back(std::move(it));
      } else {
        top[names_.back()] = std::move(it);
      }
      return true;
    }
    if (depth_ == 0) malformed("it is no object");
    if (depth_ == 1 && key_ == "version") {
      if (it != 1) malformed("its version is not 1");
      return true;
    }
    if (depth_ == 1 && key_ == "templates") {
      if (!it.is_object()) malformed("'templates' is no object");
      templates_ = std::move(it);
      return true;
    }
    if (depth_ == 1 && key_ == "gen") {
      if (!it.is_array()) malformed("'gen' is no list");
      gen_ = std::move(it);
      return true;
    }
    if (it.is_array()) {
      add_reference(it);
    } else if (it.is_object()) {
      add_inline(key_, it.dump(-1, ' ', false, Json::error_handler_t::replace));
    } else if (depth_ == 2) {
      malformed(fmt::format("key {} has neither a text nor a list", named(key_)));
    }
    return true;
  }

  Raw& entry(std::string_view key) {
    if (entries_.size() + table_.entries_.size() >= kMostKeys) {
      malformed(fmt::format("it has more than {} keys", kMostKeys));
    }
    Raw raw;
    raw.key_at = table_.keys_.size();
    raw.key_size = static_cast<std::uint32_t>(key.size());
    raw.in_refs = depth_ == 2;
    table_.keys_ += key;
    entries_.push_back(raw);
    return entries_.back();
  }

  void add_inline(std::string_view key, std::string_view text) {
    Reference reference;
    reference.offset = table_.inlined_.size();
    constexpr std::string_view kBase64 = "base64:";
    if (!text.starts_with(kBase64)) {
      table_.inlined_ += text;
    } else if (!append_base64(text.substr(kBase64.size()), table_.inlined_)) {
      malformed(fmt::format("key {} is no base64", named(key)));
    }
    reference.size = table_.inlined_.size() - reference.offset;
    entry(key).reference = reference;
  }

  void add_reference(const Json& list) {
    const auto refuse = [&](const char* why) {
      malformed(fmt::format("key {}: {}", named(key_), why));
    };
    if (list.empty() || !list[0].is_string()) refuse("its reference names no object");
    Reference reference;
    if (list.size() == 1) {
      reference.whole = true;
    } else if (list.size() == 3 && list[1].is_number_unsigned() && list[2].is_number_unsigned()) {
      reference.offset = list[1].get<std::uint64_t>();
      reference.size = list[2].get<std::uint64_t>();
      constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
      if (reference.offset > kMost || reference.size > kMost) refuse("its offset is none");
    } else {
      refuse("its reference is neither [url] nor [url, offset, length]");
    }
    const auto& url = list[0].get_ref<const std::string&>();
    const auto [found, is_new] =
        raw_index_.try_emplace(url, static_cast<std::uint32_t>(raw_urls_.size()));
    if (is_new) raw_urls_.push_back(url);
    reference.url = found->second;
    entry(key_).reference = reference;
  }

  const std::string& filled(std::uint32_t raw_url, const Raw& raw) {
    std::string& text = raw_urls_[raw_url];
    if (text.find("{{") != text.npos) {
      try {
        text = filled_in(text, values_);
      } catch (const std::invalid_argument&) {
        malformed(fmt::format(
            "key {}: its template {} is not understood",
            named(std::string_view(table_.keys_).substr(raw.key_at, raw.key_size)), named(text)));
      }
    }
    return text;
  }

  std::uint32_t url_index(const std::string& url) {
    const auto [found, is_new] =
        index_.try_emplace(url, static_cast<std::uint32_t>(table_.urls_.size()));
    if (is_new) table_.urls_.push_back(url);
    return found->second;
  }

  /// One entry of "gen": keys and references for each combination of its dimensions.
  void generate(const Json& one) {
    const auto refuse = [&](const std::string& why) { malformed("'gen': " + why); };
    const auto text = [&](const char* name) {
      const auto found = one.is_object() ? one.find(name) : one.end();
      if (!one.is_object() || found == one.end()) return std::string();
      if (found->is_number_unsigned()) return std::to_string(found->get<std::uint64_t>());
      return found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string key = text("key"), url = text("url"), offset = text("offset"),
                      length = text("length");
    if (key.empty() || url.empty()) refuse("an entry without key or url");
    if (!one.contains("dimensions") || !one["dimensions"].is_object()) {
      refuse(fmt::format("{} has no dimensions", named(key)));
    }
    std::vector<std::pair<std::string, std::vector<std::int64_t>>> dimensions;
    std::size_t count = 1;
    for (const auto& [name, range] : one["dimensions"].items()) {
      std::vector<std::int64_t> numbers;
      if (range.is_array()) {
        for (const Json& item : range) {
          if (!item.is_number_integer()) refuse(fmt::format("{} has no numbers", named(name)));
          numbers.push_back(item.get<std::int64_t>());
        }
      } else if (range.is_object()) {
        const auto number = [&](const char* member, std::int64_t usual) {
          const auto found = range.find(member);
          if (found == range.end()) return usual;
          if (!found->is_number_integer()) refuse(fmt::format("{} has no numbers", named(name)));
          return found->template get<std::int64_t>();
        };
        const std::int64_t step = number("step", 1), stop = number("stop", 0);
        if (step <= 0) refuse(fmt::format("{} has no step", named(name)));
        for (std::int64_t i = number("start", 0); i < stop; i += step) {
          if (numbers.size() >= kMostKeys) refuse("too many keys");
          numbers.push_back(i);
          if (i > std::numeric_limits<std::int64_t>::max() - step) break;
        }
      } else {
        refuse(fmt::format("dimension {} is neither a list nor a range", named(name)));
      }
      if (numbers.empty()) return;
      if (numbers.size() > kMostKeys / count) refuse("too many keys");
      count *= numbers.size();
      dimensions.emplace_back(name, std::move(numbers));
    }
    if (table_.entries_.size() + count > kMostKeys) refuse("too many keys");
    TemplateValues values = values_;
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t rest = i;
      for (auto dimension = dimensions.rbegin(); dimension != dimensions.rend(); ++dimension) {
        values[dimension->first] = dimension->second[rest % dimension->second.size()];
        rest /= dimension->second.size();
      }
      try {
        Entry entry;
        const std::string name = filled_in(key, values);
        entry.key_at = table_.keys_.size();
        entry.key_size = static_cast<std::uint32_t>(name.size());
        table_.keys_ += name;
        entry.reference.url = url_index(filled_in(url, values));
        entry.reference.whole = length.empty();
        if (!length.empty()) {
          entry.reference.offset = offset.empty() ? 0 : whole_number(filled_in(offset, values));
          entry.reference.size = whole_number(filled_in(length, values));
        }
        table_.entries_.push_back(entry);
      } catch (const std::invalid_argument&) {
        refuse(fmt::format("{}: its templates are not understood", named(key)));
      }
    }
  }

  static std::uint64_t whole_number(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) {
      throw std::invalid_argument("no number");
    }
    return static_cast<std::uint64_t>(value);
  }

  ReferenceTable& table_;
  int depth_ = 0;  ///< 1: among the members of the table, 2: among its "refs"
  bool version_1_ = false;
  std::string key_;
  std::vector<Json> stack_;  ///< values being read that are no single reference
  std::vector<std::string> names_;
  Json templates_ = Json::object(), gen_ = Json::array();
  TemplateValues values_;
  std::vector<Raw> entries_;
  std::vector<std::string> raw_urls_;
  std::unordered_map<std::string, std::uint32_t> raw_index_, index_;
};

ReferenceTable::ReferenceTable(std::string_view json) {
  if (json.size() > kMostBytes) {
    malformed(fmt::format("it is longer than the {} MB that are read", kMostBytes >> 20));
  }
  Builder builder(*this);
  if (!Json::sax_parse(json.begin(), json.end(), &builder)) malformed("no JSON");
  builder.finish();
}

const ReferenceTable::Reference* ReferenceTable::find(std::string_view key) const {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), key,
                       [&](const Entry& entry, std::string_view it) { return key_of(entry) < it; });
  if (found == entries_.end() || key_of(*found) != key) return nullptr;
  return &found->reference;
}

std::string reference_text(std::string_view file) {
  if (!file.starts_with("\x28\xb5\x2f\xfd")) return std::string(file);
  const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(),
                                                                             ZSTD_freeDStream);
  if (!stream) throw std::bad_alloc();
  std::string text;
  ZSTD_inBuffer in{file.data(), file.size(), 0};
  std::size_t hint = 1;
  while (in.pos < in.size) {
    if (text.size() > ReferenceTable::kMostBytes) malformed("it unpacks to more than 256 MB");
    const std::size_t before = text.size();
    text.resize(before + ZSTD_DStreamOutSize());
    ZSTD_outBuffer out{text.data() + before, text.size() - before, 0};
    hint = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(hint) != 0) malformed("its zstd frame is damaged");
    text.resize(before + out.pos);
  }
  // What the last piece of input still holds back.
  for (std::size_t got = 1; hint != 0 && got > 0;) {
    const std::size_t before = text.size();
    if (before > ReferenceTable::kMostBytes) malformed("it unpacks to more than 256 MB");
    text.resize(before + ZSTD_DStreamOutSize());
    ZSTD_outBuffer out{text.data() + before, text.size() - before, 0};
    hint = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(hint) != 0) malformed("its zstd frame is damaged");
    got = out.pos;
    text.resize(before + got);
  }
  if (hint != 0) malformed("it is cut short");
  return text;
}

std::string unpacked_head(std::string_view head) {
  if (!head.starts_with("\x28\xb5\x2f\xfd")) return std::string(head);
  const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(),
                                                                             ZSTD_freeDStream);
  std::string text(std::size_t{256} << 10, '\0');
  ZSTD_inBuffer in{head.data(), head.size(), 0};
  ZSTD_outBuffer out{text.data(), text.size(), 0};
  for (std::size_t before = 1; stream && in.pos < in.size && out.pos < out.size;) {
    before = in.pos + out.pos;
    if (ZSTD_isError(ZSTD_decompressStream(stream.get(), &out, &in)) != 0) break;
    if (in.pos + out.pos == before) break;
  }
  text.resize(out.pos);
  return text;
}

bool looks_like_references(std::string_view head) {
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == head.npos || head[first] != '{') return false;
  for (const std::string_view word : {"\"refs\"", "\".zgroup\"", "\".zmetadata\"", "\".zattrs\"",
                                      "/.zarray\"", "\"zarr.json\""}) {
    if (head.find(word) != head.npos) return true;
  }
  return false;
}

}  // namespace gyre::coverage
