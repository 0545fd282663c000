#include "coverage/derive/forecast_view.h"

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/base/explanation.h"
#include "coverage/cf/interpret.h"
#include "coverage/subset/view.h"
#include "tests/coverage/memory_source.h"

namespace gyre::coverage {
namespace {

using testing::attributes;
using testing::MemorySource;
using T = ElementType;

/// `v` = 100 run + 10 lead + cell over lat, run, two cells of lon, and lead (last); runs at 0 and
/// 12 h, leads 0, 6 and 12 h. `score` lies along runs, `names` along leads.
struct Collection {
  std::shared_ptr<MemorySource> source = std::make_shared<MemorySource>();
  std::shared_ptr<Dataset> dataset = std::make_shared<Dataset>();

  Collection() {
    source->add({"run",
                 T::Float64,
                 {"run"},
                 {2},
                 {},
                 attributes({{"units", "hours since 2000-01-01"},
                             {"standard_name", "forecast_reference_time"}})},
                std::vector<double>{0, 12});
    source->add({"lead",
                 T::Float64,
                 {"lead"},
                 {3},
                 {},
                 attributes({{"units", "hours"}, {"standard_name", "forecast_period"}})},
                std::vector<double>{0, 6, 12});
    source->add({"lat", T::Float64, {"lat"}, {1}, {}, attributes({{"units", "degrees_north"}})},
                std::vector<double>{10});
    source->add({"lon", T::Float64, {"lon"}, {2}, {}, attributes({{"units", "degrees_east"}})},
                std::vector<double>{20, 21});
    source->add({"score", T::Float32, {"run"}, {2}, {}, {}}, std::vector<double>{7, 8});
    std::vector<double> v;
    for (const double run : {0, 100}) {
      for (const double cell : {0, 1}) {
        for (const double lead : {0, 10, 20}) v.push_back(run + cell + lead);
      }
    }
    source->add({"v",
                 T::Float32,
                 {"lat", "run", "lon", "lead"},
                 {1, 2, 2, 3},
                 {},
                 attributes({{"coordinates", "run"}, {"ancillary_variables", "score"}})},
                v);
    dataset->id = "forecasts";
    dataset->schema = std::make_shared<const HoldingSchema>(source->describe());
    const auto read = [this](const std::string& name) {
      IndexBox box;
      for (const std::size_t extent : source->schema().find(name)->shape) {
        box.push_back({0, extent});
      }
      return source->read(name, box);
    };
    dataset->coverages = interpret(*dataset->schema, {read, {}}).coverages;
    dataset->coverages.front().id = "forecasts";
    dataset->source = source;
  }
  [[nodiscard]] const Coverage& coverage() const { return dataset->coverages.front(); }
};

std::vector<double> all_of(const std::shared_ptr<const Dataset>& dataset,
                           const std::vector<DimensionSubset>& subsets = {}) {
  const View view(resolve(dataset, dataset->coverages.front(), subsets, {"v"}));
  IndexBox box;
  for (const std::size_t extent : view.shape()) box.push_back({0, extent});
  const RawBlock block = view.read(0, box, AbortToken());
  std::vector<double> values(block.cells());
  unpack(view.field(0), block, values);
  return values;
}

}  // namespace

TEST_CASE("runs and leads are known by their standard names", "[forecast]") {
  const Collection made;
  REQUIRE(made.coverage().forecasts);
  CHECK(made.coverage().forecasts->find_best().size() == 5);  // 0, 6, 12, 18 and 24 h
}

TEST_CASE("the best forecasts are a coverage over time", "[forecast]") {
  const Collection made;
  const auto best = best_forecasts(made.dataset, made.coverage());
  const Coverage& coverage = best->coverages.front();
  CHECK(coverage.id == "forecasts.best");
  REQUIRE(coverage.domain_set.axes().size() == 3);
  const Axis& time = coverage.domain_set.axes()[1];
  CHECK(time.role() == AxisRole::Time);
  CHECK(time.label() == "time");
  CHECK(time.data().instants.back().iso8601() == "2000-01-02T00:00:00Z");
  // 0 and 6 of the first run, 12, 18 and 24 of the second; lon inside of time.
  CHECK(all_of(best) == std::vector<double>{0, 1, 10, 11, 100, 101, 110, 111, 120, 121});
  CHECK(all_of(best, {{"time", Slice{"2000-01-01T06:00:00Z"}}, {"lon", Slice{"21"}}}) ==
        std::vector<double>{11});
}

TEST_CASE("what a series would cost is what its runs and leads do", "[forecast]") {
  class Noting final : public Source {
   public:
    explicit Noting(std::shared_ptr<const Source> source) : source_(std::move(source)) {}
    [[nodiscard]] HoldingSchema describe() const override { return source_->describe(); }
    [[nodiscard]] RawBlock read(const std::string& name, const IndexBox& box) const override {
      return source_->read(name, box);
    }
    [[nodiscard]] std::vector<std::string> read_strings(const std::string& name) const override {
      return source_->read_strings(name);
    }
    void explain(const std::string& /*variable*/, const IndexBox& box,
                 Explanation& /*explanation*/) const override {
      noted.push_back(box);
    }
    mutable std::vector<IndexBox> noted;

   private:
    std::shared_ptr<const Source> source_;
  };
  const Collection made;
  const auto noting = std::make_shared<Noting>(made.source);
  made.dataset->source = noting;
  Explanation explanation;
  best_forecasts(made.dataset, made.coverage())
      ->source->explain("v", {{0, 1}, {1, 5}, {0, 2}}, explanation);
  // 6 h of the first run; 0, 6 and 12 h of the second
  CHECK(noting->noted ==
        std::vector<IndexBox>{{{0, 1}, {0, 1}, {0, 2}, {1, 2}}, {{0, 1}, {1, 2}, {0, 2}, {0, 3}}});
}

TEST_CASE("what lies along runs or leads lies along the series", "[forecast]") {
  const Collection made;
  const auto best = best_forecasts(made.dataset, made.coverage());
  const RawBlock score = best->source->read("score", {{1, 4}});
  CHECK(std::vector<float>(score.as<float>().begin(), score.as<float>().end()) ==
        std::vector<float>{7, 8, 8});
  const RawBlock lead = best->source->read("lead", {{0, 5}});
  CHECK(lead.as<double>()[3] == 6);
  const RawBlock time = best->source->read("time", {{2, 4}});
  CHECK(time.as<double>()[1] == 18);
  CHECK(best->schema->find("v")->attributes.text("coordinates") == "run lead");
  CHECK(best->schema->find("run")->dimensions == std::vector<std::string>{"time"});
  const RawBlock lat = best->source->read("lat", {{0, 1}});
  CHECK(lat.as<double>()[0] == 10);
}

TEST_CASE("one run, one lead and one time are series too", "[forecast]") {
  const Collection made;
  const ForecastRuns& runs = *made.coverage().forecasts;
  const auto series = [&](std::vector<Forecast> forecasts, ForecastAxis axis) {
    return all_of(
        forecast_view(made.dataset, made.coverage(), std::move(forecasts), axis, "series"));
  };
  CHECK(series(runs.of_run(1), ForecastAxis::ValidTime) ==
        std::vector<double>{100, 101, 110, 111, 120, 121});
  CHECK(series(runs.at_lead(2), ForecastAxis::ValidTime) == std::vector<double>{20, 21, 120, 121});
  const auto at_noon = runs.of_time(runs.units.decode(12.0));
  CHECK(series(at_noon, ForecastAxis::ReferenceTime) == std::vector<double>{20, 21, 100, 101});
  const auto view =
      forecast_view(made.dataset, made.coverage(), at_noon, ForecastAxis::ReferenceTime, "series");
  CHECK(view->coverages.front().domain_set.axes()[1].role() == AxisRole::ReferenceTime);
  CHECK(view->schema->find("time")->dimensions == std::vector<std::string>{"run"});
  CHECK_THROWS_AS(forecast_view(made.dataset, made.coverage(), {}, ForecastAxis::ValidTime, "none"),
                  Error);
}

}  // namespace gyre::coverage
