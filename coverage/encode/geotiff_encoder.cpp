#include "coverage/encode/geotiff_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <fmt/format.h>
#include <gdal_frmts.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include "coverage/base/error.h"
#include "coverage/encode/geotiff_layout.h"
#include "coverage/model/crs.h"
#include "coverage/source/gdal/gdal_types.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kSlabBytes = 16u << 20;
constexpr std::size_t kStripBytes = 256u << 10;

/// GDAL's words go to our errors, not to stderr; no side-car files.
class QuietGdal {
 public:
  QuietGdal() {
    CPLPushErrorHandler(CPLQuietErrorHandler);
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO");
  }
  ~QuietGdal() {
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", nullptr);
    CPLPopErrorHandler();
  }
  QuietGdal(const QuietGdal&) = delete;
  QuietGdal& operator=(const QuietGdal&) = delete;
};

[[noreturn]] void failed(const char* what) {
  throw Error(ErrorKind::Internal, "",
              fmt::format("GDAL could not {} a GeoTIFF: {}", what, CPLGetLastErrorMsg()));
}

GDALDriver& driver() {
  static GDALDriver* const found = [] {
    GDALRegister_GTiff();
    // Strips on their way to a file, of all requests together; 5 % of the machine otherwise.
    constexpr GIntBig kCacheBytes = 64 << 20;
    GDALSetCacheMax64(kCacheBytes);
    return GetGDALDriverManager()->GetDriverByName("GTiff");
  }();
  if (found == nullptr) failed("write");
  return *found;
}

/// As GDAL has it; x before y. Absent when GDAL cannot read its definition.
std::unique_ptr<OGRSpatialReference> reference_of(const Crs& crs) {
  auto reference = std::make_unique<OGRSpatialReference>();
  reference->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  const std::string code = crs.authority_code().value_or("");
  OGRErr status = OGRERR_FAILURE;
  if (code.starts_with("EPSG:")) {
    status = reference->importFromEPSG(std::atoi(code.c_str() + 5));
  } else if (code == "OGC:CRS84") {
    status = reference->importFromEPSG(4326);  // the same but for an order that files do not have
  }
  if (status != OGRERR_NONE) status = reference->importFromWkt(crs.wkt2().c_str());
  return status == OGRERR_NONE ? std::move(reference) : nullptr;
}

struct Closer {
  void operator()(GDALDataset* dataset) const { GDALClose(dataset); }
};
using Handle = std::unique_ptr<GDALDataset, Closer>;

/// What a reader makes of the geokeys that GDAL writes for `reference`; empty when nothing.
std::string read_back(const OGRSpatialReference& reference, const std::string& name) {
  const std::string path = "/vsimem/gyre-crs-" + name + ".tif";
  std::string text;
  {
    const Handle one(driver().Create(path.c_str(), 1, 1, 1, GDT_Byte, nullptr));
    if (!one || one->SetSpatialRef(&reference) != CE_None) return text;
  }
  {
    GDALOpenInfo info(path.c_str(), GA_ReadOnly);
    const Handle one(GDALDataset::FromHandle(driver().pfnOpen(&info)));
    char* wkt = nullptr;
    const char* const options[] = {"FORMAT=WKT2_2019", nullptr};
    if (one && one->GetSpatialRef() != nullptr &&
        one->GetSpatialRef()->exportToWkt(&wkt, options) == OGRERR_NONE)
      text = wkt;
    CPLFree(wkt);
  }
  VSIUnlink(path.c_str());
  return text;
}

/// Geokeys do not know every CRS: can they say this one? What a reader gets back must put points
/// where ours does.
bool expressible(const Crs& crs, const OGRSpatialReference& reference,
                 const GeotiffLayout& layout) {
  if (crs.is_rotated_pole()) return false;
  if (crs.authority_code()) return true;
  const std::string back =
      read_back(reference, fmt::format("{}-{}", crs.hash(), static_cast<const void*>(&layout)));
  if (back.empty()) return false;
  const auto& g = layout.geotransform;
  std::vector<double> x;
  std::vector<double> y;
  for (const double u : {0.1, 0.5, 0.9}) {
    for (const double v : {0.1, 0.5, 0.9}) {
      x.push_back(g[0] + u * g[1] * static_cast<double>(layout.width));
      y.push_back(g[3] + v * g[5] * static_cast<double>(layout.height));
    }
  }
  std::vector<double> u = x;
  std::vector<double> v = y;
  try {
    CrsTransform(crs, Crs::from_definition(back)).forward(u, v);
  } catch (const Error&) {
    return false;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool same = std::abs(u[i] - x[i]) < 1e-3 * g[1] && std::abs(v[i] - y[i]) < -1e-3 * g[5];
    if (!same) return false;
  }
  return true;
}

/// For a CRS that geokeys cannot say (rotated poles): a local one of its name, which claims
/// nothing; the metadata has the definition.
OGRSpatialReference local_reference(const Crs& crs) {
  OGRSpatialReference reference;
  reference.SetLocalCS((crs.name() + " (see metadata item crs_wkt)").c_str());
  if (crs.uom() == "m") {
    reference.SetLinearUnits("metre", 1);
  } else {
    reference.SetLinearUnits("degree", 0.0174532925199433);
  }
  return reference;
}

/// Stored values in the raster's type and direction; what is missing becomes nodata.
template <typename To>
std::vector<To> samples(const Field& field, const RawBlock& block, const GeotiffLayout& layout,
                        std::size_t rows, bool x_first) {
  std::vector<std::uint8_t> missing(block.cells());
  find_missing(field, block, missing);
  const To nodata = layout.nodata ? static_cast<To>(*layout.nodata) : To{};
  const std::size_t width = layout.width;
  std::vector<To> out(rows * width);
  with_type(block.type, [&](auto zero) {
    using From = decltype(zero);
    const auto in = block.as<From>();
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t j = layout.flip_y ? rows - 1 - row : row;
      for (std::size_t column = 0; column < width; ++column) {
        const std::size_t i = layout.flip_x ? width - 1 - column : column;
        const std::size_t from = x_first ? i * rows + j : j * width + i;
        out[row * width + column] = missing[from] != 0 ? nodata : static_cast<To>(in[from]);
      }
    }
  });
  return out;
}

class Writer {
 public:
  Writer(const View& view, const GeotiffLayout& layout, const AbortToken& abort)
      : view_(view), layout_(layout), abort_(abort) {}

  void run(const std::string& path, const Provenance& provenance) {
    const QuietGdal quiet;
    create(path);
    describe(provenance);
    for (std::size_t b = 0; b < layout_.bands.size(); ++b) write_band(b);
    CPLErrorReset();
    file_->FlushCache();
    const bool bad = CPLGetLastErrorType() == CE_Failure;
    file_.reset();
    if (bad || CPLGetLastErrorType() == CE_Failure) failed("finish");
  }

 private:
  [[nodiscard]] std::size_t strip_rows() const {
    const std::size_t row = layout_.width * size_of(layout_.type);
    return std::clamp<std::size_t>(kStripBytes / std::max<std::size_t>(1, row), 1, layout_.height);
  }

  void create(const std::string& path) {
    CPLStringList options;
    options.SetNameValue("COMPRESS", "DEFLATE");
    options.SetNameValue("ZLEVEL", "1");
    options.SetNameValue("INTERLEAVE", "BAND");
    options.SetNameValue("BLOCKYSIZE", std::to_string(strip_rows()).c_str());
    options.SetNameValue("BIGTIFF", layout_.bytes() > 4e9 ? "YES" : "NO");
    file_.reset(driver().Create(
        path.c_str(), static_cast<int>(layout_.width), static_cast<int>(layout_.height),
        static_cast<int>(layout_.bands.size()), gdal_type_of(layout_.type), options.List()));
    if (!file_) failed("create");
  }

  void describe(const Provenance& provenance) {
    auto geotransform = layout_.geotransform;
    const Crs& crs = view_.coverage().domain_set.crs();
    const auto reference = reference_of(crs);
    const bool told = reference && expressible(crs, *reference, layout_);
    const OGRSpatialReference local = local_reference(crs);
    if (file_->SetGeoTransform(geotransform.data()) != CE_None ||
        file_->SetSpatialRef(told ? reference.get() : &local) != CE_None)
      failed("georeference");
    if (!told) file_->SetMetadataItem("crs_wkt", crs.wkt2().c_str());
    const auto set = [&](const char* key, const std::string& text) {
      if (!text.empty()) file_->SetMetadataItem(key, text.c_str());
    };
    const Attributes& attributes = view_.dataset().attributes;
    set("AREA_OR_POINT", "Area");
    set("TIFFTAG_SOFTWARE", provenance.service);
    set("TIFFTAG_IMAGEDESCRIPTION", attributes.text("title").value_or(view_.dataset().id));
    set("TIFFTAG_COPYRIGHT", attributes.text("license").value_or(""));
    set("TIFFTAG_ARTIST", attributes.text("institution").value_or(""));
    set("source_id", view_.coverage().id);
    set("request", provenance.request);
    for (const char* const key : {"references", "comment", "acknowledgement", "source"})
      set(key, attributes.text(key).value_or(""));
    for (std::size_t b = 0; b < layout_.bands.size(); ++b) {
      const GeotiffBand& band = layout_.bands[b];
      const Field& field = view_.field(band.field);
      GDALRasterBand& raster = *file_->GetRasterBand(static_cast<int>(b) + 1);
      raster.SetDescription(band.description.c_str());
      raster.SetMetadataItem("variable", field.name.c_str());
      if (!field.standard_name.empty())
        raster.SetMetadataItem("standard_name", field.standard_name.c_str());
      if (!field.units.empty()) raster.SetUnitType(field.units.c_str());
      for (const auto& [label, position] : band.metadata)
        raster.SetMetadataItem(label.c_str(), position.c_str());
      if (field.packing.packed) {
        raster.SetScale(field.packing.scale);
        raster.SetOffset(field.packing.offset);
      }
    }
    if (!layout_.nodata) return;
    GDALRasterBand& first = *file_->GetRasterBand(1);  // one tag for the file
    const CPLErr status =
        layout_.type == ElementType::Int64
            ? first.SetNoDataValueAsInt64(static_cast<std::int64_t>(*layout_.nodata))
            : first.SetNoDataValue(static_cast<double>(*layout_.nodata));
    if (status != CE_None) failed("describe");
  }

  void write_band(std::size_t b) {
    const DomainSet& domain_set = view_.coverage().domain_set;
    const GeotiffBand& band = layout_.bands[b];
    const Field& field = view_.field(band.field);
    const std::size_t row_bytes =
        layout_.width * std::max(size_of(layout_.type), size_of(field.storage));
    const std::size_t strips =
        std::max<std::size_t>(1, kSlabBytes / std::max<std::size_t>(1, row_bytes) / strip_rows());
    const std::size_t step = strips * strip_rows();
    for (std::size_t top = 0; top < layout_.height; top += step) {
      abort_.check();
      const std::size_t rows = std::min(step, layout_.height - top);
      const std::size_t first = layout_.flip_y ? layout_.height - top - rows : top;
      IndexBox box;
      for (std::size_t a = 0; a < view_.axes().size(); ++a)
        box.push_back({band.at[a], band.at[a] + 1});
      box[domain_set.x()] = {0, layout_.width};
      box[domain_set.y()] = {first, first + rows};
      const RawBlock block = view_.read(band.field, box, abort_);
      with_type(layout_.type, [&](auto zero) {
        auto values =
            samples<decltype(zero)>(field, block, layout_, rows, domain_set.x() < domain_set.y());
        if (file_->GetRasterBand(static_cast<int>(b) + 1)
                ->RasterIO(GF_Write, 0, static_cast<int>(top), static_cast<int>(layout_.width),
                           static_cast<int>(rows), values.data(), static_cast<int>(layout_.width),
                           static_cast<int>(rows), gdal_type_of(layout_.type), 0, 0,
                           nullptr) != CE_None)
          failed("write");
      });
    }
  }

  const View& view_;
  const GeotiffLayout& layout_;
  const AbortToken& abort_;
  Handle file_;
};

}  // namespace

std::vector<std::string> GeotiffEncoder::aliases() const {
  return {"image/geotiff", "image/tiff;application=geotiff", "image/x-geotiff"};
}

void GeotiffEncoder::check(const View& view) const { (void)lay_out_geotiff(view); }

void GeotiffEncoder::write_file(const View& view, const std::string& path,
                                const Provenance& provenance, const AbortToken& abort) const {
  const GeotiffLayout layout = lay_out_geotiff(view);
  Writer(view, layout, abort).run(path, provenance);
}

}  // namespace gyre::coverage
