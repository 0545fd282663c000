#include "coverage/encode/netcdf_encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/encode/chunk_encoder.h"
#include "coverage/encode/chunk_tiles.h"
#include "coverage/encode/discovery.h"
#include "coverage/encode/hdf5_chunks.h"
#include "coverage/encode/netcdf_file.h"
#include "coverage/encode/netcdf_plan.h"
#include "coverage/encode/stored_view.h"
#include "coverage/source/reading.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kSlabBytes = 16u << 20;
constexpr std::size_t kCompressFrom = 16u << 10;        ///< below, chunks cost more than they save
constexpr std::size_t kLargestClassic = 4'294'967'292;  ///< bytes of a variable in 64-bit offset

/// The smallest and largest value, for actual_range (CF 1.11, 2.5.1: in unpacked values).
struct ValueRange {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  /// Thread-safe.
  void add(const Field& field, const RawBlock& block) {
    std::vector<double> values(block.cells());
    unpack(field, block, values);
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const double value : values) {
      if (std::isnan(value)) continue;
      least = std::min(least, value);
      most = std::max(most, value);
    }
    const std::lock_guard lock(mutex);
    low = std::min(low, least);
    high = std::max(high, most);
  }
  std::mutex mutex;
};

/// Boxes over `shape` in row-major order, each of at most kSlabBytes or one row.
std::vector<IndexBox> boxes_over(const std::vector<std::size_t>& shape, std::size_t element) {
  std::vector<IndexBox> boxes;
  std::size_t inner = element;
  std::size_t cut = shape.size();
  while (cut > 0 && inner * shape[cut - 1] <= kSlabBytes) inner *= shape[--cut];
  IndexBox whole;
  for (const std::size_t extent : shape) whole.push_back({0, extent});
  if (cut == 0) return {whole};
  --cut;
  const std::size_t step = std::max<std::size_t>(1, kSlabBytes / inner);
  std::vector<std::size_t> outer(cut, 0);
  for (bool more = true; more;) {
    for (std::size_t begin = 0; begin < shape[cut]; begin += step) {
      IndexBox box = whole;
      for (std::size_t d = 0; d < cut; ++d) box[d] = {outer[d], outer[d] + 1};
      box[cut] = {begin, std::min(begin + step, shape[cut])};
      boxes.push_back(std::move(box));
    }
    more = false;
    for (std::size_t d = cut; d-- > 0;) {
      if (++outer[d] < shape[d]) {
        more = true;
        break;
      }
      outer[d] = 0;
    }
  }
  return boxes;
}

class Writer {
 public:
  Writer(const View& view, const NetcdfPlan& plan, const std::string& path,
         NetcdfFile::Format format, const AbortToken& abort)
      : view_(view),
        plan_(plan),
        path_(path),
        file_(path, format),
        format_(format),
        abort_(abort) {}

  void run() {
    for (const DimensionSchema& dimension : plan_.dimensions)
      dimensions_[dimension.name] = file_.define_dimension(dimension.name, dimension.size);
    for (const Attribute& attribute : plan_.attributes)
      file_.put_attribute(NetcdfFile::kGlobal, attribute);
    for (const PlannedVariable& planned : plan_.variables) define(planned);
    file_.end_definitions();
    for (std::size_t i = 0; i < plan_.variables.size(); ++i) {
      if (!is_chunked(plan_.variables[i])) write(plan_.variables[i], ids_[i]);
    }
    file_.close();
    write_chunks();
  }

 private:
  static std::size_t width_of(const PlannedVariable& planned) {
    std::size_t width = 1;
    for (const std::string& text : planned.strings) width = std::max(width, text.size());
    return width;
  }

  /// Containers of attributes (grid mappings) are one character by custom: no text to read.
  static bool is_character(const PlannedVariable& planned) {
    return planned.type == ElementType::String && planned.shape.empty() && width_of(planned) == 1;
  }

  void define(const PlannedVariable& planned) {
    std::vector<int> dimensions;
    for (const std::string& name : planned.dimensions) dimensions.push_back(dimensions_.at(name));
    int id = 0;
    if (is_character(planned)) {
      id = file_.define_text(planned.name, dimensions);
    } else if (planned.type == ElementType::String && format_ != NetcdfFile::Format::NetCDF4) {
      dimensions.push_back(file_.define_dimension(planned.name + "_strlen", width_of(planned)));
      id = file_.define_text(planned.name, dimensions);
    } else {
      id = file_.define_variable(planned.name, planned.type, dimensions);
    }
    ids_.push_back(id);
    if (is_chunked(planned)) {
      const ChunkedValues values = chunked_values(planned);
      file_.compress(id, values.chunk_shape, values.shuffled);
      chunked_.emplace_back(&planned, values);
    }
    for (const Attribute& attribute : planned.attributes) file_.put_attribute(id, attribute);
  }

  [[nodiscard]] bool is_chunked(const PlannedVariable& planned) const {
    return format_ == NetcdfFile::Format::NetCDF4 && !planned.shape.empty() &&
           planned.type != ElementType::String &&
           planned.cells() * size_of(planned.type) >= kCompressFrom;
  }

  /// In the chunks of the holding, where it has some that make sense here.
  [[nodiscard]] ChunkedValues chunked_values(const PlannedVariable& planned) const {
    ChunkedValues values;
    values.shape = planned.shape;
    values.item = size_of(planned.type);
    values.chunk_shape = chunk_shape_for(planned.shape, {}, values.item);
    if (planned.block) {
      values.read = [&planned](const IndexBox& box) { return part_of(*planned.block, box); };
    } else if (planned.companion) {
      values.read = [this, &planned](const IndexBox& box) {
        return read_companion(view_, *planned.companion, box, abort_);
      };
    } else {
      take_field(*planned.field, values);
    }
    return values;
  }

  void take_field(std::size_t k, ChunkedValues& values) const {
    values.read = [this, k](const IndexBox& kept) { return view_.read(k, whole(kept), abort_); };
    if (const auto stored = StoredView::of(view_, k)) {
      values.chunk_shape = stored->chunk_shape();
      values.shuffled = stored->shuffled();
      values.stored = [stored](const auto& corner) { return stored->read(corner); };
      return;
    }
    const std::vector<std::size_t>& source = view_.field(k).chunk_shape;
    if (source.empty()) return;
    std::vector<std::size_t> wanted;
    for (std::size_t a = 0; a < view_.axes().size(); ++a) {
      if (is_kept(a)) wanted.push_back(a < source.size() ? source[a] : 1);
    }
    values.chunk_shape = chunk_shape_for(values.shape, wanted, values.item);
  }

  /// Is it a dimension of the file?
  [[nodiscard]] bool is_kept(std::size_t axis) const {
    return !view_.axes()[axis].dropped && !view_.axes()[axis].axis->is_scalar();
  }
  /// A box of the dimensions kept as one of all axes.
  [[nodiscard]] IndexBox whole(const IndexBox& kept) const {
    IndexBox box;
    std::size_t d = 0;
    for (std::size_t a = 0; a < view_.axes().size(); ++a)
      box.push_back(is_kept(a) ? kept[d++] : IndexRange{0, 1});
    return box;
  }

  void write_chunks() {
    if (chunked_.empty()) return;
    Hdf5Chunks out(path_);
    for (auto& [planned, values] : chunked_) {
      out.choose(planned->name);
      const auto put = [&](const auto& corner, const StoredChunk& chunk) {
        out.put(corner, chunk);
      };
      ValueRange range;
      if (states_range(*planned)) {
        const Field& field = view_.field(*planned->field);
        values.read_all = true;
        values.read = [&field, &range, read = values.read](const IndexBox& box) {
          RawBlock block = read(box);
          range.add(field, block);
          return block;
        };
      }
      encode_chunks(values, abort_, put);
      if (range.low <= range.high) out.replace_numbers("actual_range", {range.low, range.high});
    }
    out.close();
  }

  /// Does a field say which values it has?
  static bool states_range(const PlannedVariable& planned) {
    const Attribute* actual = planned.attributes.find("actual_range");
    return planned.field && actual != nullptr && actual->type != ElementType::String &&
           planned.attributes.numbers("actual_range").size() == 2;
  }

  void write(const PlannedVariable& planned, int id) {
    if (planned.field) {
      write_field(planned, id);
    } else if (planned.type == ElementType::String) {
      if (format_ == NetcdfFile::Format::NetCDF4 && !is_character(planned)) {
        file_.write_strings(id, planned.strings);
      } else {
        file_.write_text(id, planned.strings, width_of(planned));
      }
    } else if (planned.block) {
      IndexBox whole;
      for (const std::size_t extent : planned.shape) whole.push_back({0, extent});
      file_.write(id, whole, *planned.block);
    } else {
      for (const IndexBox& box : boxes_over(planned.shape, size_of(planned.type)))
        file_.write(id, box, read_companion(view_, *planned.companion, box, abort_));
    }
  }

  void write_field(const PlannedVariable& planned, int id) {
    const std::size_t k = *planned.field;
    const bool ranged = states_range(planned);
    ValueRange range;
    for (const IndexBox& box : view_.slabs(k, kSlabBytes)) {
      abort_.check();
      const RawBlock block = view_.read(k, box, abort_);
      if (ranged) range.add(view_.field(k), block);
      IndexBox kept;
      for (std::size_t a = 0; a < box.size(); ++a) {
        if (is_kept(a)) kept.push_back(box[a]);
      }
      file_.write(id, kept, block);
    }
    if (ranged && range.low <= range.high)
      file_.put_attribute(id, number_attribute("actual_range", {range.low, range.high},
                                               planned.attributes.find("actual_range")->type));
  }

  const View& view_;
  const NetcdfPlan& plan_;
  const std::string& path_;
  NetcdfFile file_;
  NetcdfFile::Format format_;
  const AbortToken& abort_;
  std::map<std::string, int> dimensions_;
  std::vector<int> ids_;
  std::vector<std::pair<const PlannedVariable*, ChunkedValues>> chunked_;
};

/// 64-bit offset when the plan fits it, as the most widely read; else CDF-5.
NetcdfFile::Format classic_format(NetcdfPlan& plan, const View& view) {
  const bool large =
      std::any_of(plan.variables.begin(), plan.variables.end(), [](const PlannedVariable& planned) {
        return planned.cells() * size_of(planned.type) > kLargestClassic;
      });
  return !large && make_classic(plan, view) ? NetcdfFile::Format::Offset64
                                            : NetcdfFile::Format::Cdf5;
}

}  // namespace

std::string NetcdfEncoder::media_type() const {
  return kind_ == Kind::NetCDF4 ? "application/netcdf" : "application/x-netcdf3";
}

std::vector<std::string> NetcdfEncoder::aliases() const {
  if (kind_ == Kind::NetCDF4) {
    return {"application/x-netcdf", "application/x-netcdf4", "application/netcdf4",
            "application/netcdf;version=4"};
  }
  return {"application/netcdf3", "application/netcdf;version=3", "application/x-netcdf;version=3",
          "application/x-netcdf-classic"};
}

std::string NetcdfEncoder::title() const {
  return kind_ == Kind::NetCDF4 ? "NetCDF-4" : "NetCDF classic";
}

void NetcdfEncoder::check(const View& view) const {
  std::set<std::string> names;
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    if (!names.insert(flat_name(view.field(k).name)).second) {
      throw Error(ErrorKind::EncodingRefused, "FORMAT",
                  fmt::format("Two fields would both be called '{}' in a file without groups: ask "
                              "for one of them by RANGESUBSET.",
                              flat_name(view.field(k).name)));
    }
  }
}

void NetcdfEncoder::write_file(const View& view, const std::string& path,
                               const Provenance& provenance, const AbortToken& abort) const {
  check(view);
  NetcdfPlan plan = plan_netcdf(view, provenance, abort);
  const NetcdfFile::Format format =
      kind_ == Kind::NetCDF4 ? NetcdfFile::Format::NetCDF4 : classic_format(plan, view);
  Writer(view, plan, path, format, abort).run();
}

}  // namespace gyre::coverage
