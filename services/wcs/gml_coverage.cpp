#include "services/wcs/gml_coverage.h"

#include <functional>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/metadata/description.h"
#include "services/ows/xml_writer.h"
#include "services/wcs/gml_writer.h"
#include "services/wcs/grid.h"

namespace gyre::wcs {
namespace {

using coverage::Field;
using coverage::RawBlock;
using coverage::View;

/// One field of the answer, read whole (the cell limit keeps it small).
struct Samples {
  const Field* field = nullptr;
  RawBlock block;
  std::string nil;
};

std::vector<Samples> read_samples(const View& view, const coverage::AbortToken& abort) {
  coverage::IndexBox whole;
  for (const std::size_t extent : view.shape()) whole.push_back({0, extent});
  std::vector<Samples> all;
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    Samples samples;
    samples.field = &view.field(k);
    samples.nil = nil_text(*samples.field);
    samples.block = view.read(k, whole, abort);
    all.push_back(std::move(samples));
  }
  return all;
}

/// Where the samples of the answer lie in a row-major block, in the order of the grid's axes, the
/// first fastest.
class GridOrder {
 public:
  GridOrder(const Grid& grid, const std::vector<std::size_t>& shape) {
    std::vector<std::size_t> strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
    for (const GridAxis& axis : grid.grid_axes) {
      axes_.push_back({axis.cells, strides[axis.axis], axis.reversed});
      total_ *= axis.cells;
    }
  }

  [[nodiscard]] std::size_t total() const { return total_; }

  [[nodiscard]] std::size_t offset_of(std::size_t sample) const {
    std::size_t offset = 0;
    for (const Step& axis : axes_) {
      const std::size_t at = sample % axis.cells;
      offset += (axis.reversed ? axis.cells - 1 - at : at) * axis.stride;
      sample /= axis.cells;
    }
    return offset;
  }

 private:
  struct Step {
    std::size_t cells, stride;
    bool reversed;
  };
  std::vector<Step> axes_;
  std::size_t total_ = 1;
};

std::string tuple_list(const View& view, const Grid& grid, const coverage::AbortToken& abort) {
  const std::vector<Samples> fields = read_samples(view, abort);
  const GridOrder order(grid, view.shape());
  std::string tuples;
  for (std::size_t i = 0; i < order.total(); ++i) {
    const std::size_t offset = order.offset_of(i);
    if (i > 0) tuples += ' ';
    for (const Samples& samples : fields) {
      if (&samples != &fields.front()) tuples += ',';
      const std::string text = coverage::format_sample(*samples.field, samples.block, offset);
      tuples += text == "NaN" ? samples.nil : text;
    }
  }
  return tuples;
}

std::string write_coverage(const View& view, const ows::Context& context, const Grid& grid,
                           const std::function<void(ows::XmlWriter&)>& write_range_set) {
  const coverage::Coverage& coverage = view.coverage();
  ows::XmlWriter xml;
  xml.start("gmlcov:" + coverage_subtype(grid.kind));
  write_namespaces(xml);
  xml.attribute("gml:id", coverage.id);
  write_bounded_by(xml, grid);
  write_domain_set(xml, grid, coverage.id);
  xml.start("gml:rangeSet");
  write_range_set(xml);
  xml.end();
  write_coverage_function(xml, grid);
  write_range_type(xml, coverage, view.query().fields, view.dataset().description.get(),
                   context.language);
  write_metadata(xml, view.dataset(), coverage, view.axes(), view.query().fields);
  xml.end();
  return xml.take();
}

/// The specification a file follows (GMLCOV 1.0 requirement 11): what rangeParameters' role says.
std::string specification_of(const std::string& media_type) {
  if (media_type.find("tiff") != std::string::npos) {
    return "http://www.opengis.net/spec/GMLCOV_geotiff-coverages/1.0/conf/geotiff-coverage";
  }
  return "http://www.opengis.net/spec/WCS_encoding_netcdf/1.0/conf/netcdf";
}

}  // namespace

std::string gml_with_values(const View& view, const ows::Context& context) {
  const std::size_t cells = view.query().cells() * view.field_count();
  if (cells > context.limits.gml_cells) {
    throw coverage::Error(
        coverage::ErrorKind::TooLarge, "FORMAT",
        fmt::format("{} samples are too many for GML, which may have {}; ask for less with SUBSET "
                    "or RANGESUBSET, or for NetCDF.",
                    cells, context.limits.gml_cells));
  }
  const Grid grid = make_grid(view.coverage().domain_set, view.axes(), context.base_url);
  return write_coverage(view, context, grid, [&](ows::XmlWriter& xml) {
    xml.start("gml:DataBlock");
    xml.element("gml:rangeParameters", "");
    xml.start("gml:tupleList");
    xml.attribute("cs", ",");
    xml.attribute("ts", " ");
    xml.text(tuple_list(view, grid, context.abort));
    xml.end();
    xml.end();
  });
}

std::string gml_with_file(const View& view, const ows::Context& context,
                          const std::string& content_id, const std::string& media_type) {
  const Grid grid = make_grid(view.coverage().domain_set, view.axes(), context.base_url);
  return write_coverage(view, context, grid, [&](ows::XmlWriter& xml) {
    xml.start("gml:File");
    xml.start("gml:rangeParameters");
    xml.attribute("xlink:href", "cid:" + content_id);
    xml.attribute("xlink:role", specification_of(media_type));
    xml.attribute("xlink:arcrole", "fileReference");
    xml.end();
    xml.element("gml:fileReference", "cid:" + content_id);
    xml.element("gml:fileStructure", "");
    xml.element("gml:mimeType", media_type);
    xml.end();
  });
}

}  // namespace gyre::wcs
