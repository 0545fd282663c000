#include "coverage/derive/vector_names.h"

#include <catch2/catch.hpp>

using namespace gyre::coverage;

namespace {

Field field(const std::string& name, const std::string& standard_name,
            const std::string& units = "m s-1", const std::string& cell_methods = "") {
  Field made;
  made.name = name;
  made.standard_name = standard_name;
  made.units = units;
  if (!cell_methods.empty()) {
    made.attributes.set({"cell_methods", ElementType::String, cell_methods});
  }
  return made;
}

}  // namespace

TEST_CASE("components are told by their standard_name", "[derive]") {
  using Frame = VectorFrame;
  struct Row {
    const char* name;
    bool is_y;
    Frame frame;
    const char* key;
  };
  const auto row = GENERATE(
      values<Row>({{"eastward_wind", false, Frame::True, "*_wind"},
                   {"northward_wind", true, Frame::True, "*_wind"},
                   {"Northward_sea_water_velocity", true, Frame::True, "*_sea_water_velocity"},
                   {"eastward wind", false, Frame::True, "*_wind"},
                   {"x_wind", false, Frame::Grid, "*_wind"},
                   {"sea_water_y_velocity", true, Frame::Grid, "sea_water_*_velocity"},
                   {"surface_downward_x_stress", false, Frame::Grid, "surface_downward_*_stress"},
                   {"barotropic_northward_sea_water_velocity", true, Frame::True,
                    "barotropic_*_sea_water_velocity"}}));
  CAPTURE(row.name);
  const auto component = vector_component_of(field("v", row.name));
  REQUIRE(component);
  CHECK(*component == VectorComponent{row.is_y, row.frame, row.key});
}

TEST_CASE("what is no component of a vector is none", "[derive]") {
  const auto none = GENERATE(values<Field>(
      {field("x", "projection_x_coordinate"), field("a", "angle_of_rotation_from_east_to_x"),
       field("u", "eastward_wind standard_error"), field("u", "square_of_eastward_wind"),
       field("uv", "product_of_eastward_wind_and_northward_wind"), field("w", "wind_speed"),
       field("u", "eastward_wind", "m s-1", "time: maximum"),
       field("u", "eastward_wind", "m s-1", "area: mean time: variance"), field("x", "x"),
       field("uo", "", "1"), field("u", "")}));
  CAPTURE(none.name, none.standard_name);
  CHECK_FALSE(vector_component_of(none));
}

TEST_CASE("a few names tell a component without a standard_name", "[derive]") {
  CHECK(*vector_component_of(field("group/vomecrty", "")) ==
        VectorComponent{true, VectorFrame::Grid, "sea_water_*_velocity"});
  CHECK(*vector_component_of(field("UWND", "", "M/S")) ==
        VectorComponent{false, VectorFrame::Unsaid, "*_wind"});
}

TEST_CASE("vectors have CF's names where there are some", "[derive]") {
  struct Row {
    const char* key;
    const char *east, *speed, *direction;
    bool standard_east, standard_speed, standard_direction;
  };
  const auto row = GENERATE(values<Row>(
      {{"*_wind", "eastward_wind", "wind_speed", "wind_to_direction", true, true, true},
       {"sea_water_*_velocity", "eastward_sea_water_velocity", "sea_water_speed",
        "sea_water_velocity_to_direction", true, true, true},
       {"sea_ice_*_velocity", "eastward_sea_ice_velocity", "sea_ice_speed",
        "direction_of_sea_ice_velocity", true, true, true},
       {"barotropic_sea_water_*_velocity", "barotropic_eastward_sea_water_velocity",
        "barotropic_sea_water_speed", "barotropic_sea_water_velocity_to_direction", true, false,
        false},
       {"sea_surface_wave_stokes_drift_*_velocity",
        "sea_surface_wave_stokes_drift_eastward_velocity", "sea_surface_wave_stokes_drift_speed",
        "sea_surface_wave_stokes_drift_to_direction", true, true, true},
       {"surface_downward_*_stress", "surface_downward_eastward_stress",
        "magnitude_of_surface_downward_stress", "surface_downward_stress_to_direction", true, true,
        false},
       {"tendency_of_*_wind", "tendency_of_eastward_wind", "magnitude_of_tendency_of_wind",
        "tendency_of_wind_to_direction", false, false, false},
       {"sea_water_*_velocity_at_sea_floor", "eastward_sea_water_velocity_at_sea_floor",
        "sea_water_speed_at_sea_floor", "sea_water_velocity_to_direction_at_sea_floor", true, true,
        false}}));
  const VectorNames names = vector_names_of(row.key, VectorFrame::Grid);
  CHECK(names.eastward.name == row.east);
  CHECK(names.eastward.is_standard == row.standard_east);
  CHECK(names.speed.name == row.speed);
  CHECK(names.speed.is_standard == row.standard_speed);
  CHECK(names.direction.name == row.direction);
  CHECK(names.direction.is_standard == row.standard_direction);
}

TEST_CASE("twin names differ in one letter", "[derive]") {
  CHECK(are_twin_names("u10", "v10"));
  CHECK(are_twin_names("taux", "tauy"));
  CHECK(are_twin_names("uwind_speed", "vwind_speed"));
  CHECK_FALSE(are_twin_names("u10", "v100"));
  CHECK_FALSE(are_twin_names("v10", "u10"));
  CHECK_FALSE(are_twin_names("u1", "u2"));
}
