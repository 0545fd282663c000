#include "coverage/reader/reader_source.h"

#include "coverage/base/error.h"
#include "coverage/source/changes.h"
#include "coverage/source/reading.h"

namespace gyre::coverage {
namespace {

template <typename Read>
auto telling_of_changes(const std::string& path, const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::HoldingChanged) tell_change(path);
    throw;
  }
}

}  // namespace

ReaderSource::ReaderSource(std::shared_ptr<const IndexedHolding> holding,
                           std::shared_ptr<ReaderPool> pool, ReadTerms terms)
    : holding_(std::move(holding)),
      structure_(holding_->structure()),
      path_(holding_->path()),
      identity_(holding_->identity()),
      pool_(std::move(pool)),
      terms_(std::move(terms)) {}

HoldingSchema ReaderSource::describe() const { return schema_of(*holding_); }

RawBlock ReaderSource::read(const std::string& variable, const IndexBox& box) const {
  return telling_of_changes(path_, [&] {
    return pool_->read(path_, identity_, variable_named(*structure_, variable), box, terms_);
  });
}

std::vector<std::string> ReaderSource::read_strings(const std::string& variable) const {
  return telling_of_changes(path_, [&] {
    return pool_->read_strings(path_, identity_, variable_named(*structure_, variable), terms_);
  });
}

}  // namespace gyre::coverage
