#include "coverage/lint/advice.h"

#include <array>
#include <span>

#include <fmt/format.h>

namespace gyre::coverage::lint {
namespace {

struct Row {
  std::string_view part;  ///< of the sentence; the first row that fits is taken
  Severity severity;
  std::string_view consequence;
  std::string_view command, overlay;  ///< "{var}": the variable
};

constexpr std::string_view kGeographic =
    "attributes: {{var}: {grid_mapping: crs}, crs: {grid_mapping_name: latitude_longitude}}";
constexpr std::string_view kProjected =
    "attributes: {{var}: {grid_mapping: crs}, crs: {crs_wkt: \"EPSG:...\"}}";

constexpr auto kError = Severity::Error;
constexpr auto kWarn = Severity::Warning;
constexpr auto kHint = Severity::Hint;

constexpr std::array kRefusals{
    Row{"no grid_mapping says", kWarn, "It is not published: nobody knows where its cells lie.",
        "add the grid mapping of the projection, as a variable and as {var}:grid_mapping",
        kProjected},
    Row{"of which coordinate reference system", kWarn,
        "It is not published: nobody knows where its cells lie.",
        "give the coordinates a standard_name and units, and {var} a grid_mapping", kProjected},
    Row{"grid mapping", kWarn, "It is not published: nobody knows where its cells lie.",
        "correct the attributes of the grid mapping variable (CF, appendix F)", kProjected},
    Row{"is not strictly monotonic", kWarn,
        "It is not published: positions that come twice or go back name no cell.",
        "count longitudes on across the antimeridian (lon % 360); else sort it and drop what is "
        "double: python3 -c \"import xarray as x; "
        "x.open_dataset('{file}').sortby('DIM').drop_duplicates('DIM').to_netcdf('new.nc')\"",
        ""},
    Row{"beyond 2^53", kWarn, "It is not published: positions are told apart as doubles are.",
        "count from a nearer origin, or in a larger unit", ""},
    Row{"which is no position", kWarn, "It is not published: no cell can reach that far.",
        "a fill value stands among the coordinate's values, or its type is wrong", ""},
    Row{"beyond the poles", kWarn, "It is not published.",
        "correct the latitudes, or their units when they are none", ""},
    Row{"no values yet", kHint, "It is not published until something is written.", "", ""},
    Row{"is empty", kHint, "It is not published until something is written.", "", ""},
    Row{"has a missing value", kWarn,
        "It is not published: a cell without a position cannot be asked for.",
        "fill the coordinate's gaps", ""},
    Row{"which are no time since a date", kWarn, "It is not published: its times cannot be told.",
        "write the units as \"hours since 1970-01-01 00:00:00\", in UTC", ""},
    Row{"a time out of all range", kWarn, "It is not published: its times cannot be told.",
        "a fill value stands among the times, or their units are wrong", ""},
    Row{"not in degrees", kWarn, "It is not published.", "", ""},
    Row{"a projection has one unit", kWarn, "It is not published.", "", ""},
    Row{"have no units (m or km)", kWarn, "It is not published.", "",
        "attributes: {x: {units: m}, y: {units: m}}"},
    Row{"several coordinates could be meant", kWarn, "It is not published: it could lie at either.",
        "ncatted -h -a coordinates,{var},o,c,'LONGITUDE LATITUDE' {file}",
        "attributes: {{var}: {coordinates: LONGITUDE LATITUDE}}"},
    Row{"HDF5's filter", kWarn, "It is not published: only programs with that filter read it.",
        "HDF5_PLUGIN_PATH=$(python3 -c 'import hdf5plugin; print(hdf5plugin.PLUGIN_PATH)') "
        "h5repack "
        "-f SHUF -f GZIP=4 {file} new.nc",
        ""},
    Row{"no x and y axes", kWarn, "It is not published.",
        "give its coordinates units degrees_east and degrees_north, or standard names", ""},
    Row{"no variable over horizontal axes", kError, "Nothing of it is published.",
        "give its coordinates units degrees_east and degrees_north, or standard names", ""},
};

constexpr std::array kWarnings{
    Row{"do not hold their centres and are left out", kWarn,
        "Cells are drawn and chosen half-way between centres, not as the bounds say.",
        "correct the bounds, or remove them", "attributes: {{var}: {bounds: null}}"},
    Row{"and are left out", kWarn,
        "Cells are drawn and chosen half-way between centres, not as the bounds say.",
        "correct the bounds, or remove them", "attributes: {{var}: {bounds: null}}"},
    Row{"its calendar is", kWarn,
        "Users see plain numbers in place of dates; TIME chooses nothing.",
        "ncatted -h -a calendar,{var},o,c,standard {file}",
        "attributes: {{var}: {calendar: standard}}"},
    Row{"have no reference time", kWarn,
        "Users see plain numbers in place of dates; TIME chooses nothing.",
        "ncatted -h -a units,{var},o,c,'days since 2000-01-01' {file}",
        "attributes: {{var}: {units: days since 2000-01-01}}"},
    Row{"closer than a millisecond", kWarn,
        "Users see plain numbers in place of dates; TIME chooses nothing.", "", ""},
    Row{"flag_meanings for", kWarn, "Its flags are shown as numbers; QC cannot choose by them.",
        "give as many flag_values (or flag_masks) as flag_meanings has words", ""},
    Row{"is no number and is left out", kError,
        "Users get packed numbers as if they were the quantity.", "", ""},
    Row{"grid mapping", kWarn, "Clients that are stricter do not place it, or place it otherwise.",
        "", kGeographic},
    Row{"call themselves longitude and latitude", kWarn,
        "Other clients draw it at the wrong place of the globe.", "",
        "attributes: {rlon: {standard_name: grid_longitude, units: degrees}, rlat: {standard_name: "
        "grid_latitude, units: degrees}}"},
    Row{"lead to other places", kWarn, "Clients that go by the axes draw it elsewhere.",
        "correct the axes or the grid mapping", ""},
    Row{"formula_terms", kHint, "Levels cannot be chosen by height or pressure.", "", ""},
    Row{"its own axes alone", kHint, "There is no coverage of the best forecasts.", "", ""},
};

std::string filled(std::string_view text, std::string_view variable) {
  std::string out(text);
  constexpr std::string_view kHole = "{var}";
  for (std::size_t at = out.find(kHole); at != std::string::npos; at = out.find(kHole, at)) {
    out.replace(at, kHole.size(), variable);
    at += variable.size();
  }
  return out;
}

Advice of_first(std::span<const Row> rows, std::string_view sentence, std::string_view variable) {
  for (const Row& row : rows) {
    if (sentence.find(row.part) == std::string_view::npos) continue;
    return {row.severity,
            std::string(row.consequence),
            {filled(row.command, variable), variable.empty() ? "" : filled(row.overlay, variable)}};
  }
  return {};
}

}  // namespace

Advice advice_on_refusal(std::string_view sentence, std::string_view variable) {
  return of_first(kRefusals, sentence, variable);
}

Advice advice_on_warning(std::string_view sentence, std::string_view variable) {
  return of_first(kWarnings, sentence, variable);
}

}  // namespace gyre::coverage::lint
