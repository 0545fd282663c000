#include "coverage/reader/request_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <new>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/reader/confine.h"
#include "coverage/reader/reader_protocol.h"

namespace gyre::coverage::reader {
namespace {

bool send_packet(int socket, const PacketHead& head, std::string_view payload) {
  std::string first = to_bytes(head);
  std::array<iovec, 2> parts{
      {{first.data(), first.size()}, {const_cast<char*>(payload.data()), payload.size()}}};
  msghdr message = {};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

bool send_answer(int socket, std::uint64_t number, std::string_view bytes) {
  constexpr std::size_t kPart = kLongestPacket - kPacketHead;
  while (bytes.size() > kPart) {
    if (!send_packet(socket, {number, false}, bytes.substr(0, kPart))) return false;
    bytes.remove_prefix(kPart);
  }
  return send_packet(socket, {number, true}, bytes);
}

/// The next request, and the memory for blocks when it comes with new one.
/// @returns empty when the other side is gone
std::string_view receive(int socket, std::string& buffer, int& memory) {
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return {};
  const cmsghdr* const first = CMSG_FIRSTHDR(&message);
  if (first != nullptr && first->cmsg_level == SOL_SOCKET && first->cmsg_type == SCM_RIGHTS) {
    if (memory >= 0) ::close(memory);
    std::memcpy(&memory, CMSG_DATA(first), sizeof(memory));
  }
  return std::string_view(buffer).substr(0, static_cast<std::size_t>(got));
}

void hand_over(const RawBlock& block, int memory) {
  std::size_t done = 0;
  while (done < block.bytes.size()) {
    const ssize_t written = ::pwrite(memory, block.bytes.data() + done, block.bytes.size() - done,
                                     static_cast<off_t>(done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      throw Error(ErrorKind::Internal, "",
                  fmt::format("a block cannot be handed over: {}", std::strerror(errno)));
    }
    done += static_cast<std::size_t>(written);
  }
}

std::string values_of(const Request& request, RequestHandler& handler, int memory) {
  switch (request.kind) {
    case RequestKind::Inspect: {
      std::string record = handler.inspect(request.path);
      if (record.size() < kLongestAnswer / 2) return record;
      HoldingRecord refused;
      refused.identity = record_from_bytes(record).identity;
      refused.refusal = "what describes it takes more than 128 MB";
      return record_to_bytes(refused);
    }
    case RequestKind::Read: {
      const RawBlock block =
          handler.read(request.path, request.identity, request.variable, request.box);
      hand_over(block, memory);
      return shape_to_bytes(block);
    }
    case RequestKind::ReadStrings:
      break;
  }
  std::string texts =
      texts_to_bytes(handler.read_strings(request.path, request.identity, request.variable));
  if (texts.size() < kLongestAnswer / 2) return texts;
  throw Error(ErrorKind::TooLarge, request.variable,
              fmt::format("The texts of '{}' take more than 128 MB.", request.variable));
}

std::string answer_to(const Request& request, RequestHandler& handler, int memory,
                      std::uint64_t own_memory) {
  AnswerHead head;
  std::string values;
  try {
    values = values_of(request, handler, memory);
  } catch (const Error& error) {
    head.refusal = error;
  } catch (const std::exception& error) {  // a library's
    head.refusal.emplace(ErrorKind::Internal, request.variable, error.what());
  }
  const std::uint64_t all = address_space();
  head.memory_bytes = all - std::min(all, own_memory);
  return to_bytes(head) + values;
}

}  // namespace

int answer_requests(int socket, RequestHandler& handler) {
  if (!send_packet(socket, {0, true}, greeting())) return kNotOurs;
  int memory = -1;
  std::string buffer(kLongestRequest, '\0');
  const std::uint64_t own_memory = address_space();
  for (;;) {
    const std::string_view bytes = receive(socket, buffer, memory);
    if (bytes.empty()) return 0;
    const Request request = request_from(bytes);
    const std::string answer = answer_to(request, handler, memory, own_memory);
    if (!send_answer(socket, request.number, answer)) return 0;
  }
}

int reader_main(int argc, char** argv, RequestHandler& handler) {
  std::uint64_t memory = 0;
  int parent = 0;
  const auto number = [&](int which, auto& value) {
    const char* const end = argv[which] + std::strlen(argv[which]);
    return std::from_chars(argv[which], end, value).ptr == end;
  };
  if (argc != 3 || !number(1, memory) || !number(2, parent)) {
    std::fputs("gyre-reader is started by gyre; there is nothing to do with it by hand\n", stderr);
    return kNotOurs;
  }
  if (!confine(memory, parent)) return kNotOurs;
  // What asks for more than is left would be told by exceptions that libraries do not expect.
  std::set_new_handler([] { ::_exit(kOutOfMemory); });
  return answer_requests(kSocket, handler);
}

}  // namespace gyre::coverage::reader
