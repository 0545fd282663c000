#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/subset/view.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

std::shared_ptr<const Dataset> globe() {
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "globe";
  std::vector<Axis> axes{time_axis("days since 2024-01-01", {0, 1, 2}),
                         latitude_axis(every(-89.5, 1, 180)), longitude_axis(every(0.5, 1, 360))};
  Field a;
  a.name = "a";
  a.standard_name = "sea_water_temperature";
  Field b;
  b.name = "b";
  b.declared = b.storage = ElementType::Int16;
  dataset->coverages.push_back({"globe", DomainSet(axes, Crs(), ""), {a, b}, {{0, 1}, {0, 1}}});
  return dataset;
}

ErrorKind refusal(const std::vector<DimensionSubset>& subsets,
                  const std::vector<std::string>& fields, std::string* subject = nullptr) {
  const auto dataset = globe();
  try {
    (void)resolve(dataset, dataset->coverages[0], subsets, fields);
  } catch (const Error& error) {
    if (subject != nullptr) *subject = error.subject();
    return error.kind();
  }
  FAIL("not refused");
  return ErrorKind::Internal;
}

}  // namespace

TEST_CASE("a query without subsets is the whole coverage", "[subset][resolve]") {
  const auto dataset = globe();
  const ResolvedQuery query = resolve(dataset, dataset->coverages[0], {}, {});
  CHECK(query.cells() == 3U * 180 * 360);
  CHECK(query.fields == std::vector<std::size_t>{0, 1});
  CHECK(query.stored_bytes() == 6U * 3 * 180 * 360);
  CHECK(resolve(dataset, dataset->coverages[0], {}, {"b", "sea_water_temperature"}).fields ==
        std::vector<std::size_t>{1, 0});
}

TEST_CASE("refusals carry the client's word for the axis", "[subset][resolve]") {
  std::string subject;
  CHECK(refusal({{"Lat", Trim{"95", "99"}}}, {}, &subject) == ErrorKind::OutsideDomain);
  CHECK(subject == "Lat");
  CHECK(refusal({{"Lat", Trim{"1", "2"}}, {"lat", Slice{"1"}}}, {}, &subject) ==
        ErrorKind::DuplicateAxis);
  CHECK(subject == "lat");
  CHECK(refusal({{"depth", Slice{"1"}}}, {}, &subject) == ErrorKind::NoSuchAxis);
  CHECK(refusal({}, {"salinity"}) == ErrorKind::NoSuchField);
  CHECK(refusal({{"t", Slice{"2024-13"}}}, {}) == ErrorKind::InvalidPosition);
}

TEST_CASE("subsets in another CRS take the smallest box of cells that covers them",
          "[subset][resolve]") {
  const auto dataset = globe();
  const Coverage& coverage = dataset->coverages[0];
  const auto in = [&](const char* crs, const char* x0, const char* x1, const char* y0,
                      const char* y1) {
    return View(resolve(dataset, coverage, {{"lon", Trim{x0, x1}}, {"lat", Trim{y0, y1}}}, {},
                        Crs::from_user_input(crs)));
  };
  const View mercator =
      in("EPSG:3857", "-1113194.9", "1113194.9", "0", "2273030.9");  // ±10°, 0..20°
  CHECK(mercator.axes()[2].centres == every(-9.5, 1, 20));
  CHECK(mercator.axes()[1].centres == every(0.5, 1, 20));
  // The North Pole in the middle: all longitudes, and up to 90°.
  const View arctic = in("EPSG:3413", "-1000000", "1000000", "-1000000", "1000000");
  CHECK(arctic.axes()[2].centres.size() == 360);
  CHECK(arctic.axes()[1].centres.back() == 89.5);
  CHECK(arctic.axes()[1].centres.front() == 76.5);
  const View same = in("OGC:CRS84", "-2.5", "2.5", "10.5", "11.5");
  CHECK(same.axes()[2].centres == every(-2.5, 1, 6));
  const ResolvedQuery point =
      resolve(dataset, coverage, {{"lon", Slice{"1113194.9"}}, {"lat", Slice{"2273030.9"}}}, {},
              Crs::from_user_input("EPSG:3857"));
  CHECK(point.axes[2].dropped);
  CHECK(point.axes[1].runs[0].range == IndexRange{109, 110});
}
