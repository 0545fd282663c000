#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {
namespace {

/// What reading one way through a variable costs.
struct Cost {
  double bytes = 0;   ///< decoded
  double wanted = 0;  ///< of them
  double chunks = 0;
};

/// One axis whole (of those chosen), one position of each other.
template <typename Chosen>
Cost cost_of(const VariableSchema& variable, const Chosen& chosen) {
  const auto size = static_cast<double>(size_of(variable.type));
  Cost cost{size, size, 1};
  for (std::size_t d = 0; d < variable.shape.size(); ++d) {
    const auto extent = static_cast<double>(variable.shape[d]);
    const auto chunk = static_cast<double>(
        std::max<std::size_t>(std::min(variable.chunk_shape[d], variable.shape[d]), 1));
    const double touched = chosen(variable.dimensions[d]) ? std::ceil(extent / chunk) : 1;
    cost.bytes *= touched * chunk;
    cost.chunks *= touched;
    if (chosen(variable.dimensions[d])) cost.wanted *= extent;
  }
  return cost;
}

double bytes_of(const VariableSchema& variable) {
  auto bytes = static_cast<double>(size_of(variable.type));
  for (const std::size_t extent : variable.shape) bytes *= static_cast<double>(extent);
  return bytes;
}

std::string shape_text(const std::vector<std::size_t>& shape) {
  return fmt::format("{}", fmt::join(shape, " x "));
}

/// Chunks of about 1 MB that serve maps and series alike.
Fix rechunk(const Subject& subject, const Subject::FieldHere& here) {
  const DomainSet& domain = here.coverage->domain_set;
  std::vector<std::string> parts;
  for (std::size_t d = 0; d < here.variable->dimensions.size(); ++d) {
    const std::string& dimension = here.variable->dimensions[d];
    const bool horizontal = dimension == domain.axes()[domain.x()].data().dimension ||
                            dimension == domain.axes()[domain.y()].data().dimension;
    const bool time = domain.time() && dimension == domain.axes()[*domain.time()].data().dimension;
    const std::size_t wanted = horizontal ? 128 : time ? 16 : 1;
    parts.push_back(fmt::format("{}/{}", dimension, std::min(wanted, here.variable->shape[d])));
  }
  return {subject.is_netcdf()
              ? fmt::format("nccopy -d 4 -s -c {} {{file}} new.nc", fmt::join(parts, ","))
              : fmt::format("write it anew in chunks {}", fmt::join(parts, ", ")),
          ""};
}

void check_field(const Subject& subject, const Subject::FieldHere& here, Findings& findings) {
  const VariableSchema& variable = *here.variable;
  const DomainSet& domain = here.coverage->domain_set;
  const double whole = bytes_of(variable);
  constexpr double kLarge = 64e6;
  if (whole < kLarge || variable.shape.empty()) return;
  if (variable.chunk_shape.size() != variable.shape.size()) {
    constexpr double kHuge = 1e9;
    if (whole < kHuge) return;
    findings.push_back({Severity::Hint, here.field->name,
                        fmt::format("{} without compression", size_text(whole)),
                        "It takes more room, and more time to send or to fetch from afar, than it "
                        "must.",
                        rechunk(subject, here)});
    return;
  }
  const std::string x = domain.axes()[domain.x()].data().dimension;
  const std::string y = domain.axes()[domain.y()].data().dimension;
  const Cost map = cost_of(variable, [&](const std::string& d) { return d == x || d == y; });
  if (map.bytes > 4 * kLarge && map.bytes > 8 * map.wanted) {
    findings.push_back(
        {Severity::Warning, here.field->name,
         fmt::format("chunks of {}: a map of one step reads {} for {}",
                     shape_text(variable.chunk_shape), size_text(map.bytes), size_text(map.wanted)),
         "Maps are slow, and each holds that much memory for a while.", rechunk(subject, here)});
  }
  if (domain.time()) {
    const std::string t = domain.axes()[*domain.time()].data().dimension;
    const Cost series =
        cost_of(variable, [&](const std::string& d) { return !t.empty() && d == t; });
    if (series.bytes > 4 * kLarge && series.bytes > 64 * series.wanted) {
      findings.push_back(
          {Severity::Hint, here.field->name,
           fmt::format("chunks of {}: a point's series reads {} in {:.0f} chunks for {}",
                       shape_text(variable.chunk_shape), size_text(series.bytes), series.chunks,
                       size_text(series.wanted)),
           "Series at a point are slow.", rechunk(subject, here)});
    }
  }
  double chunk = static_cast<double>(size_of(variable.type));
  for (const std::size_t extent : variable.chunk_shape) chunk *= static_cast<double>(extent);
  constexpr double kTiny = 8192, kMany = 1e5;
  if (chunk < kTiny && whole / chunk > kMany) {
    findings.push_back({Severity::Warning, here.field->name,
                        fmt::format("{:.0f} chunks of {} ({})", whole / chunk, size_text(chunk),
                                    shape_text(variable.chunk_shape)),
                        "Every chunk is a read of its own: all of it is slow.",
                        rechunk(subject, here)});
  }
}

/// The unlimited dimension's coordinate, a value a chunk: as many reads as there are steps.
void check_axis(const Subject& subject, const Subject::AxisHere& here, Findings& findings) {
  const VariableSchema& variable = *here.variable;
  if (variable.chunk_shape.size() != 1 || variable.shape.size() != 1) return;
  const std::size_t chunk = std::max<std::size_t>(variable.chunk_shape[0], 1);
  constexpr std::size_t kMany = 2000;
  if (variable.shape[0] / chunk < kMany) return;
  findings.push_back(
      {Severity::Warning,
       variable.name,
       fmt::format("{} values in {} chunks", variable.shape[0], variable.shape[0] / chunk),
       "Clients that open the file wait for that many reads before they know its steps.",
       {subject.is_netcdf() ? fmt::format("nccopy -c {}:{} {{file}} new.nc", variable.name,
                                          std::min<std::size_t>(variable.shape[0], 65536))
                            : std::string("write it anew in one chunk"),
        ""}});
}

}  // namespace

/// Chunk shapes that make a use slow; only of what is large.
void check_chunks(const Subject& subject, Findings& findings) {
  for (const Subject::FieldHere& here : subject.fields()) check_field(subject, here, findings);
  for (const Subject::AxisHere& here : subject.axes()) check_axis(subject, here, findings);
}

}  // namespace gyre::coverage::lint
