#include "coverage/encode/netcdf_encoder.h"

#include <algorithm>
#include <utility>

#include "coverage/base/memory_budget.h"
#include "coverage/encode/classic_layout.h"
#include "coverage/encode/classic_writer.h"
#include "coverage/encode/discovery.h"
#include "coverage/encode/netcdf4_writer.h"
#include "coverage/encode/netcdf_plan.h"
#include "coverage/encode/output_file.h"
#include "coverage/encode/planned_chunks.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kLargestClassic = 4'294'967'292;  ///< bytes of a variable in 64-bit offset

/// 64-bit offset when the plan fits it, as the most widely read; else CDF-5.
ClassicLayout::Format classic_format(NetcdfPlan& plan, const View& view) {
  const bool large =
      std::any_of(plan.variables.begin(), plan.variables.end(), [](const PlannedVariable& planned) {
        return planned.cells() * size_of(planned.type) > kLargestClassic;
      });
  return !large && make_classic(plan, view) ? ClassicLayout::Format::Offset64
                                            : ClassicLayout::Format::Cdf5;
}

std::string write_classic(const View& view, NetcdfPlan plan, const std::optional<std::string>& path,
                          const AbortToken& abort) {
  const ClassicLayout::Format format = classic_format(plan, view);
  std::uint64_t end = ClassicLayout(plan, format).header().size();
  OutputFile file(path);
  const NetcdfValues values(view, abort);
  for (PlannedVariable& planned : plan.variables) {
    if (planned.cells() == 0) continue;
    ValueRange range;
    const bool ranged = states_range(planned);
    ByteWindow whole([&](auto bytes) {
      file.write_at(end, bytes);
      end += bytes.size();
    });
    write_classic_values(view, planned, values, ranged ? &range : nullptr, whole);
    if (!ranged || !range.known()) continue;
    planned.attributes.set(number_attribute("actual_range", range.numbers(),
                                            planned.attributes.find("actual_range")->type));
  }
  // Last, as it tells ranges of values.
  const std::string header = ClassicLayout(plan, format).header();
  file.write_at(0, std::as_bytes(std::span(header)));
  return file.close();
}

}  // namespace

std::string NetcdfEncoder::media_type() const {
  return kind_ == Kind::NetCDF4 ? "application/netcdf" : "application/x-netcdf3";
}

std::vector<std::string> NetcdfEncoder::aliases() const {
  if (kind_ == Kind::NetCDF4) {
    return {"application/x-netcdf", "application/x-netcdf4", "application/netcdf4",
            "application/netcdf;version=4"};
  }
  return {"application/netcdf3", "application/netcdf;version=3", "application/x-netcdf;version=3",
          "application/x-netcdf-classic"};
}

std::string NetcdfEncoder::title() const {
  return kind_ == Kind::NetCDF4 ? "NetCDF-4" : "NetCDF classic";
}

void NetcdfEncoder::check(const View& view) const { check_names(view); }

std::string NetcdfEncoder::write(const View& view, const std::optional<std::string>& path,
                                 const Provenance& provenance, const AbortToken& abort) const {
  check(view);
  NetcdfPlan plan = plan_netcdf(view, provenance, abort);
  return kind_ == Kind::NetCDF4 ? write_netcdf4(view, plan, path, abort)
                                : write_classic(view, std::move(plan), path, abort);
}

bool NetcdfEncoder::hands_on(const View& view, std::size_t k) const {
  return kind_ == Kind::NetCDF4 && hands_on_chunks(view, k);
}

std::optional<StreamedFile> NetcdfEncoder::stream(const View& view, const Provenance& provenance,
                                                  const AbortToken& abort) const {
  if (kind_ == Kind::NetCDF4) return std::nullopt;
  check(view);
  auto plan = std::make_shared<NetcdfPlan>(plan_netcdf(view, provenance, abort));
  if (std::any_of(plan->variables.begin(), plan->variables.end(), states_range)) {
    return std::nullopt;  // the header says what only the values tell
  }
  const ClassicLayout layout(*plan, classic_format(*plan, view));
  StreamedFile file;
  file.size = layout.size();
  file.write = [view, plan, abort, header = layout.header()](std::uint64_t begin, std::uint64_t end,
                                                             const PutBytes& put) {
    ByteWindow window(begin, end, put);
    window.put(std::as_bytes(std::span(header)));
    const SendingShare share(NetcdfValues::kSlabBytes);
    const NetcdfValues values(view, abort, share.bytes());
    for (const PlannedVariable& planned : plan->variables) {
      if (planned.cells() > 0) write_classic_values(view, planned, values, nullptr, window);
    }
  };
  return file;
}

}  // namespace gyre::coverage
