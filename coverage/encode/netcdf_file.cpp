#include "coverage/encode/netcdf_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/encode/hdf5_image.h"
#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {
namespace {

nc_type nc_type_of(ElementType type) {
  switch (type) {
    case ElementType::Int8:
      return NC_BYTE;
    case ElementType::UInt8:
      return NC_UBYTE;
    case ElementType::Int16:
      return NC_SHORT;
    case ElementType::UInt16:
      return NC_USHORT;
    case ElementType::Int32:
      return NC_INT;
    case ElementType::UInt32:
      return NC_UINT;
    case ElementType::Int64:
      return NC_INT64;
    case ElementType::UInt64:
      return NC_UINT64;
    case ElementType::Float32:
      return NC_FLOAT;
    case ElementType::Float64:
      return NC_DOUBLE;
    case ElementType::String:
      return NC_STRING;
  }
  return NC_NAT;
}

/// The numbers of an attribute in the type it declares.
template <typename List>
std::vector<std::byte> packed(ElementType type, const List& list) {
  return with_type(type, [&](auto zero) {
    using T = decltype(zero);
    std::vector<std::byte> bytes(list.size() * sizeof(T));
    for (std::size_t i = 0; i < list.size(); ++i) {
      const T value = static_cast<T>(list[i]);
      std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
    }
    return bytes;
  });
}

}  // namespace

NetcdfFile::NetcdfFile(const std::optional<std::string>& path)
    : name_(path ? *path : name_in_memory()), in_memory_(!path) {
  const NetcdfLock lock;
  // (nc_create_mem would do for memory as well, but forgets the order of variables.)
  const int mode = NC_CLOBBER | NC_NETCDF4 | (in_memory_ ? NC_DISKLESS : 0);
  check(nc_create(name_.c_str(), mode, &ncid_), "create");
}

NetcdfFile::~NetcdfFile() {
  if (ncid_ < 0) return;
  const NetcdfLock lock;
  nc_abort(ncid_);
}

void NetcdfFile::check(int status, const char* what) const {
  if (status == NC_NOERR) return;
  throw Error(ErrorKind::Internal, "",
              fmt::format("netCDF could not {}: {}", what, nc_strerror(status)));
}

int NetcdfFile::define_dimension(const std::string& name, std::size_t size) {
  const NetcdfLock lock;
  int id = -1;
  check(nc_def_dim(ncid_, name.c_str(), size, &id), ("define dimension " + name).c_str());
  return id;
}

int NetcdfFile::define_variable(const std::string& name, ElementType type,
                                const std::vector<int>& dimensions) {
  const NetcdfLock lock;
  int id = -1;
  check(nc_def_var(ncid_, name.c_str(), nc_type_of(type), static_cast<int>(dimensions.size()),
                   dimensions.data(), &id),
        ("define variable " + name).c_str());
  return id;
}

int NetcdfFile::define_text(const std::string& name, const std::vector<int>& dimensions) {
  const NetcdfLock lock;
  int id = -1;
  check(nc_def_var(ncid_, name.c_str(), NC_CHAR, static_cast<int>(dimensions.size()),
                   dimensions.data(), &id),
        ("define variable " + name).c_str());
  return id;
}

void NetcdfFile::compress(int variable, const std::vector<std::size_t>& chunk_shape,
                          bool shuffled) {
  const NetcdfLock lock;
  check(nc_def_var_chunking(ncid_, variable, NC_CHUNKED, chunk_shape.data()), "set chunks");
  check(nc_def_var_deflate(ncid_, variable, shuffled ? 1 : 0, 1, 1), "set compression");
}

void NetcdfFile::put_strings(int variable, const Attribute& attribute,
                             const std::vector<std::string>& list) {
  std::vector<const char*> pointers;
  for (const std::string& text : list) pointers.push_back(text.c_str());
  check(
      nc_put_att_string(ncid_, variable, attribute.name.c_str(), pointers.size(), pointers.data()),
      "write an attribute");
}

void NetcdfFile::put_attribute(int variable, const Attribute& attribute) {
  const NetcdfLock lock;
  const int target = variable == kGlobal ? NC_GLOBAL : variable;
  const char* const name = attribute.name.c_str();
  std::visit(
      [&](const auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::string>) {
          check(nc_put_att_text(ncid_, target, name, value.size(), value.c_str()),
                "write an attribute");
        } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
          put_strings(variable, attribute, value);
        } else {
          const std::vector<std::byte> bytes = packed(attribute.type, value);
          check(nc_put_att(ncid_, target, name, nc_type_of(attribute.type), value.size(),
                           bytes.data()),
                "write an attribute");
        }
      },
      attribute.value);
}

void NetcdfFile::end_definitions() {
  const NetcdfLock lock;
  check(nc_enddef(ncid_), "end definitions");
}

void NetcdfFile::write(int variable, const IndexBox& box, const RawBlock& block) {
  const NetcdfLock lock;
  std::vector<std::size_t> start;
  std::vector<std::size_t> count;
  for (const IndexRange& range : box) {
    start.push_back(range.begin);
    count.push_back(range.size());
  }
  check(nc_put_vara(ncid_, variable, start.data(), count.data(), block.bytes.data()),
        "write values");
}

void NetcdfFile::write_strings(int variable, const std::vector<std::string>& strings) {
  const NetcdfLock lock;
  std::vector<const char*> pointers;
  for (const std::string& text : strings) pointers.push_back(text.c_str());
  check(nc_put_var_string(ncid_, variable, pointers.data()), "write strings");
}

void NetcdfFile::write_character(int variable, const std::vector<std::string>& strings) {
  const NetcdfLock lock;
  const char text = strings.empty() || strings[0].empty() ? '\0' : strings[0][0];
  check(nc_put_var_text(ncid_, variable, &text), "write text");
}

std::string NetcdfFile::close() {
  const NetcdfLock lock;
  std::string image;
  if (in_memory_) {
    check(nc_sync(ncid_), "finish the file");
    const hid_t file = open_hdf5_file(name_);
    if (file >= 0) image = hdf5_image(file);
    if (image.empty()) check(NC_EHDFERR, "finish the file");
  }
  const int ncid = ncid_;
  ncid_ = -1;
  check(nc_close(ncid), "finish the file");
  return image;
}

}  // namespace gyre::coverage
