#pragma once

#include <memory>
#include <string>

#include "coverage/index/indexed_holding.h"
#include "coverage/reader/reader_pool.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// A holding that readers open in stead of this process. Describes itself by what is known of it.
class GYRE_API ReaderSource final : public Source {
 public:
  ReaderSource(std::shared_ptr<const IndexedHolding> holding, std::shared_ptr<ReaderPool> pool,
               ReadTerms terms = {});

  [[nodiscard]] HoldingSchema describe() const override;
  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override;
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& variable) const override;

 private:
  std::shared_ptr<const IndexedHolding> holding_;
  std::shared_ptr<const HoldingSchema> structure_;
  std::string path_;
  FileIdentity identity_;
  std::shared_ptr<ReaderPool> pool_;
  ReadTerms terms_;
};

}  // namespace gyre::coverage
