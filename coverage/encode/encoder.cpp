#include "coverage/encode/encoder.h"

#include <algorithm>
#include <cctype>

#include "coverage/encode/geotiff_encoder.h"
#include "coverage/encode/netcdf_encoder.h"
#include "coverage/encode/zarr_encoder.h"

namespace gyre::coverage {
namespace {

/// Lower case, no blanks: "Image/TIFF; application=geotiff" -> "image/tiff;application=geotiff".
std::string plain(std::string_view media_type) {
  std::string text;
  for (const char c : media_type) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isspace(u) == 0) text += static_cast<char>(std::tolower(u));
  }
  return text;
}

bool answers_to(const Encoder& encoder, const std::string& media_type) {
  const std::vector<std::string> aliases = encoder.aliases();
  return plain(encoder.media_type()) == media_type ||
         std::any_of(aliases.begin(), aliases.end(),
                     [&](const std::string& alias) { return plain(alias) == media_type; });
}

}  // namespace

const std::vector<std::unique_ptr<const Encoder>>& encoders() {
  static const std::vector<std::unique_ptr<const Encoder>> table = [] {
    std::vector<std::unique_ptr<const Encoder>> all;
    all.push_back(std::make_unique<NetcdfEncoder>(NetcdfEncoder::Kind::NetCDF4));
    all.push_back(std::make_unique<NetcdfEncoder>(NetcdfEncoder::Kind::Classic));
    all.push_back(std::make_unique<ZarrEncoder>());
    all.push_back(std::make_unique<GeotiffEncoder>());
    return all;
  }();
  return table;
}

const Encoder* find_encoder(std::string_view media_type) {
  const std::string whole = plain(media_type);
  // With its parameters first: some of them tell formats apart.
  for (const std::string& wanted : {whole, whole.substr(0, whole.find(';'))}) {
    for (const auto& encoder : encoders()) {
      if (answers_to(*encoder, wanted)) return encoder.get();
    }
  }
  return nullptr;
}

}  // namespace gyre::coverage
