#include "coverage/index/record_parts.h"

#include <variant>

namespace gyre::coverage {
namespace {

template <typename T>
void put_numbers(ByteWriter& out, const std::vector<T>& numbers) {
  out.number(std::uint64_t{numbers.size()});
  for (const T one : numbers) out.number(one);
}

template <typename T>
std::vector<T> numbers_from(ByteReader& in) {
  std::vector<T> numbers(in.count(sizeof(T)));
  for (T& one : numbers) one = in.number<T>();
  return numbers;
}

ElementType type_from(ByteReader& in) {
  const auto number = in.number<std::uint8_t>();
  if (number > static_cast<std::uint8_t>(ElementType::String)) {
    throw Error(ErrorKind::MalformedHolding, "", "what is known of it is damaged: a type");
  }
  return static_cast<ElementType>(number);
}

void put_type(ByteWriter& out, ElementType type) { out.number(static_cast<std::uint8_t>(type)); }

template <typename Enum>
Enum enum_from(ByteReader& in, Enum last) {
  const auto number = in.number<std::uint8_t>();
  if (number > static_cast<std::uint8_t>(last)) {
    throw Error(ErrorKind::MalformedHolding, "", "what is known of it is damaged: a kind");
  }
  return static_cast<Enum>(number);
}

Attribute::Value value_from(ByteReader& in) {
  switch (in.number<std::uint8_t>()) {
    case 0:
      return std::string(in.text());
    case 1:
      return texts_from(in);
    case 2:
      return numbers_from<std::int64_t>(in);
    case 3:
      return numbers_from<std::uint64_t>(in);
    case 4:
      return numbers_from<double>(in);
    default:
      throw Error(ErrorKind::MalformedHolding, "", "what is known of it is damaged: an attribute");
  }
}

}  // namespace

void put(ByteWriter& out, const FileIdentity& identity) {
  out.number(identity.size);
  out.number(identity.modified_ns);
  out.number(identity.inode);
}

FileIdentity identity_from(ByteReader& in) {
  FileIdentity identity;
  identity.size = in.number<std::uint64_t>();
  identity.modified_ns = in.number<std::int64_t>();
  identity.inode = in.number<std::uint64_t>();
  return identity;
}

void put(ByteWriter& out, const std::vector<std::string>& texts) {
  out.number(std::uint64_t{texts.size()});
  for (const std::string& one : texts) out.text(one);
}

std::vector<std::string> texts_from(ByteReader& in) {
  std::vector<std::string> texts(in.count(sizeof(std::uint64_t)));
  for (std::string& one : texts) one = in.text();
  return texts;
}

void put(ByteWriter& out, const Attributes& attributes) {
  out.number(std::uint64_t{attributes.list().size()});
  for (const Attribute& one : attributes) {
    out.text(one.name);
    put_type(out, one.type);
    out.number(static_cast<std::uint8_t>(one.value.index()));
    if (const auto* const text = std::get_if<std::string>(&one.value)) out.text(*text);
    if (const auto* const texts = std::get_if<std::vector<std::string>>(&one.value)) {
      put(out, *texts);
    }
    if (const auto* const all = std::get_if<std::vector<std::int64_t>>(&one.value)) {
      put_numbers(out, *all);
    }
    if (const auto* const all = std::get_if<std::vector<std::uint64_t>>(&one.value)) {
      put_numbers(out, *all);
    }
    if (const auto* const all = std::get_if<std::vector<double>>(&one.value)) {
      put_numbers(out, *all);
    }
  }
}

Attributes attributes_from(ByteReader& in) {
  std::vector<Attribute> list(in.count(10));
  for (Attribute& one : list) {
    one.name = in.text();
    one.type = type_from(in);
    one.value = value_from(in);
  }
  return Attributes(std::move(list));
}

void put(ByteWriter& out, const VariableSchema& variable) {
  out.text(variable.name);
  put_type(out, variable.type);
  put(out, variable.dimensions);
  put_numbers(out, variable.shape);
  put_numbers(out, variable.chunk_shape);
  put(out, variable.attributes);
}

VariableSchema variable_from(ByteReader& in) {
  VariableSchema variable;
  variable.name = in.text();
  variable.type = type_from(in);
  variable.dimensions = texts_from(in);
  variable.shape = numbers_from<std::size_t>(in);
  variable.chunk_shape = numbers_from<std::size_t>(in);
  variable.attributes = attributes_from(in);
  if (variable.dimensions.size() != variable.shape.size()) {
    throw Error(ErrorKind::MalformedHolding, "", "what is known of it is damaged: a shape");
  }
  return variable;
}

void put_frame(ByteWriter& out, const HoldingSchema& schema) {
  out.text(schema.format);
  out.number(std::uint64_t{schema.dimensions.size()});
  for (const DimensionSchema& one : schema.dimensions) {
    out.text(one.name);
    out.number(std::uint64_t{one.size});
  }
  put(out, schema.remarks);
}

HoldingSchema frame_from(ByteReader& in) {
  HoldingSchema schema;
  schema.format = in.text();
  schema.dimensions.resize(in.count(16));
  for (DimensionSchema& one : schema.dimensions) {
    one.name = in.text();
    one.size = static_cast<std::size_t>(in.number<std::uint64_t>());
  }
  schema.remarks = texts_from(in);
  return schema;
}

void put_structure(ByteWriter& out, const HoldingSchema& schema) {
  put_frame(out, schema);
  out.number(std::uint64_t{schema.variables.size()});
  for (const VariableSchema& one : schema.variables) put(out, one);
}

HoldingSchema structure_from(ByteReader& in) {
  HoldingSchema schema = frame_from(in);
  const std::size_t variables = in.count(40);
  for (std::size_t i = 0; i < variables; ++i) schema.variables.push_back(variable_from(in));
  return schema;
}

void put(ByteWriter& out, const RawBlock& block) {
  put_type(out, block.type);
  put_numbers(out, block.shape);
  out.text({reinterpret_cast<const char*>(block.bytes.data()), block.bytes.size()});
}

RawBlock block_from(ByteReader& in) {
  RawBlock block;
  block.type = type_from(in);
  block.shape = numbers_from<std::size_t>(in);
  const std::string_view bytes = in.text();
  std::size_t cells = bytes.size();
  for (const std::size_t extent : block.shape) {
    if (extent != 0 && cells % extent != 0) cells = 0;
    if (extent != 0) cells /= extent;
  }
  if (block.cells() * size_of(block.type) != bytes.size() ||
      (!bytes.empty() && cells != size_of(block.type))) {
    throw Error(ErrorKind::MalformedHolding, "", "what is known of it is damaged: a block");
  }
  const auto* const first = reinterpret_cast<const std::byte*>(bytes.data());
  block.bytes.assign(first, first + bytes.size());
  return block;
}

void put(ByteWriter& out, const VariableLayout& layout) {
  out.number(static_cast<std::uint8_t>(layout.kind));
  out.number(static_cast<std::uint8_t>(layout.big_endian));
  out.number(layout.offset);
  out.number(layout.record_stride);
  put_numbers(out, layout.chunk_shape);
  out.number(std::uint64_t{layout.filters.size()});
  for (const StorageFilter& one : layout.filters) {
    out.number(static_cast<std::uint8_t>(one.kind));
    out.number(one.item_size);
    out.number(one.block_size);
  }
  out.text({reinterpret_cast<const char*>(layout.fill.data()), layout.fill.size()});
  out.number(std::uint64_t{layout.chunks.size()});
  for (const ChunkAddress& one : layout.chunks) {
    out.number(one.offset);
    out.number(one.size);
    out.number(one.left_out);
  }
}

VariableLayout layout_from(ByteReader& in) {
  VariableLayout layout;
  layout.kind = enum_from(in, VariableLayout::Kind::Chunked);
  layout.big_endian = in.number<std::uint8_t>() != 0;
  layout.offset = in.number<std::uint64_t>();
  layout.record_stride = in.number<std::uint64_t>();
  layout.chunk_shape = numbers_from<std::size_t>(in);
  layout.filters.resize(in.count(9));
  for (StorageFilter& one : layout.filters) {
    one.kind = enum_from(in, StorageFilter::Kind::BitshuffleZstd);
    one.item_size = in.number<std::uint32_t>();
    one.block_size = in.number<std::uint32_t>();
  }
  const std::string_view fill = in.text();
  const auto* const first = reinterpret_cast<const std::byte*>(fill.data());
  layout.fill.assign(first, first + fill.size());
  layout.chunks.resize(in.count(20));
  for (ChunkAddress& one : layout.chunks) {
    one.offset = in.number<std::uint64_t>();
    one.size = in.number<std::uint64_t>();
    one.left_out = in.number<std::uint32_t>();
  }
  return layout;
}

}  // namespace gyre::coverage
