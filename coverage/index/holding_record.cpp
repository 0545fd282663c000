#include "coverage/index/holding_record.h"

#include "coverage/index/record_parts.h"

namespace gyre::coverage {
namespace {

constexpr std::uint32_t kMagic = 0x32525947;  // "GYR2"

}  // namespace

std::string record_to_bytes(const HoldingRecord& record) {
  ByteWriter out;
  out.number(kMagic);
  put(out, record.identity);
  out.text(record.refusal);
  out.number(static_cast<std::uint8_t>(record.no_holding));
  put_structure(out, record.schema);
  put(out, record.schema.attributes);
  const auto put_all = [&out](const auto& map, const auto& one_value) {
    out.number(std::uint64_t{map.size()});
    for (const auto& [name, value] : map) {
      out.text(name);
      one_value(value);
    }
  };
  const auto as_is = [&out](const auto& value) { put(out, value); };
  put_all(record.values, as_is);
  put_all(record.texts, as_is);
  put_all(record.fingerprints, [&out](const Fingerprint& one) {
    out.number(one.high);
    out.number(one.low);
  });
  put_all(record.layouts, as_is);
  return out.take();
}

HoldingRecord record_from_bytes(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.number<std::uint32_t>() != kMagic) {
    throw Error(ErrorKind::MalformedHolding, "", "what is known of it is damaged");
  }
  HoldingRecord record;
  record.identity = identity_from(in);
  record.refusal = in.text();
  record.no_holding = in.number<std::uint8_t>() != 0;
  record.schema = structure_from(in);
  record.schema.attributes = attributes_from(in);
  const auto take_all = [&in](auto& map, const auto& one_value) {
    const std::size_t count = in.count(sizeof(std::uint64_t));
    for (std::size_t i = 0; i < count; ++i) {
      std::string name(in.text());
      map.insert_or_assign(std::move(name), one_value());
    }
  };
  take_all(record.values, [&] { return block_from(in); });
  take_all(record.texts, [&] { return texts_from(in); });
  take_all(record.fingerprints, [&] {
    const auto high = in.number<std::uint64_t>();
    return Fingerprint{high, in.number<std::uint64_t>()};
  });
  take_all(record.layouts, [&] { return layout_from(in); });
  return record;
}

}  // namespace gyre::coverage
