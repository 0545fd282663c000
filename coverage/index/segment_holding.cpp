#include "coverage/index/segment_holding.h"

#include "coverage/index/record_parts.h"

namespace gyre::coverage {

SegmentHolding::SegmentHolding(std::shared_ptr<const IndexSegment> segment, std::size_t record,
                               std::size_t relative_from, std::shared_ptr<SharedParts> shared)
    : segment_(std::move(segment)),
      view_(segment_->record(record)),
      relative_from_(relative_from),
      shared_(std::move(shared)) {
  if (!IndexSegment::intact(view_)) {
    throw Error(ErrorKind::MalformedHolding, "", "the index is damaged: a record has changed");
  }
}

std::string SegmentHolding::refusal() const {
  const std::uint32_t blob = view_.record->refusal;
  return blob == segment::kNone ? std::string() : std::string(segment_->blob(blob));
}

std::shared_ptr<const HoldingSchema> SegmentHolding::structure() const {
  static const auto kEmpty = std::make_shared<const HoldingSchema>();
  const std::uint32_t blob = view_.record->structure;
  return blob == segment::kNone ? kEmpty : shared_->structure(*segment_, blob);
}

Attributes SegmentHolding::attributes() const {
  std::vector<Attribute> list;
  list.reserve(view_.attributes.size());
  for (const std::uint32_t blob : view_.attributes) {
    ByteReader in(checked_blob(*segment_, blob));
    for (const Attribute& one : attributes_from(in)) list.push_back(one);
  }
  return Attributes(std::move(list));
}

std::optional<std::uint32_t> SegmentHolding::place_of(const std::string& name) const {
  const auto schema = structure();
  for (std::uint32_t i = 0; i < schema->variables.size(); ++i) {
    if (schema->variables[i].name == name) return i;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> SegmentHolding::blob_of(std::span<const segment::Part> parts,
                                                     const std::string& name) const {
  if (parts.empty()) return std::nullopt;
  const auto place = place_of(name);
  for (const segment::Part& one : parts) {
    if (one.variable == place) return one.blob;
  }
  return std::nullopt;
}

std::shared_ptr<const RawBlock> SegmentHolding::values(const std::string& name) const {
  const auto blob = blob_of(view_.values, name);
  return blob ? shared_->block(*segment_, *blob) : nullptr;
}

std::shared_ptr<const std::vector<std::string>> SegmentHolding::texts(
    const std::string& name) const {
  const auto blob = blob_of(view_.texts, name);
  return blob ? shared_->texts(*segment_, *blob) : nullptr;
}

std::optional<Fingerprint> SegmentHolding::fingerprint(const std::string& name) const {
  for (const auto& parts : {view_.values, view_.texts}) {
    if (const auto blob = blob_of(parts, name)) return segment_->fingerprint(*blob);
  }
  if (view_.hashes.empty()) return std::nullopt;
  const auto place = place_of(name);
  for (const segment::Hash& one : view_.hashes) {
    if (place && one.variable == *place) return Fingerprint{one.high, one.low};
  }
  return std::nullopt;
}

std::shared_ptr<const VariableLayout> SegmentHolding::layout(const std::string& name) const {
  const auto blob = blob_of(view_.layouts, name);
  if (!blob) return nullptr;
  ByteReader in(checked_blob(*segment_, *blob));
  return std::make_shared<const VariableLayout>(layout_from(in));
}

}  // namespace gyre::coverage
