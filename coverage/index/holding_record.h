#pragma once

#include <map>
#include <string>
#include <vector>

#include "coverage/base/fingerprint.h"
#include "coverage/index/variable_layout.h"
#include "coverage/model/file_identity.h"
#include "coverage/model/holding_schema.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage {

/// All that is known of one holding once it was looked into: enough to publish it, to join it with
/// others and to find its values, without opening it again.
struct HoldingRecord {
  FileIdentity identity;
  HoldingSchema schema;
  /// Whole variables, as Source::read and read_strings give them: those that place or describe
  /// others (coordinates, bounds, grid mappings, formula terms) and single values, unless they are
  /// large.
  std::map<std::string, RawBlock> values;
  std::map<std::string, std::vector<std::string>> texts;
  /// Of the values of variables that place others and are too large to be kept.
  std::map<std::string, Fingerprint> fingerprints;
  std::map<std::string, VariableLayout> layouts;
  /// Why nothing of it can be served, in words for operators; empty: it can.
  std::string refusal;
  bool no_holding = false;  ///< text, a picture ...: neither served nor worth a line
  bool operator==(const HoldingRecord&) const = default;
};

/// A record as bytes, for the index and for other processes of the same machine.
[[nodiscard]] GYRE_API std::string record_to_bytes(const HoldingRecord& record);
/// Every length and offset is checked. @throws Error{MalformedHolding} for bytes that are no record
[[nodiscard]] GYRE_API HoldingRecord record_from_bytes(std::string_view bytes);

}  // namespace gyre::coverage
