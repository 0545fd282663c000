#include "coverage/reader/reader_process.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "coverage/base/build_files.h"
#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/source/describe_limits.h"

namespace gyre::coverage {

std::string reader_program() { return build_file_path(BuildFile::Reader); }

namespace reader {
namespace {

using std::chrono::milliseconds;

[[noreturn]] void cannot(const std::string& what, int reason) {
  throw Error(ErrorKind::Internal, "", fmt::format("{}: {}", what, std::strerror(reason)));
}

void close_if_open(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

/// What a new process starts with: its own descriptors, signals as usual, a group of its own so
/// that Ctrl-C on a terminal reaches the server alone.
class SpawnTerms {
 public:
  SpawnTerms(int socket, int error_output) {
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    // Through numbers that are none of the three, as one may be the other's target.
    ::posix_spawn_file_actions_adddup2(&files_, error_output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files_, error_output, STDERR_FILENO);
    ::posix_spawn_file_actions_adddup2(&files_, socket, kSocket);
    for (const BuildFile file : kBuildFiles) {
      const int kept = build_file_descriptor(file);
      const int its = inherited_descriptor(file);
      if (kept >= 0) {
        ::posix_spawn_file_actions_adddup2(&files_, kept, its);
      } else {
        ::posix_spawn_file_actions_addclose(&files_, its);
      }
    }
    ::posix_spawn_file_actions_addclosefrom_np(&files_, kLastInherited + 1);
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnTerms() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnTerms(const SpawnTerms&) = delete;
  SpawnTerms& operator=(const SpawnTerms&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* files() const { return &files_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

/// Above the numbers that a new process gets its own at.
int out_of_the_way(int descriptor) {
  const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, kLastInherited + 1);
  ::close(descriptor);
  return moved;
}

}  // namespace

ReaderProcess::ReaderProcess(const ReaderSettings& settings) {
  // The reader of this very build, though another may lie in its place by now.
  const bool own =
      settings.program == reader_program() && build_file_descriptor(BuildFile::Reader) >= 0;
  const std::string program =
      own ? fmt::format("/proc/self/fd/{}", inherited_descriptor(BuildFile::Reader))
          : settings.program;
  // Fails by errno in the new process with some C libraries: ask first.
  if (!own && ::access(program.c_str(), X_OK) != 0) cannot(program, errno);
  std::array<int, 2> sockets{-1, -1}, pipes{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
    cannot("no socket", errno);
  }
  socket_ = sockets[0];
  int its_socket = out_of_the_way(sockets[1]);
  if (::pipe2(pipes.data(), O_CLOEXEC) != 0) {
    const int reason = errno;
    close_if_open(socket_);
    close_if_open(its_socket);
    cannot("no pipe", reason);
  }
  stderr_ = pipes[0];
  int its_output = out_of_the_way(pipes[1]);
  ::fcntl(stderr_, F_SETFL, O_NONBLOCK);

  std::string memory = std::to_string(settings.memory_bytes), parent = std::to_string(::getpid());
  std::string name = "gyre-reader";
  std::array<char*, 4> arguments{name.data(), memory.data(), parent.data(), nullptr};
  int failure = EMFILE;
  if (its_socket >= 0 && its_output >= 0) {
    const SpawnTerms terms(its_socket, its_output);
    failure = ::posix_spawn(&pid_, program.c_str(), terms.files(), terms.attributes(),
                            arguments.data(), environ);
  }
  close_if_open(its_socket);
  close_if_open(its_output);
  if (failure != 0) {
    pid_ = 0;
    close_if_open(socket_);
    close_if_open(stderr_);
    cannot(settings.program, failure);
  }
}

ReaderProcess::~ReaderProcess() {
  end(milliseconds{0});
  close_if_open(memory_);
}

Outcome ReaderProcess::greet(Clock::time_point until) {
  Outcome outcome = await("starting", until, {});
  if (outcome.end == End::Answered && outcome.answer != greeting()) {
    outcome = {End::Lied, "", "it is of another build than the server"};
  }
  greeted_ = outcome.end == End::Answered;
  return outcome;
}

bool ReaderProcess::make_room(std::size_t block_bytes) {
  if (block_bytes <= capacity_) return true;
  close_if_open(memory_);
  capacity_ = 0;
  memory_known_ = false;
  constexpr std::size_t kLeast = std::size_t{1} << 20;
  const std::size_t capacity = std::bit_ceil(std::max(block_bytes, kLeast));
  memory_ = ::memfd_create("gyre-block", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory_ < 0) return false;
  // Sealed, so that a reader can neither fill the machine's memory with it nor take it away.
  if (::ftruncate(memory_, static_cast<off_t>(capacity)) != 0 ||
      ::fcntl(memory_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    close_if_open(memory_);
    return false;
  }
  capacity_ = capacity;
  return true;
}

bool ReaderProcess::send(Request& request, std::size_t block_bytes) {
  request.number = ++number_;
  logged_ = 0;
  answer_.clear();
  std::string bytes = to_bytes(request);
  if (bytes.size() > kLongestRequest) {
    throw Error(ErrorKind::Internal, request.variable, "a request to a reader is too long");
  }
  if (!make_room(block_bytes)) cannot("no memory for a block", errno);
  iovec part{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!memory_known_ && memory_ >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const first = CMSG_FIRSTHDR(&message);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(first), &memory_, sizeof(int));
  }
  ssize_t sent = 0;
  do {
    // One request is on its way at most: there is room for it, or the reader is none of ours.
    sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return false;
  memory_known_ = memory_ >= 0;
  return true;
}

Outcome ReaderProcess::await(const std::string& path, Clock::time_point until,
                             const AbortToken& abort) {
  constexpr milliseconds kBetweenLooks{50};  // whether somebody still waits
  packet_.resize(kLongestPacket);
  for (;;) {
    const auto left =
        std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(until - Clock::now()));
    std::array<pollfd, 2> ready{{{socket_, POLLIN, 0}, {stderr_, POLLIN, 0}}};
    const int count =
        ::poll(ready.data(), ready.size(), static_cast<int>(std::min(left, kBetweenLooks).count()));
    if (count == 0) {
      if (left == milliseconds{0}) return {End::TimedOut, "", ""};
      if (abort.cancelled()) return {End::Abandoned, "", ""};
      continue;
    }
    if (count < 0) {
      if (errno == EINTR) continue;
      return {End::Died, "", ""};
    }
    if (ready[1].revents != 0) log_stderr(path);
    if (ready[0].revents == 0) continue;
    const ssize_t got = ::recv(socket_, packet_.data(), packet_.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) {
      log_stderr(path);
      return {End::Died, "", ""};
    }
    const auto size = static_cast<std::size_t>(got);
    if (size < kPacketHead || size > packet_.size()) {
      return {End::Lied, "", "a packet of the wrong length"};
    }
    const std::string_view packet(packet_.data(), size);
    const PacketHead head = packet_head_from(packet);
    if (head.number != number_) return {End::Lied, "", "an answer to another request"};
    if (answer_.size() + packet.size() > kLongestAnswer) return {End::Lied, "", "a longer answer"};
    answer_.append(packet.substr(kPacketHead));
    if (head.last) return {End::Answered, std::move(answer_), ""};
  }
}

bool ReaderProcess::take_block(Bytes& bytes) {
  std::size_t done = 0;
  // Copied by the kernel: a mapping could be taken away under us.
  while (done < bytes.size()) {
    const ssize_t got =
        ::pread(memory_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  constexpr std::size_t kKept = std::size_t{64} << 20;
  if (done > kKept) {
    ::fallocate(memory_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                static_cast<off_t>(capacity_));
  }
  return true;
}

int ReaderProcess::end(milliseconds patience) {
  if (pid_ == 0) return -1;
  close_if_open(socket_);
  int status = -1;
  const auto wait_for = [&](milliseconds most) {
    const auto until = Clock::now() + most;
    for (milliseconds pause{0};; pause = milliseconds{1}) {
      const pid_t done = ::waitpid(pid_, &status, WNOHANG);
      if (done == pid_ || (done < 0 && errno != EINTR)) return true;
      if (Clock::now() > until) return false;
      std::this_thread::sleep_for(pause);
    }
  };
  constexpr milliseconds kOnceKilled{500};
  if (!wait_for(patience)) {
    ::kill(pid_, SIGKILL);
    if (!wait_for(kOnceKilled)) leftover_ = pid_;
    status = -1;
  }
  pid_ = 0;
  log_stderr("ending");
  close_if_open(stderr_);
  return status;
}

void ReaderProcess::log_stderr(const std::string& path) {
  constexpr std::size_t kLongestLine = 2000;
  std::array<char, 4096> buffer;
  constexpr int kReads = 64;
  for (int reads = 0; reads < kReads && stderr_ >= 0; ++reads) {
    const ssize_t got = ::read(stderr_, buffer.data(), buffer.size());
    if (got == 0) close_if_open(stderr_);  // or it would be ready for ever
    if (got <= 0) break;
    for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(got))) {
      if (c != '\n' && line_.size() < kLongestLine) {
        line_ += c;
        continue;
      }
      log_line(line_, path);
      line_.clear();
    }
  }
}

void ReaderProcess::log_line(std::string_view line, const std::string& path) {
  constexpr std::size_t kLinesOfARequest = 20;
  if (line.empty() || ++logged_ > kLinesOfARequest) return;
  // Lines of our own log begin with the time and the level.
  LogLevel level = LogLevel::Warning;
  constexpr std::size_t kTime = std::string_view("2026-01-01T00:00:00.000Z ").size();
  constexpr std::array kLevels{
      std::pair{"debug ", LogLevel::Debug}, std::pair{"info ", LogLevel::Info},
      std::pair{"warning ", LogLevel::Warning}, std::pair{"error ", LogLevel::Error}};
  if (line.size() > kTime && line[kTime - 2] == 'Z') {
    for (const auto& [word, meant] : kLevels) {
      if (!line.substr(kTime).starts_with(word)) continue;
      level = meant;
      line.remove_prefix(kTime + std::string_view(word).size());
      break;
    }
  }
  if (line.starts_with(path)) {
    log(level, line);
  } else {
    log(level, fmt::format("{}: {}", path, line));
  }
}

}  // namespace reader
}  // namespace gyre::coverage
