#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coverage/index/byte_stream.h"
#include "coverage/index/holding_record.h"

namespace gyre::coverage {

/// The parts of a record as bytes: what the index keeps once for all holdings that share it.
/// All of the second kind: @throws Error{MalformedHolding} for bytes that are none.

void put(ByteWriter& out, const FileIdentity& identity);
void put(ByteWriter& out, const Attributes& attributes);
void put(ByteWriter& out, const VariableSchema& variable);
void put(ByteWriter& out, const RawBlock& block);
void put(ByteWriter& out, const std::vector<std::string>& texts);
void put(ByteWriter& out, const VariableLayout& layout);
/// Of the schema its format, dimensions and remarks.
void put_frame(ByteWriter& out, const HoldingSchema& schema);
/// Of the schema all but its global attributes.
void put_structure(ByteWriter& out, const HoldingSchema& schema);

[[nodiscard]] FileIdentity identity_from(ByteReader& in);
[[nodiscard]] Attributes attributes_from(ByteReader& in);
[[nodiscard]] VariableSchema variable_from(ByteReader& in);
[[nodiscard]] RawBlock block_from(ByteReader& in);
[[nodiscard]] std::vector<std::string> texts_from(ByteReader& in);
[[nodiscard]] VariableLayout layout_from(ByteReader& in);
[[nodiscard]] HoldingSchema frame_from(ByteReader& in);
[[nodiscard]] HoldingSchema structure_from(ByteReader& in);

}  // namespace gyre::coverage
