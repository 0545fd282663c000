#include "coverage/reader/opener.h"

#include <sys/stat.h>

#include "coverage/base/error.h"
#include "coverage/base/memory_budget.h"
#include "coverage/reader/reader_source.h"
#include "coverage/source/changes.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/holding_kind.h"
#include "coverage/source/inspect.h"
#include "coverage/source/layout/layout_source.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/local_copy.h"
#include "coverage/source/remote/remote_holding.h"

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

std::shared_ptr<const Source> open_here(const IndexedHolding& holding,
                                        const std::shared_ptr<DecodedChunks>& decoded) {
  auto source = open_source(holding.path(), decoded);
  if (identity_of(holding.path()) == holding.identity()) return source;
  tell_change(holding.path());
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
    if (is_ours(*holding)) return open_here(*holding, decoded_);
    return std::make_shared<const LayoutSource>(holding, decoded_,
                                                [holding] { return open_here(*holding, nullptr); });
  }
  [[nodiscard]] DecodedChunks::Figures decoded() const override { return decoded_->figures(); }

 private:
  std::shared_ptr<DecodedChunks> decoded_ =
      std::make_shared<DecodedChunks>(memory_shares().decoded_chunks);
};

/// The file at an address that only a library can read; null: anything else.
std::shared_ptr<const remote::RemoteHolding> copied_file(const std::string& path) {
  if (!remote::is_address(path)) return nullptr;
  auto holding = remote::remote_holding(path);
  const HoldingKind kind = holding->kind.kind;
  const bool copied = kind == HoldingKind::NetcdfClassic || kind == HoldingKind::Hdf5;
  return copied ? std::move(holding) : nullptr;
}

class ByReaders final : public Opener {
 public:
  explicit ByReaders(std::shared_ptr<ReaderPool> pool) : pool_(std::move(pool)) {}

  [[nodiscard]] HoldingRecord inspect(const std::string& path, const ReadTerms& terms) override {
    if (!is_ours(path)) return pool_->inspect(path, terms);
    terms.abort.check();
    try {
      if (const auto copied = copied_file(path)) {
        HoldingRecord record = pool_->inspect(remote::local_copy(*copied), terms);
        record.identity = copied->identity;
        record.layouts.clear();  // they are those of the copy, which may have to make room
        return record;
      }
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::Aborted || error.kind() == ErrorKind::Internal) throw;
      // What keeps it from being fetched is told below, as of all that is far.
    }
    return coverage::inspect(path);
  }
  [[nodiscard]] std::shared_ptr<const Source> open(
      std::shared_ptr<const IndexedHolding> holding) override {
    if (!is_ours(*holding)) return by_layout(std::move(holding), pool_, decoded_);
    if (auto copied = copied_file(holding->path())) {
      return std::make_shared<const remote::CopiedSource>(
          std::move(copied), [pool = pool_, decoded = decoded_](const std::string& copy) {
            auto record = std::make_shared<const HoldingRecord>(pool->inspect(copy));
            if (!record->refusal.empty()) {
              throw Error(ErrorKind::MalformedHolding, "", record->refusal);
            }
            return by_layout(holding_of(copy, copy, std::move(record)), pool, decoded);
          });
    }
    return open_here(*holding, decoded_);
  }
  [[nodiscard]] DecodedChunks::Figures decoded() const override { return decoded_->figures(); }

 private:
  static std::shared_ptr<const Source> by_layout(std::shared_ptr<const IndexedHolding> holding,
                                                 const std::shared_ptr<ReaderPool>& pool,
                                                 const std::shared_ptr<DecodedChunks>& decoded) {
    return std::make_shared<const LayoutSource>(holding, decoded, [holding, pool] {
      return std::make_shared<const ReaderSource>(holding, pool);
    });
  }

  std::shared_ptr<ReaderPool> pool_;
  std::shared_ptr<DecodedChunks> decoded_ =
      std::make_shared<DecodedChunks>(memory_shares().decoded_chunks);
};

}  // namespace

std::shared_ptr<Opener> opener_in_process() { return std::make_shared<InProcess>(); }

std::shared_ptr<Opener> opener_by(std::shared_ptr<ReaderPool> pool) {
  return std::make_shared<ByReaders>(std::move(pool));
}

}  // namespace gyre::coverage
