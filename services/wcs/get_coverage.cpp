#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/clock.h"
#include "coverage/base/error.h"
#include "coverage/base/explanation.h"
#include "coverage/base/log.h"
#include "coverage/base/work.h"
#include "coverage/encode/encoder.h"
#include "coverage/subset/clip_box.h"
#include "coverage/subset/lonlat_grid.h"
#include "coverage/subset/working_memory.h"
#include "services/ows/exception.h"
#include "services/ows/lifetime.h"
#include "services/wcs/answer_grid.h"
#include "services/wcs/asked_forecasts.h"
#include "services/wcs/asked_values.h"
#include "services/wcs/crs_uri.h"
#include "services/wcs/gml_coverage.h"
#include "services/wcs/names.h"
#include "services/wcs/operations.h"

namespace gyre::wcs {
namespace {

using coverage::Coverage;
using coverage::DomainSet;
using coverage::Encoder;
using coverage::View;

// ---- from words to indices ---------------------------------------------------------------------

std::vector<coverage::DimensionSubset> dimension_subsets(const GetCoverage& request,
                                                         const DomainSet& domain_set) {
  std::vector<coverage::DimensionSubset> subsets;
  for (const Subset& subset : request.subsets) {
    coverage::DimensionSubset dimension = subset.dimension;
    dimension.axis_label = axis_label_from(domain_set, dimension.axis_label);
    const auto on_plane = domain_set.coordinate_named(dimension.axis_label);
    // A mesh has no y axis that a word of another CRS could mean: answer_grid() knows those words.
    const bool foreign = request.subsetting_crs && domain_set.x() == domain_set.y();
    const auto axis = [&] {
      if (on_plane) return *on_plane == coverage::AxisRole::X ? domain_set.x() : domain_set.y();
      return domain_set.axis_named(dimension.axis_label);
    };
    if (!foreign) (void)axis();
    if (subset.crs && !names_axis_crs(domain_set, axis(), *subset.crs)) {
      throw ows::Exception("SubsettingCrs-NotSupported", *subset.crs, 404,
                           fmt::format("Axis '{}' can be subset in its own CRS only, which "
                                       "DescribeCoverage names; '{}' is another.",
                                       subset.dimension.axis_label, *subset.crs));
    }
    subsets.push_back(std::move(dimension));
  }
  return subsets;
}

/// Names of the wanted fields, intervals spelled out; empty: all.
std::vector<std::string> wanted_fields(const std::vector<RangeItem>& items,
                                       const Coverage& coverage) {
  std::vector<std::size_t> indices;
  for (const RangeItem& item : items) {
    const std::size_t first = field_from(coverage, item.first);
    const std::size_t last = item.last ? field_from(coverage, *item.last) : first;
    if (last < first) {
      throw ows::Exception("InvalidFieldSequence", *item.last, 404,
                           fmt::format("Field '{}' comes before '{}'; an interval runs in the "
                                       "order of the range type.",
                                       *item.last, item.first));
    }
    for (std::size_t i = first; i <= last; ++i) {
      if (std::find(indices.begin(), indices.end(), i) != indices.end()) {
        throw ows::Exception(
            "InvalidFieldSequence", coverage.fields[i].name, 404,
            fmt::format("Field '{}' is asked for twice.", coverage.fields[i].name));
      }
      indices.push_back(i);
    }
  }
  std::vector<std::string> names;
  for (const std::size_t i : indices) names.push_back(coverage.fields[i].name);
  return names;
}

// ---- formats
// -------------------------------------------------------------------------------------

/// Without parameters. '+' in a query string means a blank: "application/gml xml" is what many
/// clients arrive with.
std::string media_type_from(std::string text) {
  text = text.substr(0, text.find(';'));
  text.erase(text.find_last_not_of(' ') + 1);
  std::replace(text.begin(), text.end(), ' ', '+');
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The one of the answer. As it was asked for, or, where it takes parameters to tell the format
/// from another one, as it is announced.
std::string media_type_of(const Encoder& encoder, const std::string& asked) {
  const std::string announced = encoder.media_type();
  return announced.find(';') != std::string::npos ? announced : asked;
}

bool is_gml(const std::string& media_type) { return media_type == kGmlMediaType; }

const Encoder& encoder_named(const std::string& as_written) {
  if (const Encoder* encoder = coverage::find_encoder(as_written)) return *encoder;
  std::vector<std::string> offered;
  for (const auto& encoder : coverage::encoders()) offered.push_back(encoder->media_type());
  offered.emplace_back(kGmlMediaType);
  throw ows::Exception("InvalidParameterValue", "FORMAT", 400,
                       fmt::format("Format '{}' is not offered; use one of {}.", as_written,
                                   fmt::join(offered, ", ")));
}

/// Whatever the encoder objects to, it is the format that does not fit.
void check_encodable(const Encoder& encoder, const View& view) {
  try {
    encoder.check(view);
  } catch (const coverage::Error& error) {
    if (error.kind() != coverage::ErrorKind::EncodingRefused) throw;
    throw ows::Exception("InvalidParameterValue", "FORMAT", 400, error.what());
  }
}

// ---- answers
// -------------------------------------------------------------------------------------

/// Libraries name a full disk by any of their errors; whether it was full tells the disk.
bool disk_is_full(const std::string& path) {
  std::error_code error;
  const auto space = std::filesystem::space(std::filesystem::path(path).parent_path(), error);
  constexpr std::uintmax_t kLeast = 1 << 20;
  return !error && space.available < kLeast;
}

/// Its time is that of the data where that is known: the same request gives the same bytes, so that
/// they can be asked for in parts, and be known by their tag.
coverage::Provenance provenance_of(const coverage::Dataset& published,
                                   const ows::Context& context) {
  coverage::Provenance provenance;
  provenance.request = context.request_text;
  provenance.service = fmt::format("Gyre WCS {}", kVersion);
  const bool is_known = published.version != 0 && published.modified_us > 0;
  constexpr std::int64_t kSecond_us = 1'000'000;
  provenance.now_us =
      is_known ? published.modified_us / kSecond_us * kSecond_us : context.clock->now_us();
  return provenance;
}

std::shared_ptr<const http::SpoolFile> write_spool_file(const View& view, const Encoder& encoder,
                                                        const coverage::Provenance& provenance,
                                                        const ows::Context& context) {
  auto file = std::make_shared<const http::SpoolFile>(context.spool_path(encoder.extension()));
  try {
    encoder.write_file(view, file->path(), provenance, context.abort);
  } catch (const coverage::Error& error) {
    if (error.kind() != coverage::ErrorKind::Internal || !disk_is_full(file->path())) throw;
    coverage::log(coverage::LogLevel::Error,
                  fmt::format("request {}: the disk is full: {} cannot be written ({})",
                              context.request_id, file->path(), error.what()));
    throw coverage::Error(coverage::ErrorKind::NoRoom, "",
                          "The server has no room left on its disk to make this answer in; try "
                          "again later, or ask for less.");
  }
  return file;
}

/// What is small is made in memory, and no disk waited for.
bool is_small(const View& view) {
  constexpr std::size_t kMostCells = 1 << 18;  // a megabyte or two of values
  return view.query().cells() <= kMostCells / std::max<std::size_t>(1, view.field_count());
}

/// Downloads give way to what people wait for, in the caches too.
coverage::Work work_for(const coverage::ResolvedQuery& query) {
  constexpr std::size_t kBulkBytes = std::size_t{4} << 20;
  constexpr std::size_t kExtractionBytes = std::size_t{64} << 20;
  coverage::Work work = coverage::current_work();
  const std::size_t cells = query.output_cells > 0 ? query.output_cells : query.cells();
  const std::size_t bytes = std::max(query.stored_bytes(), cells * query.fields.size());
  if (bytes > kBulkBytes) work.priority = coverage::Priority::Bulk;
  work.extraction = bytes > kExtractionBytes;
  return work;
}

/// Once an answer has begun it cannot become a report any more: what cannot be read at all is found
/// before, by a sample of each field.
void try_fields(const View& view, const ows::Context& context) {
  const coverage::IndexBox first(view.axes().size(), {0, 1});
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    static_cast<void>(view.read(k, first, context.abort));
  }
}

http::Response file_response(const View& view, const Encoder& encoder,
                             const std::string& media_type, const coverage::Provenance& provenance,
                             const ows::Context& context) {
  http::Response response;
  response.media_type = media_type;
  response.with_header("Content-Disposition", fmt::format("attachment; filename=\"{}{}\"",
                                                          view.coverage().id, encoder.extension()));
  if (is_small(view)) {
    response.body = encoder.write_small(view, provenance, context.abort);
  } else if (auto streamed = encoder.stream(view, provenance, context.abort)) {
    try_fields(view, context);
    response.body = http::Sized{
        streamed->size,
        [write = std::move(streamed->write), priority = coverage::current_work().priority](
            http::Sink& sink, const http::ByteRange& range) {
          coverage::Work work = coverage::current_work();
          work.priority = priority;
          const coverage::WorkScope scope(work);
          write(range.begin, range.end, [&](std::span<const std::byte> bytes) {
            sink.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
          });
        }};
  } else {
    response.body = write_spool_file(view, encoder, provenance, context);
  }
  return response;
}

http::Response gml_response(const View& view, const ows::Context& context) {
  http::Response response;
  response.media_type = std::string(kGmlMediaType);
  response.with_header("Content-Disposition",
                       fmt::format("inline; filename=\"{}.gml\"", view.coverage().id));
  response.body = gml_with_values(view, context);
  return response;
}

void copy_file(const std::string& path, http::Sink& sink) {
  std::ifstream file(path, std::ios::binary);
  std::string buffer(1 << 18, '\0');
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
         file.gcount() > 0) {
    sink.write(std::string_view(buffer).substr(0, static_cast<std::size_t>(file.gcount())));
  }
  if (!file.eof()) {
    throw coverage::Error(coverage::ErrorKind::Internal, "", "the spool file cannot be read back");
  }
}

/// multipart/related (OGC 09-110r4 requirement 36): the coverage as GML, then its file. With GML
/// as format the values are inline and the one part is all.
http::Response multipart_response(const View& view, const Encoder* encoder,
                                  const std::string& media_type,
                                  const coverage::Provenance& provenance,
                                  const ows::Context& context) {
  const std::string boundary = "gyre-" + context.request_id;
  const std::string file_id =
      encoder != nullptr ? view.coverage().id + encoder->extension() : std::string();
  const std::string gml = encoder != nullptr ? gml_with_file(view, context, file_id, media_type)
                                             : gml_with_values(view, context);
  std::string head =
      fmt::format("--{0}\r\nContent-Type: {1}\r\nContent-ID: <coverage>\r\n\r\n{2}\r\n--{0}",
                  boundary, kGmlMediaType, gml);
  http::Response response;
  response.media_type =
      fmt::format("multipart/related; boundary=\"{}\"; type=\"{}\"; start=\"<coverage>\"", boundary,
                  kGmlMediaType);
  if (encoder == nullptr) {
    response.body = head + "--\r\n";
    return response;
  }
  head += fmt::format(
      "\r\nContent-Type: {}\r\nContent-ID: <{}>\r\nContent-Transfer-Encoding: binary\r\n"
      "Content-Disposition: attachment; filename=\"{}\"\r\n\r\n",
      media_type, file_id, file_id);
  const auto file = write_spool_file(view, *encoder, provenance, context);
  response.body = http::Streamed([head, file, boundary](http::Sink& sink) {
    sink.write(head);
    copy_file(file->path(), sink);
    sink.write("\r\n--" + boundary + "--\r\n");
  });
  return response;
}

/// In stead of the answer: what would be read for it is noted.
http::Response explained(const View& view, const Encoder* encoder,
                         coverage::Explanation& explanation, const ows::Context& context) {
  constexpr std::size_t kSlabBytes = std::size_t{64} << 20;
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    explanation.hand_on(encoder != nullptr && encoder->hands_on(view, k));
    for (const coverage::IndexBox& box : view.slabs(k, kSlabBytes)) {
      static_cast<void>(view.read(k, box, context.abort));
    }
  }
  explanation.add_values(view.query().stored_bytes());
  return {};
}

/// Combinations of what is selected of the axes other than x and y.
std::size_t sections_of(const coverage::ResolvedQuery& query) {
  const DomainSet& domain_set = query.coverage->domain_set;
  std::size_t sections = 1;
  for (std::size_t a = 0; a < query.axes.size(); ++a) {
    if (a != domain_set.x() && a != domain_set.y()) sections *= query.axes[a].size();
  }
  return sections;
}

/// Of all fields, as stored.
std::size_t bytes_of_cell(const coverage::ResolvedQuery& query) {
  std::size_t bytes = 0;
  for (const std::size_t k : query.fields) bytes += size_of(query.coverage->fields[k].storage);
  return bytes;
}

/// Closed where one step of time is named, and that is: in a trim, or in a year, there may be steps
/// tomorrow that are not there today.
ows::Lifetime lifetime_of(const coverage::ResolvedQuery& query, const coverage::Dataset& published,
                          const ows::Context& context) {
  ows::Lifetime lifetime;
  const auto& axes = query.coverage->domain_set.axes();
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (!axes[a].is_time()) continue;
    const std::size_t step = query.axes[a].runs.front().range.begin;
    lifetime.closed =
        query.axes[a].named && ows::is_closed(published, axes[a].data().instants[step], context);
    if (!lifetime.closed) break;
  }
  return lifetime;
}

/// What is asked for on the grid of the answer, from the samples themselves. x and y that a slice
/// on a regular grid dropped stay dropped.
coverage::ResolvedQuery on_grid(const coverage::ResolvedQuery& query,
                                const coverage::Regridding& regridding,
                                const ows::Context& context) {
  coverage::ResolvedQuery made =
      coverage::regridded(coverage::samples_of(query), regridding, context.abort);
  if (!query.coverage->samples) return made;
  const DomainSet &asked = query.coverage->domain_set, &answer = made.coverage->domain_set;
  const auto drop = [&](std::size_t from, std::size_t to, std::size_t cells) {
    made.axes[to].dropped = query.axes[from].dropped && cells == 1;
  };
  drop(asked.x(), answer.x(), regridding.target.width);
  drop(asked.y(), answer.y(), regridding.target.height);
  return made;
}

}  // namespace

http::Response get_coverage(const GetCoverage& as_asked, const ows::Context& context) {
  const auto [owner, offered] = context.catalogue->coverage(as_asked.coverage_id);
  if (as_asked.subsets.size() > context.limits.subsets) {
    throw coverage::Error(coverage::ErrorKind::TooLarge, "subset",
                          fmt::format("{} subsets are more than the {} one request may have.",
                                      as_asked.subsets.size(), context.limits.subsets));
  }
  GetCoverage request = as_asked;
  // On a regular grid it is the samples that values are asked of.
  const coverage::CoverageOf own =
      offered->samples ? coverage::CoverageOf{offered->samples,
                                              &offered->samples->coverages[offered->samples_index]}
                       : coverage::CoverageOf{owner, offered};
  const coverage::CoverageOf given = forecasts_asked(request, own);
  const std::vector<std::string> fields = wanted_fields(request.range_subset, *given.coverage);
  const coverage::AskedValues asked = values_asked(request, given, fields);
  auto [dataset, coverage] = coverage::samples_asked(given, asked, context.abort);
  if (offered->samples) {
    dataset = coverage == own.coverage ? owner : on_lonlat_grid(dataset, *coverage, offered->id);
    coverage = &dataset->coverages.front();
  }
  // To be read at most: whole columns for a surface.
  const std::size_t samples_per_cell =
      asked.surface ? given.coverage->domain_set.axes()[given.coverage->vertical->axis].size() : 1;
  const std::string written = request.format.value_or(dataset->native_format);
  std::string media_type = media_type_from(written);
  const Encoder* encoder = is_gml(media_type) ? nullptr : &encoder_named(written);
  if (encoder != nullptr) media_type = media_type_of(*encoder, media_type);

  const std::vector<coverage::DimensionSubset> subsets =
      dimension_subsets(request, coverage->domain_set);
  const bool foreign =
      request.subsetting_crs && !names_native_crs(coverage->domain_set, *request.subsetting_crs);
  const auto box =
      request.clip && !foreign ? coverage::clip_box(coverage->domain_set, subsets) : std::nullopt;
  if (box) {
    dataset = coverage::clipped(dataset, *coverage, *box);
    coverage = &dataset->coverages.front();
  }
  const std::optional<AnswerGrid> grid =
      answer_grid(request, subsets, coverage->domain_set,
                  offered->samples ? &own.coverage->domain_set : nullptr);
  coverage::ResolvedQuery query =
      coverage::resolve(dataset, *coverage, grid ? grid->subsets : subsets, fields);
  const coverage::WorkScope scope(work_for(query));
  query.format = media_type;
  std::optional<coverage::Regridding> regridding;
  if (grid) {
    regridding = coverage::plan_regridding(query, grid->wishes);
    query.output_cells = regridding->target.width * regridding->target.height * sections_of(query) *
                         samples_per_cell;
    query.working_bytes = coverage::bytes_for_regridding(query, *regridding, sections_of(query));
  } else {
    if (samples_per_cell > 1) query.output_cells = query.cells() * samples_per_cell;
    query.working_bytes = coverage::bytes_for_slabs(query);
  }
  if (asked.surface) query.working_bytes += coverage::bytes_for_columns(query.output_cells);
  const std::size_t cells = query.output_cells > 0 ? query.output_cells : query.cells();
  if (encoder == nullptr) {
    query.working_bytes =
        std::max(query.working_bytes, coverage::bytes_for_numbers(cells * query.fields.size()));
  } else {
    query.working_bytes += encoder->bytes_held(cells * bytes_of_cell(query));
  }
  context.admit(query);
  const std::string caching = ows::cache_control(lifetime_of(query, *owner, context), context);
  auto* const explanation = coverage::current_work().explanation;
  // The boundary between parts is another each time.
  const std::string tag = request.multipart ? std::string() : ows::data_tag(*owner, context);
  http::Response response;
  if (explanation == nullptr && ows::is_known(tag, context)) {
    response.status = 304;
    response.media_type = media_type;
    return response.with_header("ETag", tag).with_header("Cache-Control", caching);
  }
  if (regridding) {
    query = on_grid(query, *regridding, context);
  } else {
    query.output_cells = 0;
  }
  const View view(coverage::in_units_asked(std::move(query), asked));
  if (encoder != nullptr) check_encodable(*encoder, view);
  if (explanation != nullptr) return explained(view, encoder, *explanation, context);
  const coverage::Provenance provenance = provenance_of(*owner, context);
  response = request.multipart ? multipart_response(view, encoder, media_type, provenance, context)
             : encoder == nullptr ? gml_response(view, context)
                                  : file_response(view, *encoder, media_type, provenance, context);
  if (!tag.empty()) response.with_header("ETag", tag);
  response.with_header("Cache-Control", caching);
  return response;
}

}  // namespace gyre::wcs
