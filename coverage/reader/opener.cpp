#include "coverage/reader/opener.h"

#include <sys/stat.h>

#include "coverage/base/error.h"
#include "coverage/reader/reader_source.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/inspect.h"
#include "coverage/source/layout/layout_source.h"
#include "coverage/source/remote/address.h"

namespace gyre::coverage {
namespace {

/// What our own code reads.
bool is_ours(const std::string& path) {
  try {
    // Readers know no stores, and none of their keys.
    if (remote::is_address(path)) return true;
    const HoldingKind kind = kind_of_holding(path).kind;
    return kind == HoldingKind::Zarr || kind == HoldingKind::References;
  } catch (const Error&) {
    return false;
  }
}

bool is_ours(const IndexedHolding& holding) {
  return remote::is_address(holding.path()) || holding.structure()->format.starts_with("Zarr");
}

std::shared_ptr<const Source> open_here(const IndexedHolding& holding) {
  auto source = open_source(holding.path());
  if (identity_of(holding.path()) == holding.identity()) return source;
  throw Error(ErrorKind::HoldingChanged, "", "The data were replaced; please ask again.");
}

/// Decoded chunks that are kept for the next request.
constexpr std::size_t kDecodedBytes = std::size_t{256} << 20;

class InProcess final : public Opener {
 public:
  [[nodiscard]] HoldingRecord inspect(const std::string& path, const ReadTerms& terms) override {
    terms.abort.check();
    return coverage::inspect(path);
  }
  [[nodiscard]] std::shared_ptr<const Source> open(
      std::shared_ptr<const IndexedHolding> holding) override {
    if (is_ours(*holding)) return open_here(*holding);
    return std::make_shared<const LayoutSource>(holding, decoded_,
                                                [holding] { return open_here(*holding); });
  }

 private:
  std::shared_ptr<DecodedChunks> decoded_ = std::make_shared<DecodedChunks>(kDecodedBytes);
};

class ByReaders final : public Opener {
 public:
  explicit ByReaders(std::shared_ptr<ReaderPool> pool) : pool_(std::move(pool)) {}

  [[nodiscard]] HoldingRecord inspect(const std::string& path, const ReadTerms& terms) override {
    if (!is_ours(path)) return pool_->inspect(path, terms);
    terms.abort.check();
    return coverage::inspect(path);
  }
  [[nodiscard]] std::shared_ptr<const Source> open(
      std::shared_ptr<const IndexedHolding> holding) override {
    if (is_ours(*holding)) return open_here(*holding);
    return std::make_shared<const LayoutSource>(holding, decoded_, [holding, pool = pool_] {
      return std::make_shared<const ReaderSource>(holding, pool);
    });
  }

 private:
  std::shared_ptr<ReaderPool> pool_;
  std::shared_ptr<DecodedChunks> decoded_ = std::make_shared<DecodedChunks>(kDecodedBytes);
};

}  // namespace

std::shared_ptr<Opener> opener_in_process() { return std::make_shared<InProcess>(); }

std::shared_ptr<Opener> opener_by(std::shared_ptr<ReaderPool> pool) {
  return std::make_shared<ByReaders>(std::move(pool));
}

}  // namespace gyre::coverage
