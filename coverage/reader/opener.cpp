#include "coverage/reader/opener.h"

#include <sys/stat.h>

#include "coverage/base/error.h"
#include "coverage/reader/reader_source.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/inspect.h"

namespace gyre::coverage {
namespace {

/// What our own code reads.
bool is_ours(const std::string& path) {
  try {
    return kind_of_holding(path).kind == HoldingKind::Zarr;
  } catch (const Error&) {
    return false;
  }
}

std::shared_ptr<const Source> open_here(const IndexedHolding& holding) {
  auto source = open_source(holding.path());
  if (identity_of(holding.path()) == holding.identity()) return source;
  throw Error(ErrorKind::HoldingChanged, "", "The data were replaced; please ask again.");
}

class InProcess final : public Opener {
 public:
  [[nodiscard]] HoldingRecord inspect(const std::string& path, const ReadTerms& terms) override {
    terms.abort.check();
    return coverage::inspect(path);
  }
  [[nodiscard]] std::shared_ptr<const Source> open(
      std::shared_ptr<const IndexedHolding> holding) override {
    return open_here(*holding);
  }
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
    if (holding->structure()->format.starts_with("Zarr")) return open_here(*holding);
    return std::make_shared<const ReaderSource>(std::move(holding), pool_);
  }

 private:
  std::shared_ptr<ReaderPool> pool_;
};

}  // namespace

std::shared_ptr<Opener> opener_in_process() { return std::make_shared<InProcess>(); }

std::shared_ptr<Opener> opener_by(std::shared_ptr<ReaderPool> pool) {
  return std::make_shared<ByReaders>(std::move(pool));
}

}  // namespace gyre::coverage
