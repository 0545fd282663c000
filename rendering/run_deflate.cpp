#include "rendering/run_deflate.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

namespace gyre::rendering {
namespace {

constexpr std::size_t kShortest = 3, kLongest = 258;  // of runs
constexpr std::size_t kSymbols = 286, kLengths = 19;
constexpr std::uint16_t kEndOfBlock = 256;
constexpr int kLongestCode = 14, kLongestLengthCode = 7;  // 14: four go in 56 bits
/// One set of codes serves so many bytes: pictures differ little from place to place.
constexpr std::size_t kBytesOfBlock = 1u << 17;

/// Of a length its symbol, and the bits that follow. Source: RFC 1951, 3.2.5.
struct Coded {
  std::uint16_t symbol = 0;
  std::uint8_t extra_bits = 0, extra = 0;
};

constexpr Coded code_of_length(std::size_t length) {
  if (length == kLongest) return {285, 0, 0};
  const auto value = static_cast<std::uint32_t>(length - kShortest);
  if (value < 8) return {static_cast<std::uint16_t>(257 + value), 0, 0};
  const int bits = std::bit_width(value) - 3;
  return {static_cast<std::uint16_t>(257 + 4 * bits + (value >> bits)),
          static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(value & ((1u << bits) - 1))};
}

constexpr auto kLengthCodes = [] {
  std::array<Coded, kLongest + 1> codes{};
  for (std::size_t length = kShortest; length <= kLongest; ++length) {
    codes[length] = code_of_length(length);
  }
  return codes;
}();

/// What a block says: some bytes as they are, then how often the last one follows.
struct Piece {
  std::uint32_t literals, run;
};

std::uint64_t eight_at(const std::uint8_t* from) {
  std::uint64_t bytes;
  std::memcpy(&bytes, from, sizeof(bytes));
  return bytes;
}

/// The byte before, eight times.
std::uint64_t eight_as_before(const std::uint8_t* from) {
  return 0x0101010101010101U * std::uint64_t{from[-1]};
}

/// How many bytes from `from` on are as the one before it, at most `most`.
std::size_t run_at(const std::uint8_t* from, std::size_t most) {
  const std::uint64_t as_before = eight_as_before(from);
  std::size_t i = 0;
  for (; i + 8 <= most; i += 8) {
    const std::uint64_t differing = eight_at(from + i) ^ as_before;
    if (differing != 0) return i + static_cast<std::size_t>(std::countr_zero(differing)) / 8;
  }
  while (i < most && from[i] == from[-1]) ++i;
  return i;
}

/// Lengths of codes for symbols that occur so often, none longer than `longest`; 0 where a symbol
/// does not occur. Optimal but for the limit. Source: Moffat and Katajainen 1995, in place.
template <std::size_t N>
std::array<std::uint8_t, N> code_lengths(const std::array<std::uint32_t, N>& counts, int longest) {
  std::array<std::uint8_t, N> lengths{};
  std::array<std::uint64_t, N> sorted;  // count, then symbol
  std::size_t n = 0;
  for (std::size_t s = 0; s < N; ++s) {
    if (counts[s] > 0) sorted[n++] = std::uint64_t{counts[s]} << 16U | s;
  }
  if (n == 0) return lengths;
  std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(n));
  if (n == 1) {
    lengths[sorted[0] & 0xffff] = 1;
    return lengths;
  }
  std::array<std::uint32_t, N> a;
  for (std::size_t i = 0; i < n; ++i) a[i] = static_cast<std::uint32_t>(sorted[i] >> 16U);
  // Pairs of the two least, from the left; an inner node holds first its weight, then its parent.
  std::size_t leaf = 0, root = 0;
  for (std::size_t next = 0; next + 1 < n; ++next) {
    const auto take = [&] {
      if (leaf >= n || (root < next && a[root] < a[leaf])) {
        const std::uint32_t weight = a[root];
        a[root++] = static_cast<std::uint32_t>(next);
        return weight;
      }
      return a[leaf++];
    };
    const std::uint32_t first = take();
    a[next] = first + take();
  }
  // Depths of inner nodes, then how many codes of each length there are.
  std::array<std::uint32_t, 64> of_length{};
  a[n - 2] = 0;
  for (std::size_t next = n - 2; next-- > 0;) a[next] = a[a[next]] + 1;
  std::size_t inner_left = n - 1, available = 1, depth = 0;
  std::size_t at = n - 2;
  while (available > 0) {
    std::size_t inner = 0;
    while (inner_left > 0 && a[at] == depth) {
      ++inner;
      --inner_left;
      if (at == 0) break;
      --at;
    }
    of_length[std::min<std::size_t>(depth, static_cast<std::size_t>(longest))] +=
        static_cast<std::uint32_t>(available - inner);
    available = 2 * inner;
    ++depth;
  }
  // Codes cut to the limit take too much room: lengthen others until all fit (Kraft).
  std::uint32_t room = 0;
  for (int length = 1; length <= longest; ++length) {
    room += of_length[static_cast<std::size_t>(length)] << (longest - length);
  }
  while (room > (1u << longest)) {
    int length = longest - 1;
    while (of_length[static_cast<std::size_t>(length)] == 0) --length;
    --of_length[static_cast<std::size_t>(length)];
    of_length[static_cast<std::size_t>(length) + 1] += 2;
    --of_length[static_cast<std::size_t>(longest)];
    --room;
  }
  std::size_t i = 0;
  for (int length = longest; length > 0; --length) {
    for (std::uint32_t k = 0; k < of_length[static_cast<std::size_t>(length)]; ++k) {
      lengths[sorted[i++] & 0xffff] = static_cast<std::uint8_t>(length);
    }
  }
  return lengths;
}

struct Code {
  std::uint16_t bits = 0;
  std::uint8_t length = 0;
};

/// Canonical codes of these lengths, first bit lowest. Source: RFC 1951, 3.2.2.
template <std::size_t N>
std::array<Code, N> codes_of(const std::array<std::uint8_t, N>& lengths) {
  std::array<std::uint32_t, kLongestCode + 2> next{}, count{};
  for (const std::uint8_t length : lengths) ++count[length];
  count[0] = 0;
  for (std::size_t length = 1; length <= kLongestCode; ++length) {
    next[length + 1] = (next[length] + count[length]) << 1U;
  }
  std::array<Code, N> codes{};
  for (std::size_t s = 0; s < N; ++s) {
    if (lengths[s] == 0) continue;
    std::uint32_t value = next[lengths[s]]++, turned = 0;
    for (int bit = 0; bit < lengths[s]; ++bit, value >>= 1U) turned = turned << 1U | (value & 1U);
    codes[s] = {static_cast<std::uint16_t>(turned), lengths[s]};
  }
  return codes;
}

class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out), size_(out.size()) {}
  /// Room for so many bytes more, and for what put() writes beyond them.
  void reserve(std::size_t bytes) { out_.resize(size_ + bytes + 16); }
  /// @pre count <= 57
  void put(std::uint64_t bits, unsigned count) {
    bits_ |= bits << held_;
    held_ += count;
    std::memcpy(out_.data() + size_, &bits_, 8);
    size_ += held_ / 8;
    bits_ >>= held_ / 8 * 8;
    held_ %= 8;
  }
  void to_whole_byte() {
    if (held_ > 0) put(0, 8 - held_);
  }
  void finish() { out_.resize(size_); }

 private:
  std::string& out_;
  std::size_t size_;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
};

/// How the lengths of a block's codes are told. Source: RFC 1951, 3.2.7.
class CodeLengths {
 public:
  CodeLengths(std::span<const std::uint8_t> literals, std::span<const std::uint8_t> distances) {
    std::vector<std::uint8_t> all(literals.begin(), literals.end());
    all.insert(all.end(), distances.begin(), distances.end());
    for (std::size_t i = 0; i < all.size();) {
      std::size_t run = 1;
      while (i + run < all.size() && all[i + run] == all[i]) ++run;
      i += run;
      tell(all[i - 1], run);
    }
    lengths_ = code_lengths(counts_, kLongestLengthCode);
  }
  void write(BitWriter& out, std::size_t literals, std::size_t distances) const {
    constexpr std::array<std::uint8_t, kLengths> kOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                        11, 4,  12, 3, 13, 2, 14, 1, 15};
    std::size_t told = kLengths;
    while (told > 4 && lengths_[kOrder[told - 1]] == 0) --told;
    out.put(literals - 257, 5);
    out.put(distances - 1, 5);
    out.put(told - 4, 4);
    for (std::size_t i = 0; i < told; ++i) out.put(lengths_[kOrder[i]], 3);
    const auto codes = codes_of(lengths_);
    for (const Part& part : parts_) {
      out.put(codes[part.symbol].bits, codes[part.symbol].length);
      if (part.symbol >= 16) out.put(part.extra, part.symbol == 16 ? 2 : part.symbol == 17 ? 3 : 7);
    }
  }

 private:
  struct Part {
    std::uint8_t symbol, extra;
  };
  void add(std::size_t symbol, std::size_t extra = 0) {
    parts_.push_back({static_cast<std::uint8_t>(symbol), static_cast<std::uint8_t>(extra)});
    ++counts_[symbol];
  }
  void tell(std::uint8_t length, std::size_t run) {
    if (length == 0) {
      for (; run >= 11; run -= std::min<std::size_t>(run, 138)) {
        add(18, std::min<std::size_t>(run, 138) - 11);
      }
      if (run >= 3) {
        add(17, run - 3);
        run = 0;
      }
    } else {
      add(length);
      for (--run; run >= 3; run -= std::min<std::size_t>(run, 6)) {
        add(16, std::min<std::size_t>(run, 6) - 3);
      }
    }
    for (; run > 0; --run) add(length);
  }

  std::vector<Part> parts_;
  std::array<std::uint32_t, kLengths> counts_{};
  std::array<std::uint8_t, kLengths> lengths_{};
};

template <std::size_t N>
std::size_t used(const std::array<std::uint8_t, N>& lengths, std::size_t least) {
  std::size_t n = N;
  while (n > least && lengths[n - 1] == 0) --n;
  return n;
}

class Block {
 public:
  /// Bytes [begin, end) of all.
  Block(std::span<const std::uint8_t> bytes, std::size_t begin, std::size_t end)
      : literals_(bytes.data() + begin) {
    symbols_[kEndOfBlock] = 1;
    const std::uint8_t* const data = bytes.data();
    std::array<std::array<std::uint32_t, 256>, 4> counts{};  // several, for the sake of speed
    std::size_t from = begin, i = begin;
    if (i == 0 && end > 0) ++counts[0][data[i++]];
    // Of short runs the bytes themselves take as few bits, and less time.
    while (i + 8 <= end) {
      if (eight_at(data + i) != eight_as_before(data + i)) {
        for (std::size_t k = 0; k < 8; ++k) ++counts[k % 4][data[i + k]];
        i += 8;
        continue;
      }
      const std::size_t run = run_at(data + i, end - i);
      pieces_.push_back({static_cast<std::uint32_t>(i - from), static_cast<std::uint32_t>(run)});
      each_part(run, [&](std::size_t part) { ++symbols_[kLengthCodes[part].symbol]; });
      i += run;
      from = i;
    }
    for (; i < end; ++i) ++counts[0][data[i]];
    pieces_.push_back({static_cast<std::uint32_t>(end - from), 0});
    for (std::size_t byte = 0; byte < 256; ++byte) {
      for (const auto& some : counts) symbols_[byte] += some[byte];
    }
  }

  void write(BitWriter& out, bool last) const {
    const auto lengths = code_lengths(symbols_, kLongestCode);
    const auto codes = codes_of(lengths);
    out.reserve(bits_of(lengths) / 8 + 1024);
    out.put(last ? 1 : 0, 1);
    out.put(2, 2);
    const std::size_t told = used(lengths, 257);
    constexpr std::array<std::uint8_t, 1> kOneDistance{1};  // that of one byte: the bit 0
    CodeLengths(std::span(lengths).first(told), kOneDistance).write(out, told, 1);
    const std::uint8_t* literal = literals_;
    for (const Piece& piece : pieces_) {
      const std::uint8_t* const end = literal + piece.literals;
      for (; literal + 4 <= end; literal += 4) {
        std::uint64_t bits = 0;
        unsigned count = 0;
        for (std::size_t k = 0; k < 4; ++k) {
          bits |= std::uint64_t{codes[literal[k]].bits} << count;
          count += codes[literal[k]].length;
        }
        out.put(bits, count);
      }
      for (; literal < end; ++literal) out.put(codes[*literal].bits, codes[*literal].length);
      each_part(piece.run, [&](std::size_t part) {
        const Coded& run = kLengthCodes[part];
        const Code& code = codes[run.symbol];
        out.put(code.bits | std::uint64_t{run.extra} << code.length,
                code.length + unsigned{run.extra_bits} + 1);
      });
      literal += piece.run;
    }
    out.put(codes[kEndOfBlock].bits, codes[kEndOfBlock].length);
  }

 private:
  /// Calls action(length) for the parts of a run that can be said at once.
  template <typename Action>
  static void each_part(std::size_t run, const Action& action) {
    while (run > 0) {
      std::size_t part = std::min(run, kLongest);
      if (run > part && run - part < kShortest) part -= kShortest;  // leave no part too short
      action(part);
      run -= part;
    }
  }

  [[nodiscard]] std::size_t bits_of(const std::array<std::uint8_t, kSymbols>& lengths) const {
    constexpr std::size_t kBeside = 6;  // the most that follows a symbol
    std::size_t bits = 0;
    for (std::size_t s = 0; s < kSymbols; ++s) {
      bits += std::size_t{symbols_[s]} * (lengths[s] + (s > kEndOfBlock ? kBeside : 0));
    }
    return bits;
  }

  const std::uint8_t* literals_;
  std::vector<Piece> pieces_;
  std::array<std::uint32_t, kSymbols> symbols_{};
};

}  // namespace

void deflate_runs(std::span<const std::uint8_t> bytes, bool last, std::string& out) {
  BitWriter writer(out);
  std::size_t begin = 0;
  do {
    const std::size_t end = std::min(bytes.size(), begin + kBytesOfBlock);
    Block(bytes, begin, end).write(writer, last && end == bytes.size());
    begin = end;
  } while (begin < bytes.size());
  if (!last) {  // an empty stored block ends at a whole byte
    writer.reserve(16);
    writer.put(0, 3);
    writer.to_whole_byte();
    writer.put(0xffff0000, 32);
  }
  writer.to_whole_byte();
  writer.finish();
}

}  // namespace gyre::rendering
