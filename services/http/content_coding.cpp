#include "services/http/content_coding.h"

#include <array>
#include <charconv>
#include <memory>
#include <new>

#include <brotli/encode.h>
#include <libdeflate.h>

#include "services/http/text.h"

namespace gyre::http {
namespace {

struct Wanted {
  std::string name;
  double weight = 1;
};

/// "br;q=0.8". A malformed weight is 0: never.
Wanted wanted_of(const std::string& item) {
  const std::vector<std::string> parts = split_list(item, ';');
  Wanted wanted{parts.empty() ? std::string() : lower_case(parts.front())};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string part = lower_case(parts[i]);
    if (!part.starts_with("q=")) continue;
    const char* const end = part.data() + part.size();
    const auto [at, error] = std::from_chars(part.data() + 2, end, wanted.weight);
    if (error != std::errc() || at != end || !(wanted.weight >= 0)) wanted.weight = 0;
  }
  return wanted;
}

struct FreeCompressor {
  void operator()(libdeflate_compressor* one) const { libdeflate_free_compressor(one); }
};

std::string gzipped(std::string_view bytes) {
  constexpr int kLevel = 7;
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(
      libdeflate_alloc_compressor(kLevel));
  if (!compressor) throw std::bad_alloc();
  std::string packed(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  packed.resize(libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(),
                                         packed.data(), packed.size()));
  if (packed.empty()) throw std::bad_alloc();
  return packed;
}

std::string brotli(std::string_view bytes) {
  constexpr int kQuality = 5;  // above it costs ten times as much for a tenth less
  constexpr int kWindow = 22;  // 4 MB: layers repeat what their neighbours say
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string packed(size, '\0');
  if (size == 0 ||
      BrotliEncoderCompress(kQuality, kWindow, BROTLI_MODE_TEXT, bytes.size(),
                            reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                            reinterpret_cast<std::uint8_t*>(packed.data())) != BROTLI_TRUE) {
    throw std::bad_alloc();
  }
  packed.resize(size);
  return packed;
}

}  // namespace

std::string_view coding_name(Coding coding) {
  switch (coding) {
    case Coding::Gzip:
      return "gzip";
    case Coding::Brotli:
      return "br";
    case Coding::Identity:
      break;
  }
  return {};
}

Coding negotiate_coding(std::string_view accept_encoding) {
  const std::vector<std::string> items = split_list(accept_encoding);
  const auto weight_of = [&items](std::string_view name, double otherwise) {
    double weight = otherwise;
    for (const std::string& item : items) {
      const Wanted wanted = wanted_of(item);
      if (wanted.name == name || (name == "gzip" && wanted.name == "x-gzip")) return wanted.weight;
      if (wanted.name == "*") weight = wanted.weight;
    }
    return weight;
  };
  Coding best = Coding::Identity;
  double most = 0;
  for (const Coding coding : {Coding::Brotli, Coding::Gzip}) {
    const double weight = weight_of(coding_name(coding), 0);
    if (weight > most) {
      best = coding;
      most = weight;
    }
  }
  // Identity is always acceptable; wanted more only where that is said.
  const bool prefers_plain = [&] {
    for (const std::string& item : items) {
      const Wanted wanted = wanted_of(item);
      if (wanted.name == "identity") return wanted.weight > most;
    }
    return false;
  }();
  return prefers_plain ? Coding::Identity : best;
}

bool is_packed_on_the_way(std::string_view media_type) {
  const std::string type = lower_case(trimmed(media_type.substr(0, media_type.find(';'))));
  return type.starts_with("text/") || type.starts_with("application/vnd.ogc.") ||
         type.ends_with("xml") || type.ends_with("json");
}

std::string encode(std::string_view bytes, Coding coding) {
  switch (coding) {
    case Coding::Gzip:
      return gzipped(bytes);
    case Coding::Brotli:
      return brotli(bytes);
    case Coding::Identity:
      break;
  }
  return std::string(bytes);
}

}  // namespace gyre::http
