// The classic formats as we write them, read by netCDF-C.
#include <fstream>

#include <catch2/catch.hpp>

#include "coverage/encode/encoder.h"
#include "coverage/source/netcdf_lock.h"
#include "coverage/source/source.h"
#include "tests/coverage/encode/sample_dataset.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;
using gyre::test::TemporaryFolder;

namespace {

/// Fields of some types, three by five cells each: rows of bytes and shorts need padding.
std::shared_ptr<Dataset> fields_of(const std::vector<ElementType>& types) {
  auto source = std::make_shared<MemorySource>();
  const std::vector<double> lats{0, 1, 2}, lons{10, 11, 12, 13, 14};
  source->add({"lat", ElementType::Float64, {"lat"}, {3}, {}, {}}, lats);
  source->add({"lon", ElementType::Float32, {"lon"}, {5}, {}, {}}, lons);
  std::vector<Field> fields;
  for (const ElementType type : types) {
    Field field;
    field.name = std::string("v_") + std::string(name_of(type));
    field.declared = field.storage = type;
    field.attributes =
        Attributes({text("long_name", "odd"), text("empty", ""), numbers("valid_min", type, {1}),
                    numbers("_FillValue", type, {7})});
    std::vector<int> values;
    for (int i = 0; i < 15; ++i) values.push_back(3 * i);
    source->add({field.name, type, {"lat", "lon"}, {3, 5}, {}, field.attributes}, values);
    fields.push_back(std::move(field));
  }
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "types";
  dataset->source = source;
  dataset->schema = std::make_shared<HoldingSchema>(source->describe());
  dataset->coverages.push_back(
      {"types",
       DomainSet({number_axis("lat", AxisRole::Y, lats), number_axis("lon", AxisRole::X, lons)},
                 Crs(), ""),
       fields,
       {}});
  return dataset;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("classic files hold every type, the newer ones in CDF-5", "[encode][netcdf]") {
  using T = ElementType;
  const bool newer = GENERATE(false, true);
  const std::vector<T> types =
      newer ? std::vector<T>{T::UInt8, T::UInt16, T::UInt32, T::Int64, T::UInt64, T::Int8, T::Int16}
            : std::vector<T>{T::Int8, T::Int16, T::Int32, T::Float32, T::Float64};
  const auto dataset = fields_of(types);
  const View view(resolve(dataset, dataset->coverages[0], {}, {}));
  const TemporaryFolder folder;
  const std::string path = folder / "classic.nc";
  find_encoder("application/x-netcdf3")->write_file(view, path, {}, {});
  CHECK(content_of(path).substr(0, 4) == (newer ? "CDF\5" : "CDF\2"));
  const auto file = open_source(path);
  for (std::size_t k = 0; k < types.size(); ++k) {
    const std::string& name = view.field(k).name;
    CHECK(file->read(name, {{0, 3}, {0, 5}}) == view.read(k, {{0, 3}, {0, 5}}, {}));
    const HoldingSchema schema = file->describe();
    const VariableSchema* const variable = schema.find(name);
    REQUIRE(variable != nullptr);
    CHECK(variable->attributes.text("long_name") == "odd");
    CHECK(variable->attributes.numbers("_FillValue") == std::vector<double>{7});
  }
}

TEST_CASE("what is streamed is the file, and as long as it says", "[encode][netcdf]") {
  const auto ocean = sample_ocean();
  const Encoder& encoder = *find_encoder("application/x-netcdf3");
  const TemporaryFolder folder;
  for (const char* const fields : {"flags", "temp"}) {
    const View view(resolve(ocean, ocean->coverages[0], {{"lon", Trim{"-20", "20"}}}, {fields}));
    const auto streamed = encoder.stream(view, {}, {});
    // temp states its actual_range, in the header: that is known after the values.
    REQUIRE(streamed.has_value() == (fields == std::string("flags")));
    if (!streamed) continue;
    const auto part = [&](std::uint64_t begin, std::uint64_t end) {
      std::string bytes;
      streamed->write(begin, end, [&](std::span<const std::byte> more) {
        bytes.append(reinterpret_cast<const char*>(more.data()), more.size());
      });
      return bytes;
    };
    const std::string all = part(0, streamed->size);
    for (std::uint64_t begin = 0; begin < all.size(); begin += 37) {
      const std::uint64_t end = std::min<std::uint64_t>(begin + 1 + begin % 101, all.size());
      CHECK(part(begin, end) == all.substr(begin, end - begin));
    }
    CHECK(all.size() == streamed->size);
    encoder.write_file(view, folder / "a.nc", {}, {});
    CHECK(content_of(folder / "a.nc") == all);
    CHECK(encoder.write_small(view, {}, {}) == all);
  }
  CHECK_FALSE(find_encoder("application/netcdf")
                  ->stream(View(resolve(ocean, ocean->coverages[0], {}, {})), {}, {}));
}
