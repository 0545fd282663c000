#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "coverage/base/error.h"
#include "coverage/base/export.h"
#include "coverage/index/holding_record.h"
#include "coverage/model/file_identity.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage::reader {

/// What the serving process and a reader say to each other, over a socket that keeps packets apart.
/// The reader greets once (packet 0), then answers one request after the other. An answer is one
/// packet or several; the bytes of a block are no part of it: they lie in the memory that came
/// along with a request. Both sides are of one build, which the greeting shows; nothing that comes
/// from a reader is believed otherwise.

constexpr int kSocket = 3;  ///< the descriptor of a reader
constexpr std::size_t kLongestRequest = std::size_t{128} << 10;
constexpr std::size_t kLongestPacket = std::size_t{64} << 10;
constexpr std::size_t kLongestAnswer = std::size_t{256} << 20;
constexpr int kOutOfMemory = 86;  ///< exit status: it needed more memory than it may have
constexpr int kNotOurs = 87;      ///< exit status: started by somebody else

enum class RequestKind : std::uint8_t { Inspect, Read, ReadStrings };

struct Request {
  RequestKind kind = RequestKind::Inspect;
  std::uint64_t number = 0;  ///< counts up from 1
  std::string path;
  FileIdentity identity;  ///< of all but Inspect: as it must be
  std::string variable;
  IndexBox box;
};

[[nodiscard]] std::string to_bytes(const Request& request);
/// @throws Error{MalformedHolding}
[[nodiscard]] Request request_from(std::string_view bytes);

/// What comes before the values of every answer.
struct AnswerHead {
  std::uint64_t memory_bytes =
      0;                         ///< in use after it, beside what the program took when it started
  std::optional<Error> refusal;  ///< then nothing follows
};

[[nodiscard]] std::string to_bytes(const AnswerHead& head);

/// The type and shape of a block, all that a socket carries of it.
[[nodiscard]] std::string shape_to_bytes(const RawBlock& block);
[[nodiscard]] std::string texts_to_bytes(const std::vector<std::string>& texts);

/// An answer taken apart.
struct Answer {
  AnswerHead head;
  std::string_view values;  ///< of what it was made of
};
/// Texts of a refusal are shortened, and anything but printable characters taken out.
/// @throws Error{MalformedHolding}
[[nodiscard]] Answer answer_from(std::string_view bytes);
/// A block without its bytes. @throws Error{MalformedHolding}
[[nodiscard]] RawBlock shape_from(std::string_view values);
/// @throws Error{MalformedHolding}
[[nodiscard]] std::vector<std::string> strings_from(std::string_view values);

/// The head of a packet of an answer.
struct PacketHead {
  std::uint64_t number = 0;  ///< of the request
  bool last = false;
};
constexpr std::size_t kPacketHead = 9;
[[nodiscard]] std::string to_bytes(const PacketHead& head);
[[nodiscard]] PacketHead packet_head_from(std::string_view packet);

/// What a reader greets with: which build it is of.
[[nodiscard]] std::string_view greeting();

}  // namespace gyre::coverage::reader
