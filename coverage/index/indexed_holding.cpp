#include "coverage/index/indexed_holding.h"

#include "coverage/index/record_parts.h"

namespace gyre::coverage {
namespace {

/// What `map` has of `name`, kept alive with the record it belongs to.
template <typename Map>
auto part_of(const std::shared_ptr<const HoldingRecord>& record, const Map& map,
             const std::string& name) {
  const auto found = map.find(name);
  return found == map.end()
             ? std::shared_ptr<const typename Map::mapped_type>()
             : std::shared_ptr<const typename Map::mapped_type>(record, &found->second);
}

class RecordedHolding final : public IndexedHolding {
 public:
  RecordedHolding(std::string path, std::string relative,
                  std::shared_ptr<const HoldingRecord> record)
      : path_(std::move(path)), relative_(std::move(relative)), record_(std::move(record)) {
    HoldingSchema structure = record_->schema;
    structure.attributes = {};
    structure_ = std::make_shared<const HoldingSchema>(std::move(structure));
  }

  [[nodiscard]] std::string path() const override { return path_; }
  [[nodiscard]] std::string relative() const override { return relative_; }
  [[nodiscard]] FileIdentity identity() const override { return record_->identity; }
  [[nodiscard]] std::string refusal() const override { return record_->refusal; }
  [[nodiscard]] bool no_holding() const override { return record_->no_holding; }
  [[nodiscard]] std::shared_ptr<const HoldingSchema> structure() const override {
    return structure_;
  }
  [[nodiscard]] Attributes attributes() const override { return record_->schema.attributes; }
  [[nodiscard]] std::shared_ptr<const RawBlock> values(const std::string& name) const override {
    return part_of(record_, record_->values, name);
  }
  [[nodiscard]] std::shared_ptr<const std::vector<std::string>> texts(
      const std::string& name) const override {
    return part_of(record_, record_->texts, name);
  }
  [[nodiscard]] std::optional<Fingerprint> fingerprint(const std::string& name) const override {
    const auto known = record_->fingerprints.find(name);
    if (known != record_->fingerprints.end()) return known->second;
    ByteWriter bytes;
    if (const auto block = values(name)) {
      put(bytes, *block);
    } else if (const auto words = texts(name)) {
      put(bytes, *words);
    } else {
      return std::nullopt;
    }
    return fingerprint_of(bytes.bytes());
  }
  [[nodiscard]] std::shared_ptr<const VariableLayout> layout(
      const std::string& name) const override {
    return part_of(record_, record_->layouts, name);
  }

 private:
  std::string path_, relative_;
  std::shared_ptr<const HoldingRecord> record_;
  std::shared_ptr<const HoldingSchema> structure_;
};

}  // namespace

HoldingSchema schema_of(const IndexedHolding& holding) {
  HoldingSchema schema = *holding.structure();
  schema.attributes = holding.attributes();
  return schema;
}

std::shared_ptr<const IndexedHolding> holding_of(std::string path, std::string relative,
                                                 std::shared_ptr<const HoldingRecord> record) {
  return std::make_shared<const RecordedHolding>(std::move(path), std::move(relative),
                                                 std::move(record));
}

}  // namespace gyre::coverage
