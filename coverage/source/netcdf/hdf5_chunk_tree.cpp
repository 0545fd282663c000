#include "coverage/source/netcdf/hdf5_chunk_tree.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <unistd.h>

#include "coverage/source/netcdf/hdf5_handle.h"

namespace gyre::coverage {
namespace {

static_assert(std::endian::native == std::endian::little, "HDF5's numbers are read as they are");

constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

/// Not what is understood here: the library is asked.
struct NotUnderstood : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Numbers out of bytes, one after the other. @throws NotUnderstood beyond their end
class Numbers {
 public:
  explicit Numbers(std::span<const char> bytes) : bytes_(bytes) {}
  template <typename T>
  T next() {
    T value{};
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::span<const char> take(std::size_t count) {
    if (count > bytes_.size()) throw NotUnderstood("it ends too early");
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }
  [[nodiscard]] std::size_t left() const { return bytes_.size(); }

 private:
  std::span<const char> bytes_;
};

class File {
 public:
  explicit File(hid_t file) {
    void* handle = nullptr;
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || handle == nullptr) {
      throw NotUnderstood("it has no descriptor");
    }
    descriptor_ = *static_cast<int*>(handle);
  }
  [[nodiscard]] std::string read(std::uint64_t at, std::size_t count) const {
    std::string bytes(count, '\0');
    if (::pread(descriptor_, bytes.data(), count, static_cast<off_t>(at)) !=
        static_cast<ssize_t>(count)) {
      throw NotUnderstood("it ends too early");
    }
    return bytes;
  }

 private:
  int descriptor_ = -1;
};

/// Messages of an object's header, block by block, until the data layout is found.
class ObjectHeader {
 public:
  explicit ObjectHeader(const File& file) : file_(file) {}

  /// The address of the B-tree of chunks. @throws NotUnderstood where there is none
  [[nodiscard]] std::uint64_t tree(std::uint64_t at) {
    constexpr std::size_t kPrefix = 64;  // of either version, and there is more behind
    const std::string prefix = file_.read(at, kPrefix);
    Numbers numbers(prefix);
    if (std::string_view(prefix).starts_with("OHDR")) {
      static_cast<void>(numbers.take(4));
      if (numbers.next<std::uint8_t>() != 2) throw NotUnderstood("a header of another version");
      const auto flags = numbers.next<std::uint8_t>();
      if ((flags & 0x20) != 0) static_cast<void>(numbers.take(16));  // times
      if ((flags & 0x10) != 0) static_cast<void>(numbers.take(4));   // storage of attributes
      std::uint64_t size = 0;
      const std::size_t width = std::size_t{1} << (flags & 3);
      std::memcpy(&size, numbers.take(width).data(), width);
      ordered_ = (flags & 0x04) != 0;
      blocks_.push_back({at + prefix.size() - numbers.left(), size});
      is_old_ = false;
    } else {
      if (numbers.next<std::uint16_t>() != 1) throw NotUnderstood("a header of another version");
      static_cast<void>(numbers.take(6));  // messages, references
      const auto size = numbers.next<std::uint32_t>();
      constexpr std::size_t kAligned = 16;
      blocks_.push_back({at + kAligned, size});
    }
    constexpr std::size_t kMostBlocks = 1000, kLargest = 16u << 20;
    for (std::size_t i = 0; i < blocks_.size() && i < kMostBlocks; ++i) {
      if (blocks_[i].size > kLargest) throw NotUnderstood("a header that large");
      const std::string block = file_.read(blocks_[i].at, blocks_[i].size);
      if (const auto found = tree_in(Numbers(block))) return *found;
    }
    throw NotUnderstood("no data layout");
  }

 private:
  struct Block {
    std::uint64_t at = 0, size = 0;
  };

  std::optional<std::uint64_t> tree_in(Numbers block) {
    enum Type : unsigned { kLayout = 8, kContinuation = 16 };
    const std::size_t head = is_old_ ? 8 : ordered_ ? 6 : 4;
    while (block.left() >= head) {  // else a gap
      Numbers own(block.take(head));
      const unsigned type = is_old_ ? own.next<std::uint16_t>() : own.next<std::uint8_t>();
      Numbers message(block.take(own.next<std::uint16_t>()));
      if (type == kContinuation) continue_at(message);
      if (type == kLayout) return tree_of(message);
    }
    return std::nullopt;
  }

  void continue_at(Numbers message) {
    Block next;
    next.at = message.next<std::uint64_t>();
    next.size = message.next<std::uint64_t>();
    if (!is_old_) {  // "OCHK", and a checksum
      if (next.size < 8) throw NotUnderstood("a block too short");
      next.at += 4;
      next.size -= 8;
    }
    blocks_.push_back(next);
  }

  static std::uint64_t tree_of(Numbers layout) {
    constexpr unsigned kChunked = 2;
    const auto version = layout.next<std::uint8_t>();
    const bool is_first = version == 1 || version == 2;
    if (!is_first && version != 3) throw NotUnderstood("another index than a B-tree");
    if (is_first) static_cast<void>(layout.next<std::uint8_t>());  // dimensions
    if (layout.next<std::uint8_t>() != kChunked) throw NotUnderstood("no chunks");
    static_cast<void>(layout.take(is_first ? 5 : 1));
    return layout.next<std::uint64_t>();
  }

  const File& file_;
  std::vector<Block> blocks_;
  bool is_old_ = true, ordered_ = false;
};

class Tree {
 public:
  Tree(const File& file, const std::vector<std::size_t>& grid,
       const std::vector<std::size_t>& chunk)
      : file_(file), grid_(grid), chunk_(chunk) {
    std::size_t count = 1;
    for (const std::size_t along : grid) count *= along;
    found_.resize(count);
  }

  void walk(std::uint64_t at, std::optional<unsigned> level = std::nullopt) {
    constexpr std::size_t kHead = 24;
    const std::string head = file_.read(at, kHead);
    Numbers numbers(head);
    const auto signature = numbers.take(4);
    const auto type = numbers.next<std::uint8_t>();
    const unsigned own = numbers.next<std::uint8_t>();
    const auto entries = numbers.next<std::uint16_t>();
    constexpr unsigned kOfChunks = 1;
    const bool fits = std::string_view(signature.data(), 4) == "TREE" && type == kOfChunks &&
                      (!level || own == *level);
    if (!fits) throw NotUnderstood("no node of a B-tree of chunks");
    const std::size_t key = 8 + 8 * (grid_.size() + 1);
    const std::string body = file_.read(at + kHead, entries * (key + 8));
    Numbers rest(body);
    for (unsigned i = 0; i < entries; ++i) {
      Numbers told(rest.take(key));
      const auto child = rest.next<std::uint64_t>();
      if (own > 0) {
        walk(child, own - 1);
      } else {
        add(told, child);
      }
    }
  }

  [[nodiscard]] std::size_t chunks() const { return chunks_; }
  [[nodiscard]] std::vector<ChunkAddress> take() { return std::move(found_); }

 private:
  void add(Numbers key, std::uint64_t address) {
    const auto size = key.next<std::uint32_t>();
    const auto mask = key.next<std::uint32_t>();
    std::size_t number = 0;
    for (std::size_t d = 0; d < grid_.size(); ++d) {
      const auto corner = key.next<std::uint64_t>();
      if (corner % chunk_[d] != 0 || corner / chunk_[d] >= grid_[d]) {
        throw NotUnderstood("a chunk that is none of its grid");
      }
      number = number * grid_[d] + corner / chunk_[d];
    }
    if (found_[number].size != 0 || ++chunks_ > found_.size()) {
      throw NotUnderstood("a chunk that is there twice");
    }
    found_[number] = {address, size, mask};
  }

  const File& file_;
  const std::vector<std::size_t>&grid_, &chunk_;
  std::vector<ChunkAddress> found_;
  std::size_t chunks_ = 0;
};

std::size_t chunks_counted(hid_t dataset) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  hsize_t count = 0;
  if (!space || H5Dget_num_chunks(dataset, *space, &count) < 0) {
    throw NotUnderstood("the library counts none");
  }
  return count;
}

}  // namespace

std::optional<std::vector<ChunkAddress>> chunks_in_tree(hid_t file, hid_t dataset,
                                                        const std::vector<std::size_t>& grid,
                                                        const std::vector<std::size_t>& chunk) {
  try {
    const Hdf5Handle created(H5Fget_create_plist(file), H5Pclose);
    std::size_t of_addresses = 0, of_lengths = 0;
    H5O_info_t object{};
    if (!created || H5Pget_sizes(*created, &of_addresses, &of_lengths) < 0 || of_addresses != 8 ||
        of_lengths != 8 || H5Oget_info2(dataset, &object, H5O_INFO_BASIC) < 0) {
      return std::nullopt;
    }
    const File bytes(file);
    Tree tree(bytes, grid, chunk);
    const std::uint64_t root = ObjectHeader(bytes).tree(object.addr);
    if (root != kNowhere) tree.walk(root);
    if (tree.chunks() != chunks_counted(dataset)) return std::nullopt;
    return tree.take();
  } catch (const NotUnderstood&) {
    return std::nullopt;
  }
}

}  // namespace gyre::coverage
