#include "coverage/reader/reader_protocol.h"

#include <algorithm>

#include "coverage/index/byte_stream.h"
#include "coverage/index/record_parts.h"
#include "gyre/abi.h"

namespace gyre::coverage::reader {
namespace {

[[noreturn]] void nonsense(const char* what) { throw Error(ErrorKind::MalformedHolding, "", what); }

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 2000;
  std::string clean(text.substr(0, kLongest));
  std::replace_if(
      clean.begin(), clean.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return clean;
}

}  // namespace

std::string to_bytes(const Request& request) {
  ByteWriter out;
  out.number(static_cast<std::uint8_t>(request.kind));
  out.number(request.number);
  out.text(request.path);
  put(out, request.identity);
  out.text(request.variable);
  out.number(std::uint64_t{request.box.size()});
  for (const IndexRange& range : request.box) {
    out.number(std::uint64_t{range.begin});
    out.number(std::uint64_t{range.end});
  }
  return out.take();
}

Request request_from(std::string_view bytes) {
  ByteReader in(bytes);
  Request request;
  const auto kind = in.number<std::uint8_t>();
  if (kind > static_cast<std::uint8_t>(RequestKind::ReadStrings)) nonsense("no such request");
  request.kind = static_cast<RequestKind>(kind);
  request.number = in.number<std::uint64_t>();
  request.path = in.text();
  request.identity = identity_from(in);
  request.variable = in.text();
  request.box.resize(in.count(2 * sizeof(std::uint64_t)));
  for (IndexRange& range : request.box) {
    range.begin = static_cast<std::size_t>(in.number<std::uint64_t>());
    range.end = static_cast<std::size_t>(in.number<std::uint64_t>());
  }
  return request;
}

std::string to_bytes(const AnswerHead& head) {
  ByteWriter out;
  out.number(head.memory_bytes);
  out.number(static_cast<std::uint8_t>(head.refusal.has_value()));
  if (head.refusal) {
    out.number(static_cast<std::uint8_t>(head.refusal->kind()));
    out.text(head.refusal->subject());
    out.text(head.refusal->what());
  }
  return out.take();
}

std::string shape_to_bytes(const RawBlock& block) {
  ByteWriter out;
  out.number(static_cast<std::uint8_t>(block.type));
  out.number(std::uint64_t{block.shape.size()});
  for (const std::size_t extent : block.shape) out.number(std::uint64_t{extent});
  return out.take();
}

std::string texts_to_bytes(const std::vector<std::string>& texts) {
  ByteWriter out;
  put(out, texts);
  return out.take();
}

Answer answer_from(std::string_view bytes) {
  ByteReader in(bytes);
  Answer answer;
  answer.head.memory_bytes = in.number<std::uint64_t>();
  if (in.number<std::uint8_t>() != 0) {
    const auto kind = in.number<std::uint8_t>();
    if (kind > static_cast<std::uint8_t>(ErrorKind::Internal)) nonsense("no such kind of error");
    const std::string subject = printable(in.text());
    answer.head.refusal.emplace(static_cast<ErrorKind>(kind), subject, printable(in.text()));
    if (!in.at_end()) nonsense("more than an error");
    return answer;
  }
  constexpr std::size_t kHead = sizeof(std::uint64_t) + sizeof(std::uint8_t);
  answer.values = bytes.substr(kHead);
  return answer;
}

RawBlock shape_from(std::string_view values) {
  ByteReader in(values);
  RawBlock block;
  const auto type = in.number<std::uint8_t>();
  if (type > static_cast<std::uint8_t>(ElementType::String)) nonsense("no such type");
  block.type = static_cast<ElementType>(type);
  block.shape.resize(in.count(sizeof(std::uint64_t)));
  for (std::size_t& extent : block.shape) {
    extent = static_cast<std::size_t>(in.number<std::uint64_t>());
  }
  if (!in.at_end()) nonsense("more than a shape");
  return block;
}

std::vector<std::string> strings_from(std::string_view values) {
  ByteReader in(values);
  std::vector<std::string> texts = texts_from(in);
  if (!in.at_end()) nonsense("more than texts");
  return texts;
}

std::string to_bytes(const PacketHead& head) {
  ByteWriter out;
  out.number(head.number);
  out.number(static_cast<std::uint8_t>(head.last));
  return out.take();
}

PacketHead packet_head_from(std::string_view packet) {
  ByteReader in(packet);
  PacketHead head;
  head.number = in.number<std::uint64_t>();
  head.last = in.number<std::uint8_t>() != 0;
  return head;
}

std::string_view greeting() { return GYRE_PLUGIN_ABI; }

}  // namespace gyre::coverage::reader
