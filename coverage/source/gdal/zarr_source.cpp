#include "coverage/source/gdal/zarr_source.h"

#include <algorithm>

#include <fmt/format.h>
#include <gdal_priv.h>

#include "coverage/base/error.h"
#include "coverage/cf/packing.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/gdal/gdal_words.h"
#include "coverage/source/gdal/zarr_description.h"
#include "coverage/source/netcdf_lock.h"
#include "coverage/source/reading.h"

namespace gyre::coverage {
namespace {

void register_drivers() {
  static std::once_flag once;
  std::call_once(once, [] {
    const NetcdfLock lock;  // some drivers initialise HDF5 and netCDF-C
    GDALAllRegister();
  });
}

/// How GDAL hands out values that are stored as `type`. GDAL 3.6 has no int8.
GDALDataType gdal_type(ElementType type) {
  switch (type) {
    case ElementType::Int8:
    case ElementType::Int16:
      return GDT_Int16;
    case ElementType::UInt8:
      return GDT_Byte;
    case ElementType::UInt16:
      return GDT_UInt16;
    case ElementType::Int32:
      return GDT_Int32;
    case ElementType::UInt32:
      return GDT_UInt32;
    case ElementType::Int64:
      return GDT_Int64;
    case ElementType::UInt64:
      return GDT_UInt64;
    case ElementType::Float32:
      return GDT_Float32;
    case ElementType::Float64:
      return GDT_Float64;
    case ElementType::String:
      break;
  }
  return GDT_Unknown;
}

/// Words for the log; read_unchanged() makes those for clients.
[[noreturn]] void undecodable(const std::string& detail) {
  throw Error(ErrorKind::MalformedHolding, "", detail);
}

}  // namespace

ZarrSource::ZarrSource(std::string path)
    : path_(std::move(path)), identity_(identity_of(path_)), schema_(describe_zarr(path_)) {}

ZarrSource::~ZarrSource() {
  const GdalWords words;
  dataset_.reset();
}

std::shared_ptr<GDALMDArray> ZarrSource::array(const std::string& variable) const {
  const GdalWords words;
  if (!dataset_) {
    register_drivers();
    const char* const drivers[] = {"Zarr", nullptr};
    constexpr unsigned kHow = GDAL_OF_MULTIDIM_RASTER | GDAL_OF_VERBOSE_ERROR;
    dataset_.reset(GDALDataset::Open(path_.c_str(), kHow, drivers));
    if (!dataset_) undecodable(fmt::format("GDAL does not open the store: {}", words.text()));
  }
  const std::shared_ptr<GDALGroup> root = dataset_->GetRootGroup();
  std::shared_ptr<GDALMDArray> found;
  if (root) found = root->OpenMDArrayFromFullname("/" + variable);
  if (!found) undecodable(fmt::format("GDAL does not open it: {}", words.text()));
  return found;
}

RawBlock ZarrSource::read(const std::string& name, const IndexBox& box) const {
  const VariableSchema& variable = variable_named(schema_, name);
  RawBlock block = block_for(variable, box);
  if (block.cells() == 0) return block;
  read_unchanged(path_, identity_, name, [&] { read_block(variable, box, block); });
  block.type = storage_type_of(variable);
  return block;
}

void ZarrSource::read_block(const VariableSchema& variable, const IndexBox& box,
                            RawBlock& block) const {
  const std::lock_guard guard(mutex_);
  const std::shared_ptr<GDALMDArray> stored = array(variable.name);
  const GdalWords words;
  const GDALDataType found = stored->GetDataType().GetNumericDataType();
  if (stored->GetDataType().GetClass() != GEDTC_NUMERIC || found != gdal_type(variable.type) ||
      stored->GetDimensionCount() != box.size()) {
    undecodable(fmt::format("GDAL takes it for {} in {} dimensions", GDALGetDataTypeName(found),
                            stored->GetDimensionCount()));
  }
  std::vector<GUInt64> start(box.size() + 1);
  std::vector<std::size_t> count(box.size() + 1);
  for (std::size_t d = 0; d < box.size(); ++d) {
    start[d] = box[d].begin;
    count[d] = box[d].size();
  }
  block.bytes.resize(block.cells() * static_cast<std::size_t>(GDALGetDataTypeSizeBytes(found)));
  if (!stored->Read(start.data(), count.data(), nullptr, nullptr, stored->GetDataType(),
                    block.bytes.data())) {
    undecodable(fmt::format("GDAL does not read it: {}", words.text()));
  }
  if (variable.type == ElementType::Int8) {
    const auto wide = block.as<std::int16_t>();
    const auto narrow = block.as<std::int8_t>();
    for (std::size_t i = 0; i < wide.size(); ++i) narrow[i] = static_cast<std::int8_t>(wide[i]);
    block.bytes.resize(block.cells());
  }
}

std::vector<std::string> ZarrSource::read_strings(const std::string& name) const {
  const VariableSchema& variable = variable_named(schema_, name);
  if (variable.type != ElementType::String) {
    throw Error(ErrorKind::Internal, name, fmt::format("'{}' holds numbers, not texts", name));
  }
  std::vector<std::string> texts;
  read_unchanged(path_, identity_, name, [&] { texts = read_texts(variable); });
  return texts;
}

std::vector<std::string> ZarrSource::read_texts(const VariableSchema& variable) const {
  std::size_t cells = 1;
  for (const std::size_t extent : variable.shape) {
    if (extent != 0 && cells > DescribeLimits::kStringBytes / 64 / extent) {
      throw Error(ErrorKind::TooLarge, variable.name,
                  fmt::format("There are more texts in '{}' than are read.", variable.name));
    }
    cells *= extent;
  }
  if (cells == 0) return {};
  const std::lock_guard guard(mutex_);
  const std::shared_ptr<GDALMDArray> stored = array(variable.name);
  const GdalWords words;
  if (stored->GetDataType().GetClass() != GEDTC_STRING) undecodable("GDAL finds no texts in it");
  std::vector<GUInt64> start(variable.shape.size() + 1);
  std::vector<std::size_t> count = variable.shape;
  count.resize(start.size(), 1);
  std::vector<char*> raw(cells, nullptr);
  const bool read =
      stored->Read(start.data(), count.data(), nullptr, nullptr, stored->GetDataType(), raw.data());
  std::vector<std::string> texts;
  for (char* const text : raw) {
    texts.emplace_back(text == nullptr ? "" : text);
    CPLFree(text);
  }
  if (!read) undecodable(fmt::format("GDAL does not read it: {}", words.text()));
  return texts;
}

}  // namespace gyre::coverage
