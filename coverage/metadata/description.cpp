#include "coverage/metadata/description.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "coverage/cf/units.h"
#include "coverage/metadata/plain_text.h"

namespace gyre::coverage {
namespace {

/// The first of several attributes that says something.
std::string first_text(const Attributes& attributes,
                       std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto text = attributes.text(name)) {
      std::string clean = plain_text(*text);
      if (!clean.empty()) return clean;
    }
  }
  return {};
}

/// "nemo_1m_20150101-grid.nc" -> "nemo 1m 20150101-grid"
std::string title_of_file(const Dataset& dataset) {
  std::string stem = std::filesystem::path(dataset.path).stem().string();
  if (stem.empty()) stem = dataset.id;
  std::replace(stem.begin(), stem.end(), '_', ' ');
  return plain_text(stem);
}

std::vector<std::string> keywords_in(const std::string& text) {
  std::vector<std::string> keywords;
  const char separator = text.find(',') == std::string::npos ? ';' : ',';
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(separator, begin), text.size());
    std::string word = plain_text(text.substr(begin, end - begin));
    if (!word.empty() && std::find(keywords.begin(), keywords.end(), word) == keywords.end()) {
      keywords.push_back(std::move(word));
    }
    begin = end + 1;
  }
  return keywords;
}

std::vector<std::string> keywords_of(const Dataset& dataset) {
  std::vector<std::string> keywords =
      keywords_in(first_text(dataset.attributes, {"keywords", "Keywords"}));
  if (!keywords.empty()) return keywords;
  for (const Coverage& coverage : dataset.coverages) {
    for (const Field& field : coverage.fields) {
      const std::string& name = field.standard_name;
      if (!name.empty() && std::find(keywords.begin(), keywords.end(), name) == keywords.end()) {
        keywords.push_back(plain_text(name));
      }
    }
  }
  return keywords;
}

std::string field_title(const Field& field) {
  if (std::string title = plain_text(field.long_name); !title.empty()) return title;
  std::string words = plain_text(field.standard_name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words.empty() ? plain_text(field.name) : words;
}

/// "Sea temperature, salinity (12 more) from the file ...": what there is when nobody wrote more.
std::string abstract_of_fields(const Dataset& dataset) {
  constexpr std::size_t kEnough = 6;
  std::vector<std::string> titles;
  for (const Coverage& coverage : dataset.coverages) {
    for (const Field& field : coverage.fields) {
      std::string title = field_title(field);
      if (std::find(titles.begin(), titles.end(), title) == titles.end()) {
        titles.push_back(std::move(title));
      }
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(titles.size(), kEnough); ++i) {
    text += (i == 0 ? "" : ", ") + titles[i];
  }
  if (titles.size() > kEnough) text += " and " + std::to_string(titles.size() - kEnough) + " more";
  return text;
}

/// The smallest box around the boxes of all coverages; each is normalised already.
Envelope around_all(const Dataset& dataset) {
  Envelope box;
  bool first = true;
  for (const Coverage& coverage : dataset.coverages) {
    const Envelope one = geographic_envelope(coverage.domain_set);
    if (first) {
      box = one;
    } else {
      box = {std::min(box.min_x, one.min_x), std::min(box.min_y, one.min_y),
             std::max(box.max_x, one.max_x), std::max(box.max_y, one.max_y)};
    }
    first = false;
  }
  return box;
}

std::optional<std::pair<TimeInstant, TimeInstant>> time_of(const Dataset& dataset) {
  std::vector<std::pair<TimeInstant, TimeInstant>> extents;
  for (const Coverage& coverage : dataset.coverages) {
    for (const Axis& axis : coverage.domain_set.axes()) {
      if (axis.role() != AxisRole::Time || !axis.is_time()) continue;
      const auto& instants = axis.data().instants;
      const auto [low, high] = std::minmax_element(instants.begin(), instants.end());
      extents.emplace_back(*low, *high);
    }
    if (!coverage.forecasts) continue;
    const std::vector<Forecast>& forecasts = *coverage.forecasts->best;  // in the order of time
    extents.emplace_back(forecasts.front().valid, forecasts.back().valid);
  }
  std::optional<std::pair<TimeInstant, TimeInstant>> extent;
  for (const auto& [low, high] : extents) {
    if (!extent) extent.emplace(low, high);
    if (extent->first.calendar() != low.calendar()) {
      return std::nullopt;  // two calendars: dates that cannot be compared
    }
    extent->first = std::min(extent->first, low);
    extent->second = std::max(extent->second, high);
  }
  return extent;
}

std::optional<std::pair<double, double>> elevation_of(const Dataset& dataset) {
  std::optional<std::pair<double, double>> extent;
  for (const Coverage& coverage : dataset.coverages) {
    const auto vertical = coverage.domain_set.vertical();
    if (!vertical) continue;
    const Axis& axis = coverage.domain_set.axes()[*vertical];
    const auto metres = cf::metres_of(axis.uom());
    if (!metres) continue;
    const double up = axis.data().positive_down ? -*metres : *metres;
    const double one = axis.centres().front() * up, other = axis.centres().back() * up;
    const std::pair here{std::min(one, other) + 0.0, std::max(one, other) + 0.0};  // no -0
    if (!extent) extent = here;
    extent->first = std::min(extent->first, here.first);
    extent->second = std::max(extent->second, here.second);
  }
  return extent;
}

void describe_fields(const Dataset& dataset, Description& description) {
  for (const Coverage& coverage : dataset.coverages) {
    for (const Field& field : coverage.fields) {
      Description::FieldText text;
      text.title = LocalizedText(field_title(field));
      const std::string abstract = first_text(field.attributes, {"comment", "description"});
      if (!abstract.empty()) text.abstract = LocalizedText(abstract);
      description.fields.emplace(field.name, std::move(text));
    }
  }
}

void apply(const DescriptionOverlay& overlay, Description& description) {
  if (!overlay.title.empty()) description.title = overlay.title;
  if (!overlay.abstract.empty()) description.abstract = overlay.abstract;
  if (!overlay.keywords.empty()) description.keywords = overlay.keywords;
  if (!overlay.licence.empty()) description.licence = overlay.licence;
  for (const auto& [name, text] : overlay.fields) {
    const auto known = description.fields.find(name);
    if (known == description.fields.end()) continue;
    if (!text.title.empty()) known->second.title = text.title;
    if (!text.abstract.empty()) known->second.abstract = text.abstract;
  }
}

}  // namespace

const std::string& LocalizedText::in(std::string_view language) const {
  static const std::string kNone;
  if (texts_.empty()) return kNone;
  if (const auto exact = texts_.find(language); exact != texts_.end()) return exact->second;
  const std::string_view primary = language.substr(0, language.find('-'));  // "en-GB" -> "en"
  if (const auto near = texts_.find(primary); near != texts_.end()) return near->second;
  if (const auto own = texts_.find(std::string_view()); own != texts_.end()) return own->second;
  return texts_.begin()->second;
}

Description describe(const Dataset& dataset, const DescriptionOverlay& overlay) {
  const Attributes& of_file = dataset.attributes;
  Description description;
  std::string title = first_text(of_file, {"title", "Title"});
  description.title = LocalizedText(title.empty() ? title_of_file(dataset) : title);
  std::string abstract =
      first_text(of_file, {"summary", "abstract", "description", "comment", "comments"});
  if (abstract.empty()) abstract = abstract_of_fields(dataset);
  if (!abstract.empty()) description.abstract = LocalizedText(abstract);
  description.keywords = keywords_of(dataset);
  description.licence = first_text(of_file, {"license", "licence", "License"});
  description.institution =
      first_text(of_file, {"institution", "institute", "creator_institution"});
  description.creator_name = first_text(of_file, {"creator_name", "author", "contact"});
  description.creator_email = first_text(of_file, {"creator_email"});
  description.creator_url = first_text(of_file, {"creator_url"});
  description.project = first_text(of_file, {"project", "project_id"});
  description.acknowledgement = first_text(of_file, {"acknowledgement", "acknowledgment"});
  description.references = first_text(of_file, {"references"});
  description.history = first_text(of_file, {"history"});
  description.source = first_text(of_file, {"source"});
  description.processing_level = first_text(of_file, {"processing_level"});
  description.product_version = first_text(of_file, {"product_version"});
  description.date_created = first_text(of_file, {"date_created", "creation_date"});
  description.date_modified = first_text(of_file, {"date_modified"});
  description.metadata_link = first_text(of_file, {"metadata_link"});
  description.geographic = around_all(dataset);
  description.time = time_of(dataset);
  description.elevation = elevation_of(dataset);
  describe_fields(dataset, description);
  apply(overlay, description);
  return description;
}

}  // namespace gyre::coverage
