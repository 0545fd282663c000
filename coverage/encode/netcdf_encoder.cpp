#include "coverage/encode/netcdf_encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/encode/discovery.h"
#include "coverage/encode/netcdf_file.h"
#include "coverage/encode/netcdf_plan.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kSlabBytes = 16u << 20;
constexpr std::size_t kCompressFrom = 16u << 10;        ///< below, chunks cost more than they save
constexpr std::size_t kChunkBytes = 1u << 20;           ///< where the holding has no chunks
constexpr std::size_t kLargestClassic = 4'294'967'292;  ///< bytes of a variable in 64-bit offset

/// The smallest and largest value, for actual_range (CF 1.11, 2.5.1: in unpacked values).
struct ValueRange {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void add(const Field& field, const RawBlock& block) {
    std::vector<double> values(block.cells());
    unpack(field, block, values);
    for (const double value : values) {
      if (std::isnan(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
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
      : view_(view), plan_(plan), file_(path, format), format_(format), abort_(abort) {}

  void run() {
    for (const DimensionSchema& dimension : plan_.dimensions)
      dimensions_[dimension.name] = file_.define_dimension(dimension.name, dimension.size);
    for (const Attribute& attribute : plan_.attributes)
      file_.put_attribute(NetcdfFile::kGlobal, attribute);
    for (const PlannedVariable& planned : plan_.variables) define(planned);
    file_.end_definitions();
    for (std::size_t i = 0; i < plan_.variables.size(); ++i) write(plan_.variables[i], ids_[i]);
    file_.close();
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
    const bool worth = planned.cells() * size_of(planned.type) >= kCompressFrom;
    if (format_ == NetcdfFile::Format::NetCDF4 && worth && !planned.shape.empty())
      file_.compress(id, chunks_of(planned), 2 * kSlabBytes);
    for (const Attribute& attribute : planned.attributes) file_.put_attribute(id, attribute);
  }

  /// The holding's chunks where it has some, but never taller than a slab: a chunk that several
  /// slabs touch would be compressed again for each.
  [[nodiscard]] std::vector<std::size_t> chunks_of(const PlannedVariable& planned) const {
    std::vector<std::size_t> chunks = planned.shape;
    std::vector<std::size_t> source;
    if (planned.field) source = view_.field(*planned.field).chunk_shape;
    if (planned.field && !source.empty()) {
      const std::vector<IndexBox> slabs = view_.slabs(*planned.field, kSlabBytes);
      std::size_t kept = 0;
      for (std::size_t a = 0; a < view_.axes().size(); ++a) {
        if (view_.axes()[a].dropped || view_.axes()[a].axis->is_scalar()) continue;
        std::size_t extent = a < source.size() ? source[a] : 1;
        if (slabs.size() > 1) {
          std::size_t slab = 1;  // of the tallest of the first two: the first may end early
          for (std::size_t i = 0; i < 2; ++i) slab = std::max(slab, slabs[i][a].size());
          extent = std::min(extent, slab);
        }
        chunks[kept] = std::clamp<std::size_t>(extent, 1, planned.shape[kept]);
        ++kept;
      }
      return chunks;
    }
    std::size_t bytes = size_of(planned.type);
    for (std::size_t d = chunks.size(); d-- > 0;) {
      chunks[d] = std::clamp<std::size_t>(kChunkBytes / bytes, 1, chunks[d]);
      bytes *= chunks[d];
    }
    return chunks;
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
    const Attribute* actual = planned.attributes.find("actual_range");
    const bool ranged = actual != nullptr &&
                        planned.attributes.numbers("actual_range").size() == 2 &&
                        actual->type != ElementType::String;
    ValueRange range;
    for (const IndexBox& box : view_.slabs(k, kSlabBytes)) {
      abort_.check();
      const RawBlock block = view_.read(k, box, abort_);
      if (ranged) range.add(view_.field(k), block);
      IndexBox kept;
      for (std::size_t a = 0; a < box.size(); ++a) {
        if (!view_.axes()[a].dropped && !view_.axes()[a].axis->is_scalar()) kept.push_back(box[a]);
      }
      file_.write(id, kept, block);
    }
    if (ranged && range.low <= range.high)
      file_.put_attribute(id,
                          number_attribute("actual_range", {range.low, range.high}, actual->type));
  }

  const View& view_;
  const NetcdfPlan& plan_;
  NetcdfFile file_;
  NetcdfFile::Format format_;
  const AbortToken& abort_;
  std::map<std::string, int> dimensions_;
  std::vector<int> ids_;
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
