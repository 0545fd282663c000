#include "coverage/source/netcdf/hdf5_foreign.h"

#include <exception>
#include <unordered_set>

#include <fmt/format.h>

#include "coverage/source/describe_limits.h"
#include "coverage/source/netcdf/hdf5_handle.h"

namespace gyre::coverage {
namespace {

/// What the values of a dataset are that netCDF has no type for, or none without a name in the
/// file; null: numbers or texts.
const char* foreign_values(hid_t dataset) {
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  switch (type ? H5Tget_class(*type) : H5T_NO_CLASS) {
    case H5T_ENUM:  // h5py's booleans are of one
      return "of an enumeration that the file has no named type for";
    case H5T_COMPOUND:
      return "compound";
    case H5T_OPAQUE:
      return "opaque";
    case H5T_BITFIELD:
      return "bit fields";
    case H5T_REFERENCE:
      return "references";
    case H5T_ARRAY:
      return "arrays";
    default:
      return nullptr;
  }
}

struct Listing {
  std::unordered_set<std::string_view> known;  ///< variables of the schema
  std::vector<LeftOut>& left_out;
  std::size_t links = 0;
};

/// Notes a dataset that netCDF-C does not tell of, as it does with types that it does not know.
herr_t note_one(hid_t group, const char* name, const H5L_info_t* link, void* data) {
  auto& listing = *static_cast<Listing*>(data);
  constexpr int kNoMore = 1, kNext = 0;
  constexpr std::size_t kNoted = 100;
  constexpr int kOfNote = 2;  // dimensions: tables and lists are not what anybody looks for
  if (++listing.links > DescribeLimits::kVariables || listing.left_out.size() >= kNoted) {
    return kNoMore;
  }
  if (link->type != H5L_TYPE_HARD) return kNext;
  try {
    std::string variable = name;
    const auto own = variable.rfind('/') + 1;  // npos + 1 is 0
    if (variable.compare(own, kNoCoordinatePrefix.size(), kNoCoordinatePrefix) == 0) {
      variable.erase(own, kNoCoordinatePrefix.size());
    }
    if (listing.known.contains(variable)) return kNext;
    const Hdf5Handle dataset(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
    if (!dataset || H5Iget_type(*dataset) != H5I_DATASET) return kNext;
    const Hdf5Handle space(H5Dget_space(*dataset), H5Sclose);
    const char* const foreign = foreign_values(*dataset);
    if (foreign == nullptr || !space || H5Sget_simple_extent_ndims(*space) < kOfNote) {
      return kNext;
    }
    listing.left_out.push_back(
        {std::move(variable),
         fmt::format("its values are {}, which is not read; write numbers in their place",
                     foreign)});
  } catch (const std::exception&) {  // none crosses the library
    return kNoMore;
  }
  return kNext;
}

}  // namespace

void note_foreign(hid_t file, const HoldingSchema& schema, std::vector<LeftOut>& left_out) {
  Listing listing{{}, left_out};
  for (const VariableSchema& variable : schema.variables) listing.known.insert(variable.name);
  H5Lvisit(file, H5_INDEX_NAME, H5_ITER_INC, note_one, &listing);
}

}  // namespace gyre::coverage
