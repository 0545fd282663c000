#include "coverage/source/gdal/crs_keys.h"

#include <atomic>
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

namespace gyre::coverage {
namespace {

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

/// For a CRS that geokeys cannot say (rotated poles): a local one of its name; the metadata has the
/// definition.
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

struct Closer {
  void operator()(GDALDataset* dataset) const { GDALClose(dataset); }
};
using Handle = std::unique_ptr<GDALDataset, Closer>;

/// A GeoTIFF of one cell in memory, for its keys.
class OneCell {
 public:
  explicit OneCell(const OGRSpatialReference& reference) {
    static std::atomic<unsigned> count = 0;
    path_ = fmt::format("/vsimem/gyre-crs-{}.tif", ++count);
    const char* const options[] = {"ENDIANNESS=LITTLE", "BIGTIFF=NO", nullptr};
    const Handle one(
        driver().Create(path_.c_str(), 1, 1, 1, GDT_Byte, const_cast<char**>(options)));
    double place[] = {0, 1, 0, 0, 0, -1};
    is_made_ =
        one && one->SetGeoTransform(place) == CE_None && one->SetSpatialRef(&reference) == CE_None;
  }
  ~OneCell() { VSIUnlink(path_.c_str()); }
  OneCell(const OneCell&) = delete;
  OneCell& operator=(const OneCell&) = delete;

  [[nodiscard]] bool is_made() const { return is_made_; }

  /// What a reader makes of the keys, as WKT; empty when nothing.
  [[nodiscard]] std::string read_back() const {
    GDALOpenInfo info(path_.c_str(), GA_ReadOnly);
    const Handle one(GDALDataset::FromHandle(driver().pfnOpen(&info)));
    std::string text;
    char* wkt = nullptr;
    const char* const options[] = {"FORMAT=WKT2_2019", nullptr};
    if (one && one->GetSpatialRef() != nullptr &&
        one->GetSpatialRef()->exportToWkt(&wkt, options) == OGRERR_NONE) {
      text = wkt;
    }
    CPLFree(wkt);
    return text;
  }

  [[nodiscard]] GeoKeys keys() const {
    vsi_l_offset size = 0;
    const GByte* const bytes = VSIGetMemFileBuffer(path_.c_str(), &size, FALSE);
    const auto number = [&](std::size_t at, auto zero) {
      if (bytes == nullptr || at + sizeof(zero) > size) failed("georeference");
      std::memcpy(&zero, bytes + at, sizeof(zero));
      return zero;
    };
    GeoKeys keys;
    const std::size_t first = number(4, std::uint32_t{});
    const std::size_t entries = number(first, std::uint16_t{});
    for (std::size_t i = 0; i < entries; ++i) {
      const std::size_t entry = first + 2 + 12 * i;
      const auto tag = number(entry, std::uint16_t{});
      const std::size_t count = number(entry + 4, std::uint32_t{});
      const std::size_t width = tag == 34735 ? 2 : tag == 34736 ? 8 : 1;
      if (tag < 34735 || tag > 34737) continue;
      const std::size_t at = count * width <= 4 ? entry + 8 : number(entry + 8, std::uint32_t{});
      for (std::size_t k = 0; k < count; ++k) {
        if (tag == 34735) keys.directory.push_back(number(at + 2 * k, std::uint16_t{}));
        if (tag == 34736) keys.numbers.push_back(number(at + 8 * k, double{}));
        if (tag == 34737) keys.text += number(at + k, char{});
      }
    }
    return keys;
  }

 private:
  std::string path_;
  bool is_made_ = false;
};

}  // namespace

CrsKeys crs_keys(const Crs& crs) {
  const QuietGdal quiet;
  CrsKeys known;
  const OneCell local(local_reference(crs));
  if (!local.is_made()) failed("georeference");
  known.local = local.keys();
  const auto reference = crs.is_rotated_pole() ? nullptr : reference_of(crs);
  if (!reference) return known;
  const OneCell one(*reference);
  if (!one.is_made()) return known;
  known.own = one.keys();
  known.by_code = crs.authority_code().has_value();
  if (!known.by_code) known.back = one.read_back();
  return known;
}

}  // namespace gyre::coverage
