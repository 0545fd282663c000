#include "coverage/source/overlaid_source.h"

#include <algorithm>

#include "coverage/cf/packing.h"

namespace gyre::coverage {
namespace {

class OverlaidSource final : public Source {
 public:
  OverlaidSource(std::shared_ptr<const Source> source, Overlaid overlaid)
      : source_(std::move(source)), overlaid_(std::move(overlaid)) {}

  [[nodiscard]] HoldingSchema describe() const override { return overlaid_.schema; }

  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override {
    if (is_made(variable)) return {ElementType::Int32, {}, Bytes(4)};
    return with_type_of(variable, source_->read(original(variable), box));
  }
  [[nodiscard]] bool computes() const override { return source_->computes(); }
  [[nodiscard]] RawBlock read_wanted(const std::string& variable, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted) const override {
    if (is_made(variable)) return read(variable, box);
    return with_type_of(variable, source_->read_wanted(original(variable), box, wanted));
  }
  [[nodiscard]] RawBlock read_picked(const std::string& variable,
                                     const Picks& picks) const override {
    if (is_made(variable)) return read(variable, {});
    return with_type_of(variable, source_->read_picked(original(variable), picks));
  }
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override {
    if (!is_made(variable)) source_->explain(original(variable), box, explanation);
  }
  void explain_picked(const std::string& variable, const Picks& picks,
                      Explanation& explanation) const override {
    if (!is_made(variable)) source_->explain_picked(original(variable), picks, explanation);
  }
  [[nodiscard]] std::optional<Fingerprint> state_of(const std::string& variable,
                                                    const IndexBox& box) const override {
    if (is_made(variable)) return std::nullopt;
    return source_->state_of(original(variable), box);
  }
  /// What is overlaid are names and attributes: the bits are the same.
  [[nodiscard]] std::optional<StoredForm> stored_form(const std::string& variable) const override {
    if (is_made(variable)) return std::nullopt;
    return source_->stored_form(original(variable));
  }
  [[nodiscard]] std::optional<StoredChunk> read_stored(
      const std::string& variable, const StoredForm& form,
      const std::vector<std::size_t>& corner) const override {
    return source_->read_stored(original(variable), form, corner);
  }
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override {
    return source_->read_strings(original(variable));
  }

 private:
  [[nodiscard]] const std::string& original(const std::string& name) const {
    const auto found = overlaid_.original.find(name);
    return found == overlaid_.original.end() ? name : found->second;
  }
  [[nodiscard]] bool is_made(const std::string& name) const {
    const auto& made = overlaid_.made;
    return std::find(made.begin(), made.end(), name) != made.end();
  }
  /// The same bits under the sign that _Unsigned says now.
  [[nodiscard]] RawBlock with_type_of(const std::string& name, RawBlock block) const {
    const VariableSchema* const variable = overlaid_.schema.find(name);
    if (variable != nullptr && variable->type != ElementType::String) {
      block.type = storage_type_of(*variable);
    }
    return block;
  }

  std::shared_ptr<const Source> source_;
  Overlaid overlaid_;
};

}  // namespace

std::shared_ptr<const Source> with_overlay(std::shared_ptr<const Source> source,
                                           const SchemaOverlay& overlay,
                                           std::vector<std::string>& warnings) {
  if (overlay.empty()) return source;
  Overlaid told = overlaid(source->describe(), overlay);
  warnings.insert(warnings.end(), told.warnings.begin(), told.warnings.end());
  return std::make_shared<const OverlaidSource>(std::move(source), std::move(told));
}

}  // namespace gyre::coverage
