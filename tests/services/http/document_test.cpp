#include "services/http/document.h"

#include <brotli/decode.h>
#include <catch2/catch.hpp>
#include <libdeflate.h>

#include "services/http/entity_tag.h"

namespace gyre::http {
namespace {

std::string long_text() {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "<Layer>" + std::to_string(i) + "</Layer>\n";
  return text;
}

std::string unpacked(const std::string& bytes, Coding coding, std::size_t size) {
  std::string text(size, '\0');
  if (coding == Coding::Gzip) {
    libdeflate_decompressor* const with = libdeflate_alloc_decompressor();
    const auto result = libdeflate_gzip_decompress(with, bytes.data(), bytes.size(), text.data(),
                                                   text.size(), nullptr);
    libdeflate_free_decompressor(with);
    REQUIRE(result == LIBDEFLATE_SUCCESS);
  } else {
    REQUIRE(BrotliDecoderDecompress(
                bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                reinterpret_cast<std::uint8_t*>(text.data())) == BROTLI_DECODER_RESULT_SUCCESS);
    text.resize(size);
  }
  return text;
}

}  // namespace

TEST_CASE("a document is packed by each coding, and each has a tag of its own", "[http]") {
  const Document document(long_text());
  CHECK(document.coding(Coding::Identity) == Coding::Identity);
  CHECK(document.bytes(Coding::Identity) == document.text());
  CHECK(document.tag(Coding::Identity) == strong_tag(document.text()));
  for (const Coding coding : {Coding::Gzip, Coding::Brotli}) {
    REQUIRE(document.coding(coding) == coding);
    const std::string& bytes = document.bytes(coding);
    CHECK(bytes.size() < document.text().size() / 3);
    CHECK(unpacked(bytes, coding, document.text().size()) == document.text());
    CHECK(document.size_bytes() >= document.text().size() + bytes.size());
  }
  CHECK(document.tag(Coding::Gzip) != document.tag(Coding::Brotli));
  CHECK(document.tag(Coding::Gzip) != document.tag(Coding::Identity));
  CHECK(document.tag(Coding::Gzip).ends_with("-gzip\""));
}

TEST_CASE("what packing gains nothing for is sent as it is", "[http]") {
  CHECK(Document("short").coding(Coding::Gzip) == Coding::Identity);
  std::string noise;
  std::uint32_t state = 1;
  for (int i = 0; i < 10'000; ++i) {
    state = state * 1664525 + 1013904223;
    noise += static_cast<char>(state >> 24);
  }
  CHECK(Document(noise).coding(Coding::Brotli) == Coding::Identity);
}

TEST_CASE("If-None-Match is compared weakly", "[http]") {
  CHECK(names_tag("\"a\"", "\"a\""));
  CHECK(names_tag("\"b\", W/\"a\"", "\"a\""));
  CHECK(names_tag("*", "\"a\""));
  CHECK_FALSE(names_tag("\"a-gzip\"", "\"a\""));
  CHECK_FALSE(names_tag("", "\"a\""));
}

}  // namespace gyre::http
