#include "coverage/source/netcdf/netcdf_values.h"

#include <algorithm>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/netcdf/netcdf_files.h"
#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void too_long(const std::string& variable) {
  throw Error(ErrorKind::TooLarge, variable,
              fmt::format("The texts of '{}' are more than the 64 MB that are read.", variable));
}

std::vector<std::string> character_texts(const NetcdfLocation& at,
                                         const std::vector<std::size_t>& shape,
                                         const std::string& name) {
  std::size_t cells = 1;
  for (const std::size_t extent : shape) {
    if (extent > DescribeLimits::kStringBytes) too_long(name);
    cells *= extent;
    if (cells > DescribeLimits::kStringBytes) too_long(name);
  }
  std::string all(cells, '\0');
  if (cells > 0) check_netcdf(nc_get_var_text(at.group, at.variable, all.data()));
  const std::size_t length = shape.empty() ? 1 : shape.back();
  std::vector<std::string> texts;
  for (std::size_t i = 0; length > 0 && i < cells; i += length) {
    std::string text = all.substr(i, length);
    text.erase(std::min(text.find('\0'), text.size()));
    text.erase(text.find_last_not_of(' ') + 1);  // Fortran pads with blanks
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> string_texts(const NetcdfLocation& at,
                                      const std::vector<std::size_t>& shape,
                                      const std::string& name) {
  std::size_t cells = 1, bytes = 0;
  for (const std::size_t extent : shape) {
    if (extent > DescribeLimits::kStringBytes / 16) too_long(name);
    cells *= extent;
    if (cells > DescribeLimits::kStringBytes / 16) too_long(name);
  }
  std::vector<std::string> texts;
  std::vector<std::size_t> index(std::max<std::size_t>(shape.size(), 1), 0);
  for (std::size_t i = 0; i < cells; ++i) {
    std::size_t rest = i;
    for (std::size_t d = shape.size(); d-- > 0; rest /= shape[d]) index[d] = rest % shape[d];
    char* text = nullptr;
    check_netcdf(nc_get_var1_string(at.group, at.variable, index.data(), &text));
    texts.emplace_back(text == nullptr ? "" : text);
    nc_free_string(1, &text);
    bytes += texts.back().size();
    if (bytes > DescribeLimits::kStringBytes) too_long(name);
  }
  return texts;
}

}  // namespace

NetcdfLocation locate(int file, const std::string& name) {
  NetcdfLocation found{file, 0};
  std::size_t begin = 0;
  for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', begin)) {
    check_netcdf(nc_inq_ncid(found.group, name.substr(begin, slash - begin).c_str(), &found.group));
    begin = slash + 1;
  }
  check_netcdf(nc_inq_varid(found.group, name.substr(begin).c_str(), &found.variable));
  return found;
}

int read_netcdf_numbers(const NetcdfLocation& at, const IndexBox& box, std::span<std::byte> into) {
  std::vector<std::size_t> start(box.size() + 1), count(box.size() + 1);
  for (std::size_t d = 0; d < box.size(); ++d) {
    start[d] = box[d].begin;
    count[d] = box[d].size();
  }
  // nc_get_vara, unlike its typed sisters, converts nothing.
  return nc_get_vara(at.group, at.variable, start.data(), count.data(), into.data());
}

std::vector<std::string> read_netcdf_strings(int file, const std::string& variable) {
  const NetcdfLocation at = locate(file, variable);
  nc_type type = NC_NAT;
  int rank = 0;
  check_netcdf(nc_inq_var(at.group, at.variable, nullptr, &type, &rank, nullptr, nullptr));
  std::vector<int> dimensions(static_cast<std::size_t>(rank));
  if (rank > 0) check_netcdf(nc_inq_vardimid(at.group, at.variable, dimensions.data()));
  std::vector<std::size_t> shape;
  for (const int dimension : dimensions) {
    shape.push_back(0);
    check_netcdf(nc_inq_dimlen(at.group, dimension, &shape.back()));
  }
  if (type == NC_CHAR) return character_texts(at, shape, variable);
  if (type == NC_STRING) return string_texts(at, shape, variable);
  throw Error(ErrorKind::Internal, variable, fmt::format("'{}' holds no texts", variable));
}

}  // namespace gyre::coverage
