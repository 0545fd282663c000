#include "coverage/encode/encoder.h"

#include <algorithm>
#include <cctype>

#include "coverage/encode/geotiff_encoder.h"
#include "coverage/encode/netcdf_encoder.h"
#include "coverage/encode/zarr_encoder.h"

namespace gyre::coverage {
namespace {

/// Lower case, no blanks or quotes, parameters in order: "Image/TIFF; profile=a;
/// application=geotiff"
/// -> "image/tiff;application=geotiff;profile=a".
std::string plain(std::string_view media_type) {
  std::vector<std::string> parts(1);
  for (const char c : media_type) {
    const auto u = static_cast<unsigned char>(c);
    if (c == ';') {
      parts.emplace_back();
    } else if (std::isspace(u) == 0 && c != '"') {
      parts.back() += static_cast<char>(std::tolower(u));
    }
  }
  std::sort(parts.begin() + 1, parts.end());
  std::string text = parts.front();
  for (auto part = parts.begin() + 1; part != parts.end(); ++part) text += ";" + *part;
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
    all.push_back(std::make_unique<GeotiffEncoder>(GeotiffEncoder::Kind::Plain));
    all.push_back(std::make_unique<GeotiffEncoder>(GeotiffEncoder::Kind::CloudOptimized));
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
