#include "coverage/source/zarr/zarr_documents.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/describe_limits.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void malformed(const std::string& what) {
  throw Error(ErrorKind::MalformedHolding, "", what);
}

/// xarray and zarr-python write NaN and Infinity as bare words, which JSON does not have;
/// nlohmann refuses them, so they are quoted first. Nesting is bounded: what walks a value of JSON
/// calls itself.
std::string with_quoted_numbers(const std::string& text) {
  constexpr int kDeepest = 64;
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) {
        out += text[++i];
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    in_string = c == '"';
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kDeepest) malformed("its metadata are nested deeper than 64");
    std::string_view word;
    for (const std::string_view bare : {"NaN", "Infinity", "-Infinity"}) {
      if (text.compare(i, bare.size(), bare) == 0) word = bare;
    }
    if (word.empty()) {
      out += c;
    } else {
      out += fmt::format("\"{}\"", word);
      i += word.size() - 1;
    }
  }
  return out;
}

/// May the path come from a document? It must not lead out of the store.
bool stays_within(std::string_view path) {
  if (path.empty()) return true;
  std::size_t begin = 0, parts = 0;
  while (begin <= path.size()) {
    const std::size_t slash = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, slash - begin);
    if (part.empty() || part == "." || part == ".." || part.find('\0') != part.npos) return false;
    if (++parts > DescribeLimits::kGroupDepth) return false;
    begin = slash + 1;
  }
  return true;
}

class Collector {
 public:
  explicit Collector(const ZarrStore& store) : store_(store) {}

  ZarrDocuments run() {
    if (auto root = document("zarr.json")) {
      found_.version = 3;
      version_3(std::move(*root));
    } else if (const auto consolidated = document(".zmetadata")) {
      const auto metadata = consolidated->find("metadata");
      if (metadata == consolidated->end() || !metadata->is_object()) {
        malformed("its .zmetadata has no member 'metadata'");
      }
      if (consolidated->contains("record_size")) {
        malformed(
            "it is a table of references in Parquet, which is not read: convert it to JSON "
            "(conf/README.md says how)");
      }
      for (const auto& [key, value] : metadata->items()) add_version_2(key, value);
    } else {
      group_2("", 0);
    }
    return std::move(found_);
  }

 private:
  std::optional<Json> document(const std::string& key) {
    std::string text;
    try {
      const std::unique_ptr<ByteSource> source = store_.open(key);
      if (!source) return std::nullopt;
      if (source->size() > DescribeLimits::kMetadataBytes - bytes_) {
        malformed("its metadata are more than the 64 MB that are read");
      }
      bytes_ += source->size();
      const Bytes raw = read_all(*source, source->size());
      text.assign(reinterpret_cast<const char*>(raw.data()), raw.size());
    } catch (const DamagedChunk& error) {
      malformed(fmt::format("its {} is damaged: {}", name_of(key), error.what()));
    }
    Json parsed = Json::parse(with_quoted_numbers(text), nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_object()) malformed(fmt::format("its {} is no JSON object", name_of(key)));
    return parsed;
  }

  static std::string name_of(const std::string& key) {
    return key.substr(key.find_last_of('/') + 1);
  }

  ZarrNode& node(const std::string& path) {
    if (found_.nodes.size() > 2 * DescribeLimits::kVariables) malformed("it has too many arrays");
    return found_.nodes[path];
  }

  void add_version_2(const std::string& key, const Json& value) {
    const std::string name = name_of(key);
    const std::string path =
        key.size() > name.size() ? key.substr(0, key.size() - name.size() - 1) : std::string();
    if (!value.is_object() || !stays_within(path)) return;
    if (name == ".zarray") {
      node(path).is_array = true;
      node(path).metadata = value;
    } else if (name == ".zattrs") {
      node(path).attributes = value;
    }
  }

  /// `prefix` is "" or ends with a slash.
  void group_2(const std::string& prefix, std::size_t depth) {
    if (depth > DescribeLimits::kGroupDepth) malformed("its groups are nested deeper than 16");
    const auto array = document(prefix + ".zarray");
    if (array) add_version_2(prefix + ".zarray", *array);
    if (const auto attributes = document(prefix + ".zattrs")) {
      add_version_2(prefix + ".zattrs", *attributes);
    }
    if (array || !document(prefix + ".zgroup")) return;  // below an array are chunks
    for (const std::string& name : store_.folders(prefix)) {
      group_2(prefix + name + "/", depth + 1);
    }
  }

  void version_3(Json root) {
    const auto consolidated = root.find("consolidated_metadata");
    std::optional<Json> inside;
    if (consolidated != root.end() && consolidated->is_object()) {
      const auto metadata = consolidated->find("metadata");
      const auto kind = consolidated->find("kind");
      if (metadata != consolidated->end() && metadata->is_object() &&
          (kind == consolidated->end() || *kind == "inline")) {
        inside = std::move(*metadata);
      }
    }
    root.erase("consolidated_metadata");
    const bool is_array = add_version_3("", std::move(root));
    if (is_array) return;
    if (!inside) return below_3("", 0);
    for (auto& [path, value] : inside->items()) {
      if (value.is_object() && !path.empty() && stays_within(path)) add_version_3(path, value);
    }
  }

  bool add_version_3(const std::string& path, Json document) {
    const auto format = document.find("zarr_format");
    if (format == document.end() || *format != 3) {
      malformed("its zarr.json is not of Zarr version 3");
    }
    const auto type = document.find("node_type");
    ZarrNode& added = node(path);
    added.is_array = type != document.end() && *type == "array";
    if (const auto attributes = document.find("attributes");
        attributes != document.end() && attributes->is_object()) {
      added.attributes = *attributes;
    }
    document.erase("attributes");
    added.metadata = std::move(document);
    return added.is_array;
  }

  void below_3(const std::string& prefix, std::size_t depth) {
    if (depth > DescribeLimits::kGroupDepth) malformed("its groups are nested deeper than 16");
    for (const std::string& name : store_.folders(prefix)) {
      auto found = document(prefix + name + "/zarr.json");
      if (!found || add_version_3(prefix + name, std::move(*found))) continue;
      below_3(prefix + name + "/", depth + 1);
    }
  }

  const ZarrStore& store_;
  std::size_t bytes_ = 0;
  ZarrDocuments found_;
};

}  // namespace

ZarrDocuments zarr_documents(const ZarrStore& store) { return Collector(store).run(); }

}  // namespace gyre::coverage
