#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/unit_conversion.h"
#include "coverage/lint/checks.h"
#include "coverage/lint/known_names.h"
#include "coverage/model/sample_block.h"

namespace gyre::coverage::lint {
namespace {

/// What a few blocks of a field hold.
struct Samples {
  std::vector<double> values;  ///< valid ones, sorted
  std::size_t count = 0;       ///< all
  std::size_t excluded = 0;    ///< by the valid range alone
  double first_excluded = 0;
  std::size_t infinite = 0;
};

Samples samples_of(const Source& source, const Subject::FieldHere& here) {
  constexpr std::size_t kBlocks = 6;
  Samples found;
  Field anything = *here.field;
  anything.missing.valid_min.reset();
  anything.missing.valid_max.reset();
  for (const IndexBox& box : sample_blocks(here.coverage->domain_set, kBlocks)) {
    const RawBlock block = source.read(here.field->name, box);
    std::vector<double> valid(block.cells()), all(block.cells());
    unpack(*here.field, block, valid);
    unpack(anything, block, all);
    found.count += all.size();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (std::isinf(all[i])) {
        ++found.infinite;
      } else if (std::isnan(valid[i]) && !std::isnan(all[i])) {
        if (found.excluded++ == 0) found.first_excluded = all[i];
      } else if (!std::isnan(valid[i])) {
        found.values.push_back(valid[i]);
      }
    }
  }
  std::sort(found.values.begin(), found.values.end());
  return found;
}

double at_share(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

std::string percent(std::size_t part, std::size_t whole) {
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return share >= 10 ? fmt::format("{:.0f} %", share) : fmt::format("{:.2g} %", share);
}

/// An end of the values that is one number, many times, far from all others: a fill value that
/// nobody declared.
struct Undeclared {
  double value = 0;
  std::size_t count = 0;
};
std::optional<Undeclared> undeclared_fill(const std::vector<double>& sorted) {
  for (const bool low : {true, false}) {
    const double end = low ? sorted.front() : sorted.back();
    const auto [from, to] = std::equal_range(sorted.begin(), sorted.end(), end);
    const auto count = static_cast<std::size_t>(to - from);
    if (count < 16 || count * 1000 < sorted.size() || count == sorted.size()) continue;
    const double near = low ? *to : *(from - 1);              // the next value
    const double far = low ? sorted.back() : sorted.front();  // the other end
    const double width = std::abs(near - far);
    const double gap = std::abs(end - near);
    // What fill values are: -99, -999, -9999 ..., the ends of integers, and beyond all measure.
    const double size = std::abs(end);
    static constexpr std::array<double, 11> kCommon{
        99.0, 999.0, 9999.0, 99999.0, 999999.0, 32767.0, 32768.0, 65535.0, 1e10, 8888.0, 7777.0};
    const bool common = std::find(kCommon.begin(), kCommon.end(), size) != kCommon.end();
    const bool huge = size >= 1e15;
    if ((common && gap > 5 * width && gap > 50) || (huge && gap > 100 * width)) {
      return Undeclared{end, count};
    }
  }
  return std::nullopt;
}

/// Units in which values of this middle would be what the name says; empty: none of the usual.
std::string_view fitting_units(const KnownName& known, double low, double high) {
  static constexpr std::array<std::string_view, 16> kUnits{
      "degC", "K", "degF", "Pa",    "hPa",    "m",      "cm",       "mm",
      "1",    "%", "1e-3", "m s-1", "cm s-1", "mg m-3", "mmol m-3", "kg m-2 s-1"};
  for (const std::string_view units : kUnits) {
    const auto conversion = cf::unit_conversion(units, known.units);
    if (!conversion) continue;
    if ((*conversion)(low) >= known.low && (*conversion)(high) <= known.high) return units;
  }
  return {};
}

void check_plausible(const Field& field, const Samples& samples, Findings& findings) {
  const std::string name = field.standard_name.substr(0, field.standard_name.find(' '));
  const KnownName* const known = known_name(name);
  if (known == nullptr || name != field.standard_name || !std::isfinite(known->low)) return;
  const bool salinity = name.find("salinity") != std::string::npos;
  const auto conversion = cf::unit_conversion(
      field.units.empty() ? std::string(known->units) : field.units, known->units);
  if (!conversion && !salinity) return;
  const auto real = [&](double value) {
    return salinity || !conversion ? value : (*conversion)(value);
  };
  const double low = at_share(samples.values, 0.02), high = at_share(samples.values, 0.98);
  const double middle = real(at_share(samples.values, 0.5));
  const std::string seen = fmt::format("{:.4g} .. {:.4g} {}", low, high, field.units);
  if (middle < known->low || middle > known->high) {
    const std::string_view others =
        salinity ? std::string_view() : fitting_units(*known, low, high);
    findings.push_back(
        {Severity::Error, field.name,
         fmt::format("its values ({}) can be no {}{}", seen, name,
                     others.empty() ? std::string(": units, packing or name are wrong")
                                    : fmt::format("; in '{}' they could", others)),
         "Users get wrong numbers, and every conversion makes others of them.",
         others.empty() ? Fix{} : set_text(field.name, "units", others)});
    return;
  }
  const auto outside = static_cast<std::size_t>(std::count_if(
      samples.values.begin(), samples.values.end(),
      [&](double value) { return real(value) < known->low || real(value) > known->high; }));
  if (outside * 1000 < samples.values.size()) return;
  const double extreme =
      real(samples.values.front()) < known->low ? samples.values.front() : samples.values.back();
  findings.push_back({Severity::Warning,
                      field.name,
                      fmt::format("{} of its values can be no {}, such as {}",
                                  percent(outside, samples.values.size()), name,
                                  number_text(extreme, field.packing.unpacked)),
                      "Colours and means are spoiled by them.",
                      {"give it a valid_range that leaves them out", ""}});
}

void check_one(const Source& source, const Subject::FieldHere& here, Findings& findings) {
  const Field& field = *here.field;
  if (!field.flags.empty()) return;
  const Samples samples = samples_of(source, here);
  if (samples.count == 0) return;
  const std::size_t data = samples.values.size() + samples.excluded;
  if (samples.infinite > 0) {
    findings.push_back(
        {Severity::Warning,
         field.name,
         fmt::format("{} of the samples are infinite", percent(samples.infinite, samples.count)),
         "Means and colours by them mean nothing.",
         {fmt::format("ncap2 -O -s 'where(fabs({0})>1e37) {0}={0}.get_miss()' {{file}} "
                      "{{file}}",
                      field.name),
          ""}});
  }
  if (data == 0) {
    findings.push_back({Severity::Hint,
                        field.name,
                        fmt::format("no value in {} samples, all are missing", samples.count),
                        "Users see empty maps.",
                        {}});
    return;
  }
  if (samples.excluded * 100 > data) {
    const bool most = samples.excluded * 2 > data;
    const char* const attribute = field.attributes.has("valid_range") ? "valid_range"
                                  : field.attributes.has("valid_max") ? "valid_max"
                                                                      : "valid_min";
    findings.push_back({most ? Severity::Error : Severity::Warning, field.name,
                        fmt::format("its valid range leaves out {} of its values, such as {}",
                                    percent(samples.excluded, data),
                                    number_text(samples.first_excluded, field.packing.unpacked)),
                        "They are missing in every answer.",
                        remove_attribute(field.name, attribute)});
    if (most) return;
  }
  if (samples.values.empty()) return;
  if (const auto fill = undeclared_fill(samples.values)) {
    findings.push_back(
        {Severity::Error, field.name,
         fmt::format("{} stands for {} of its values, and nothing says that it is missing",
                     number_text(fill->value, field.packing.unpacked),
                     percent(fill->count, samples.values.size())),
         "It is drawn, averaged and answered as a value.",
         field.packing.packed
             ? Fix{"declare the stored value as _FillValue", ""}
             : set_numbers(field.name, "missing_value", field.declared, {fill->value})});
    return;
  }
  check_plausible(field, samples, findings);
}

}  // namespace

/// Values, of a few blocks, against what the attributes say of them.
void check_sampled_values(const Subject& subject, Findings& findings) {
  if (subject.source() == nullptr) return;
  for (const Subject::FieldHere& here : subject.fields()) {
    try {
      check_one(*subject.source(), here, findings);
    } catch (const Error& error) {
      findings.push_back({Severity::Error,
                          here.field->name,
                          fmt::format("its values cannot be read: {}", error.what()),
                          "Requests for them fail.",
                          {}});
    }
  }
}

}  // namespace gyre::coverage::lint
