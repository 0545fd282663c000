#include "coverage/encode/netcdf4_writer.h"

#include <map>
#include <utility>

#include "coverage/encode/discovery.h"
#include "coverage/encode/hdf5_chunks.h"
#include "coverage/encode/netcdf_file.h"
#include "coverage/encode/planned_chunks.h"

namespace gyre::coverage {
namespace {

class Writer {
 public:
  Writer(const View& view, const NetcdfPlan& plan, const std::optional<std::string>& path,
         const AbortToken& abort)
      : view_(view), plan_(plan), path_(path), abort_(abort), values_(view, abort), file_(path) {}

  std::string run() {
    for (const DimensionSchema& dimension : plan_.dimensions)
      dimensions_[dimension.name] = file_.define_dimension(dimension.name, dimension.size);
    for (const Attribute& attribute : plan_.attributes)
      file_.put_attribute(NetcdfFile::kGlobal, attribute);
    for (const PlannedVariable& planned : plan_.variables) define(planned);
    file_.end_definitions();
    for (std::size_t i = 0; i < plan_.variables.size(); ++i) {
      if (!is_chunked(plan_.variables[i])) write(plan_.variables[i], ids_[i]);
    }
    std::string image = file_.close();
    if (chunked_.empty()) return image;
    if (path_) {
      Hdf5Chunks out(*path_);
      return write_chunks(out);
    }
    Hdf5Chunks out = Hdf5Chunks::in_memory(image);
    return write_chunks(out);
  }

 private:
  void define(const PlannedVariable& planned) {
    std::vector<int> dimensions;
    for (const std::string& name : planned.dimensions) dimensions.push_back(dimensions_.at(name));
    const int id = is_character(planned)
                       ? file_.define_text(planned.name, dimensions)
                       : file_.define_variable(planned.name, planned.type, dimensions);
    ids_.push_back(id);
    if (is_chunked(planned)) {
      ChunkedValues values = planned_chunks(planned, view_, values_);
      file_.compress(id, values.chunk_shape, values.shuffled);
      chunked_.emplace_back(&planned, std::move(values));
    }
    for (const Attribute& attribute : planned.attributes) file_.put_attribute(id, attribute);
  }

  std::string write_chunks(Hdf5Chunks& out) {
    for (auto& [planned, values] : chunked_) {
      out.choose(planned->name);
      ValueRange range;
      if (states_range(*planned)) look_at_all(values, view_.field(*planned->field), range);
      encode_chunks(values, abort_,
                    [&](const auto& corner, const StoredChunk& chunk) { out.put(corner, chunk); });
      if (range.known()) out.replace_numbers("actual_range", range.numbers());
    }
    return out.close();
  }

  void write(const PlannedVariable& planned, int id) {
    if (is_character(planned)) {
      file_.write_character(id, planned.strings);
    } else if (planned.type == ElementType::String) {
      file_.write_strings(id, planned.strings);
    } else {
      const IndexBox whole = whole_of(planned);
      const RawBlock block = values_.read(planned, whole);
      file_.write(id, whole, block);
      if (!states_range(planned)) return;
      ValueRange range;
      range.add(view_.field(*planned.field), block);
      if (!range.known()) return;
      file_.put_attribute(id, number_attribute("actual_range", range.numbers(),
                                               planned.attributes.find("actual_range")->type));
    }
  }

  const View& view_;
  const NetcdfPlan& plan_;
  const std::optional<std::string>& path_;
  const AbortToken& abort_;
  NetcdfValues values_;
  NetcdfFile file_;
  std::map<std::string, int> dimensions_;
  std::vector<int> ids_;
  std::vector<std::pair<const PlannedVariable*, ChunkedValues>> chunked_;
};

}  // namespace

std::string write_netcdf4(const View& view, const NetcdfPlan& plan,
                          const std::optional<std::string>& path, const AbortToken& abort) {
  return Writer(view, plan, path, abort).run();
}

}  // namespace gyre::coverage
