#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "coverage/index/indexed_holding.h"
#include "coverage/source/chunks/decoded_chunks.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// A NetCDF file by the index alone: coordinates from what was kept, values from where the index
/// says that they lie, without the library that wrote them. What the index does not know is asked
/// of `library`, made at the first such question.
class GYRE_API LayoutSource final : public Source {
 public:
  using Library = std::function<std::shared_ptr<const Source>()>;
  LayoutSource(std::shared_ptr<const IndexedHolding> holding,
               std::shared_ptr<DecodedChunks> decoded, Library library);

  [[nodiscard]] HoldingSchema describe() const override { return schema_of(*holding_); }
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] RawBlock read_picked(const std::string& variable,
                                     const Picks& picks) const override;
  void explain(const std::string& variable, const IndexBox& box,
               Explanation& explanation) const override;
  void explain_picked(const std::string& variable, const Picks& picks,
                      Explanation& explanation) const override;
  [[nodiscard]] std::optional<StoredForm> stored_form(const std::string& variable) const override;
  [[nodiscard]] std::optional<StoredChunk> read_stored(
      const std::string& variable, const StoredForm& form,
      const std::vector<std::size_t>& corner) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  [[nodiscard]] std::shared_ptr<const VariableLayout> layout(const std::string& variable) const;
  [[nodiscard]] const Source& library() const;
  /// Runs `read` with the file, while that is the one indexed.
  template <typename Read>
  void with_file(const VariableSchema& variable, const Read& read) const;
  /// Reads into the block by `read`, which gets the file.
  template <typename Read>
  void read_by_layout(const VariableSchema& variable, const VariableLayout& layout, RawBlock& block,
                      const Read& read) const;

  std::shared_ptr<const IndexedHolding> holding_;
  ChunkKey file_key_;  ///< of its chunks, but for their numbers
  std::shared_ptr<const HoldingSchema> structure_;
  std::shared_ptr<DecodedChunks> decoded_;
  Library make_library_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const VariableLayout>> layouts_;
  mutable std::shared_ptr<const Source> library_;
};

}  // namespace gyre::coverage
