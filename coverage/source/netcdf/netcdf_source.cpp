#include "coverage/source/netcdf/netcdf_source.h"

#include "coverage/base/error.h"
#include "coverage/cf/packing.h"
#include "coverage/source/netcdf/netcdf_description.h"
#include "coverage/source/netcdf/netcdf_files.h"
#include "coverage/source/netcdf/netcdf_values.h"
#include "coverage/source/netcdf_lock.h"
#include "coverage/source/reading.h"

namespace gyre::coverage {

NetcdfSource::NetcdfSource(std::string path)
    : path_(std::move(path)), identity_(identity_of(path_)) {
  const NetcdfLock lock;
  schema_ = describe_netcdf(netcdf_files().open(path_, identity_));
}

NetcdfSource::~NetcdfSource() {
  const NetcdfLock lock;
  netcdf_files().close(identity_);
}

RawBlock NetcdfSource::read(const std::string& name, const IndexBox& box) const {
  const VariableSchema& variable = variable_named(schema_, name);
  RawBlock block = block_for(variable, box);
  read_unchanged(path_, identity_, name, [&] {
    block.bytes.resize(block.cells() * size_of(block.type));
    if (block.bytes.empty()) return;
    const NetcdfLock lock;
    NetcdfFiles& files = netcdf_files();
    if (!variable.chunk_shape.empty()) {
      static_cast<void>(files.open(path_, identity_));
      files.reserve(path_, name);
    }
    const NetcdfLocation at = locate(files.open(path_, identity_), name);
    check_netcdf(read_netcdf_numbers(at, box, block.bytes));
  });
  block.type = storage_type_of(variable);
  return block;
}

std::vector<std::string> NetcdfSource::read_strings(const std::string& name) const {
  const VariableSchema& variable = variable_named(schema_, name);
  if (variable.type != ElementType::String) {
    throw Error(ErrorKind::Internal, name, "'" + name + "' holds numbers, not texts");
  }
  std::vector<std::string> texts;
  read_unchanged(path_, identity_, name, [&] {
    const NetcdfLock lock;
    texts = read_netcdf_strings(netcdf_files().open(path_, identity_), name);
  });
  return texts;
}

}  // namespace gyre::coverage
