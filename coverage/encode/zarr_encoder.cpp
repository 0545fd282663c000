#include "coverage/encode/zarr_encoder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/encode/discovery.h"
#include "coverage/encode/planned_chunks.h"
#include "coverage/encode/zarr_metadata.h"
#include "coverage/encode/zip_writer.h"

namespace gyre::coverage {
namespace {

using Json = nlohmann::ordered_json;

/// Smaller chunks than this, decoded, are not handed on: each is a member of the archive.
constexpr std::size_t kLeastStored = 64u << 10;

/// @pre `text` is UTF-8
std::u32string utf32(std::string_view text) {
  std::u32string characters;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      characters += byte;
    } else if (byte < 0xc0) {
      characters.back() = (characters.back() << 6) | (byte & 0x3fu);
    } else {
      characters += byte & (byte < 0xe0 ? 0x1fu : byte < 0xf0 ? 0x0fu : 0x07u);
    }
  }
  return characters;
}

class Writer {
 public:
  Writer(const View& view, const NetcdfPlan& plan, const std::optional<std::string>& path,
         const AbortToken& abort)
      : view_(view), plan_(plan), abort_(abort), values_(view, abort), archive_(path) {}

  std::string run() {
    document(".zgroup", {{"zarr_format", 2}});
    document(".zattrs", zarr_attributes_document(plan_.attributes, nullptr));
    for (const PlannedVariable& planned : plan_.variables) write(planned);
    const Json all{{"zarr_consolidated_format", 1}, {"metadata", std::exchange(documents_, {})}};
    put(".zmetadata", all);
    return archive_.close();
  }

 private:
  void put(const std::string& key, const Json& content) {
    const std::string text = content.dump(1);
    archive_.add(key, std::as_bytes(std::span(text)));
  }

  void document(const std::string& key, Json content) {
    put(key, content);
    documents_[key] = std::move(content);
  }

  void write(const PlannedVariable& planned) {
    ZarrForm form;
    ValueRange range;
    if (is_chunked(planned)) {
      form = write_chunks(planned, range);
    } else {
      form.chunks = planned.shape;
      for (std::size_t& extent : form.chunks) extent = std::max<std::size_t>(1, extent);
      form.dtype =
          planned.type == ElementType::String ? write_texts(planned) : write_whole(planned, range);
    }
    Attributes attributes = planned.attributes;
    if (range.known()) {
      attributes.set(number_attribute("actual_range", range.numbers(),
                                      planned.attributes.find("actual_range")->type));
    }
    document(planned.name + "/.zarray", zarr_array_document(planned, view_, form));
    document(planned.name + "/.zattrs", zarr_attributes_document(attributes, &planned.dimensions));
  }

  ZarrForm write_chunks(const PlannedVariable& planned, ValueRange& range) {
    ChunkedValues values = planned_chunks(planned, view_, values_, kLeastStored);
    if (values.stored) {
      // Zarr has no chunks that a filter was left out of.
      values.stored = [stored = values.stored](const auto& corner) {
        std::optional<StoredChunk> chunk = stored(corner);
        if (chunk && chunk->left_out != 0) chunk.reset();
        return chunk;
      };
    }
    if (states_range(planned)) look_at_all(values, view_.field(*planned.field), range);
    encode_chunks(values, abort_, [&](const auto& corner, const StoredChunk& chunk) {
      std::vector<std::size_t> at;
      for (std::size_t d = 0; d < corner.size(); ++d)
        at.push_back(corner[d] / values.chunk_shape[d]);
      archive_.add(fmt::format("{}/{}", planned.name, fmt::join(at, ".")), chunk.bytes);
    });
    return {zarr_dtype(planned.type), values.chunk_shape, true,
            values.shuffled && values.item > 1 ? values.item : 0};
  }

  void add_whole(const PlannedVariable& planned, std::span<const std::byte> bytes) {
    if (planned.cells() == 0) return;
    const std::vector<std::size_t> first(std::max<std::size_t>(1, planned.shape.size()), 0);
    archive_.add(fmt::format("{}/{}", planned.name, fmt::join(first, ".")), bytes);
  }

  std::string write_whole(const PlannedVariable& planned, ValueRange& range) {
    const RawBlock block = values_.read(planned, whole_of(planned));
    if (states_range(planned)) range.add(view_.field(*planned.field), block);
    add_whole(planned, block.bytes);
    return zarr_dtype(planned.type);
  }

  /// Fixed length: four bytes a character, or one byte of a container of attributes.
  std::string write_texts(const PlannedVariable& planned) {
    if (is_character(planned)) {
      const char one =
          planned.strings.empty() || planned.strings[0].empty() ? '\0' : planned.strings[0][0];
      add_whole(planned, std::as_bytes(std::span(&one, 1)));
      return "|S1";
    }
    std::vector<std::u32string> texts;
    std::size_t longest = 1;
    for (const std::string& text : planned.strings) {
      texts.push_back(utf32(utf8_text(text)));
      longest = std::max(longest, texts.back().size());
    }
    std::u32string all;
    for (std::u32string& text : texts) {
      text.resize(longest, U'\0');
      all += text;
    }
    add_whole(planned, std::as_bytes(std::span(all)));
    return fmt::format("<U{}", longest);
  }

  const View& view_;
  const NetcdfPlan& plan_;
  const AbortToken& abort_;
  NetcdfValues values_;
  ZipWriter archive_;
  Json documents_ = Json::object();
};

}  // namespace

std::vector<std::string> ZarrEncoder::aliases() const {
  return {"application/zarr+zip", "application/vnd.zarr", "application/vnd+zarr",
          "application/x-zarr",   "application/zarr",     "application/zip"};
}

void ZarrEncoder::check(const View& view) const { check_names(view); }

std::string ZarrEncoder::write(const View& view, const std::optional<std::string>& path,
                               const Provenance& provenance, const AbortToken& abort) const {
  check_names(view);
  const NetcdfPlan plan = plan_netcdf(view, provenance, abort);
  return Writer(view, plan, path, abort).run();
}

bool ZarrEncoder::hands_on(const View& view, std::size_t k) const {
  return hands_on_chunks(view, k, kLeastStored);
}

}  // namespace gyre::coverage
