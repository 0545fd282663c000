#include "coverage/index/segment_writer.h"

#include <cstring>

#include "coverage/index/durable_file.h"
#include "coverage/index/record_parts.h"
#include "coverage/index/segment_check.h"

namespace gyre::coverage {
namespace {

template <typename T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

std::size_t padding(std::uint64_t offset) { return static_cast<std::size_t>((8 - offset % 8) % 8); }

template <typename T>
std::string bytes_of(const T& part) {
  ByteWriter out;
  put(out, part);
  return out.take();
}

std::map<std::string_view, std::uint32_t> places_of(const HoldingSchema& schema) {
  std::map<std::string_view, std::uint32_t> places;
  for (std::uint32_t i = 0; i < schema.variables.size(); ++i) {
    places.emplace(schema.variables[i].name, i);
  }
  return places;
}

}  // namespace

std::uint32_t SegmentWriter::blob(const Fingerprint& hash, std::string_view bytes) {
  const auto [known, is_new] = numbers_.emplace(hash, static_cast<std::uint32_t>(blobs_.size()));
  if (is_new) blobs_.push_back({hash, std::string(bytes), 0});
  ++blobs_[known->second].holders;
  return known->second;
}

std::uint32_t SegmentWriter::blob(std::string bytes) { return blob(fingerprint_of(bytes), bytes); }

/// Its hash is over the hashes of the variables, which are the same in every segment; its bytes
/// name them by number.
std::uint32_t SegmentWriter::structure(const HoldingSchema& schema) {
  ByteWriter bytes, hashed;
  put_frame(bytes, schema);
  put_frame(hashed, schema);
  bytes.number(std::uint64_t{schema.variables.size()});
  for (const VariableSchema& one : schema.variables) {
    const std::uint32_t number = blob(bytes_of(one));
    bytes.number(number);
    hashed.number(blobs_[number].hash.high);
    hashed.number(blobs_[number].hash.low);
  }
  return blob(fingerprint_of(hashed.bytes()), bytes.bytes());
}

void SegmentWriter::add(const std::string& path, const HoldingRecord& record) {
  segment::Record head{record.identity.size, record.identity.modified_ns, record.identity.inode};
  std::vector<segment::Part> parts;
  std::vector<segment::Hash> hashes;
  std::vector<std::uint32_t> attributes;
  if (record.no_holding || !record.refusal.empty()) {
    head.state = record.no_holding ? segment::State::NoHolding : segment::State::Refused;
    head.refusal = blob(record.refusal);
  } else {
    head.structure = structure(record.schema);
    const auto places = places_of(record.schema);
    const auto add_parts = [&](const auto& map, std::uint32_t& count) {
      for (const auto& [name, part] : map) {
        const auto place = places.find(name);
        if (place == places.end()) continue;
        parts.push_back({place->second, blob(bytes_of(part))});
        ++count;
      }
    };
    add_parts(record.values, head.values);
    add_parts(record.texts, head.texts);
    add_parts(record.layouts, head.layouts);
    for (const auto& [name, hash] : record.fingerprints) {
      const auto place = places.find(name);
      if (place != places.end()) hashes.push_back({place->second, hash.high, hash.low});
    }
    for (const Attribute& one : record.schema.attributes) {
      attributes.push_back(blob(bytes_of(Attributes({one}))));
    }
  }
  put_record(head, hashes, parts, attributes, path);
}

void SegmentWriter::add_removed(const std::string& path) {
  segment::Record head;
  head.state = segment::State::Removed;
  put_record(head, {}, {}, {}, path);
}

std::uint32_t SegmentWriter::copied(const IndexSegment& from, std::uint32_t number) {
  return blob(from.fingerprint(number), from.blob(number));
}

std::uint32_t SegmentWriter::copied_structure(const IndexSegment& from, std::uint32_t number) {
  const auto known = copied_.find({&from, number});
  if (known != copied_.end()) {
    ++blobs_[known->second].holders;
    return known->second;
  }
  const std::uint32_t own = structure(from.structure(number));
  copied_.emplace(std::pair{&from, number}, own);
  return own;
}

void SegmentWriter::add(const IndexSegment& from, const IndexSegment::View& view) {
  segment::Record head = *view.record;
  if (head.refusal != segment::kNone) head.refusal = copied(from, head.refusal);
  if (head.structure != segment::kNone) head.structure = copied_structure(from, head.structure);
  std::vector<segment::Part> parts;
  for (const auto& some : {view.values, view.texts, view.layouts}) {
    for (const segment::Part& one : some) {
      parts.push_back({one.variable, copied(from, one.blob)});
    }
  }
  std::vector<std::uint32_t> attributes;
  for (const std::uint32_t one : view.attributes) attributes.push_back(copied(from, one));
  put_record(head, {view.hashes.begin(), view.hashes.end()}, parts, attributes, view.path);
}

void SegmentWriter::put_record(segment::Record head, const std::vector<segment::Hash>& hashes,
                               const std::vector<segment::Part>& parts,
                               const std::vector<std::uint32_t>& attributes,
                               std::string_view path) {
  head.hashes = static_cast<std::uint32_t>(hashes.size());
  head.attributes = static_cast<std::uint32_t>(attributes.size());
  head.path_length = static_cast<std::uint32_t>(path.size());
  std::string bytes;
  append(bytes, head);
  for (const auto& one : hashes) append(bytes, one);
  for (const auto& one : parts) append(bytes, one);
  for (const auto& one : attributes) append(bytes, one);
  bytes.append(path);
  auto& record = *reinterpret_cast<segment::Record*>(bytes.data());
  record.check = segment::check_of(record);
  records_.insert_or_assign(std::string(path), std::move(bytes));
}

void SegmentWriter::write_to(const std::function<void(std::string_view)>& out) const {
  segment::Header header;
  header.blobs = static_cast<std::uint32_t>(blobs_.size());
  header.records = records_.size();
  header.blob_table = sizeof(header);
  header.record_table = header.blob_table + blobs_.size() * sizeof(segment::Blob);
  std::uint64_t at = header.record_table + records_.size() * sizeof(std::uint64_t);
  std::vector<segment::Blob> table;
  table.reserve(blobs_.size());
  for (const Blob& one : blobs_) {
    table.push_back({one.hash.high, one.hash.low, at, static_cast<std::uint32_t>(one.bytes.size()),
                     one.holders});
    at += one.bytes.size();
  }
  at += padding(at);
  std::vector<std::uint64_t> offsets;
  offsets.reserve(records_.size());
  for (const auto& [name, bytes] : records_) {
    offsets.push_back(at);
    at += bytes.size() + padding(bytes.size());
  }
  header.size = at;

  constexpr std::array<char, 8> kZeros{};
  using Out = std::function<void(std::string_view)>;
  const auto put_content = [&](const Out& to) {
    std::uint64_t written = sizeof(header);
    const auto put_bytes = [&](std::string_view bytes) {
      to(bytes);
      written += bytes.size();
    };
    const auto put_all = [&](const auto& list) {
      put_bytes({reinterpret_cast<const char*>(list.data()), list.size() * sizeof(list[0])});
    };
    put_all(table);
    put_all(offsets);
    for (const Blob& one : blobs_) put_bytes(one.bytes);
    put_bytes({kZeros.data(), padding(written)});
    for (const auto& [name, bytes] : records_) {
      put_bytes(bytes);
      put_bytes({kZeros.data(), padding(bytes.size())});
    }
  };
  segment::ContentCheck check;
  put_content([&check](std::string_view bytes) { check.add(bytes); });
  header.check = check.value();
  out({reinterpret_cast<const char*>(&header), sizeof(header)});
  put_content(out);
}

void SegmentWriter::write(const std::string& path) const {
  DurableFile file(path);
  write_to([&file](std::string_view bytes) { file.write(bytes); });
  file.commit();
}

std::string SegmentWriter::bytes() const {
  std::string all;
  write_to([&all](std::string_view bytes) { all.append(bytes); });
  return all;
}

}  // namespace gyre::coverage
