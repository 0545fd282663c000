#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// A text in one or several languages (ISO 639-1 or -2 codes). "" is the language of the file.
class GYRE_API LocalizedText {
 public:
  LocalizedText() = default;
  LocalizedText(std::string text) {
    texts_[""] = std::move(text);
  }  // NOLINT(google-explicit-constructor)
  void set(std::string language, std::string text) {
    texts_[std::move(language)] = std::move(text);
  }
  /// The text in `language`, else in the file's, else any. Empty when there is none.
  [[nodiscard]] const std::string& in(std::string_view language) const;
  [[nodiscard]] bool empty() const { return texts_.empty(); }
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& texts() const {
    return texts_;
  }
  bool operator==(const LocalizedText&) const = default;

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

/// What a dataset says of itself to every protocol: CF/ACDD attributes, what the axes tell, and
/// the operator's overlay, merged once. Every writer takes it; none reads attributes.
struct Description {
  LocalizedText title, abstract;
  std::vector<std::string> keywords;
  std::string licence, institution, creator_name, creator_email, creator_url, project,
      acknowledgement, references, history, source, processing_level, product_version, date_created,
      date_modified, metadata_link;

  /// Longitude/latitude box normalised for publication (-180..180 when the extent crosses 180°
  /// or spans 360°; west < east always).
  Envelope geographic;
  /// Of time axes (not reference time), over all coverages; one calendar only, else absent.
  std::optional<std::pair<TimeInstant, TimeInstant>> time;
  /// Metres, up positive, over all metric vertical axes.
  std::optional<std::pair<double, double>> elevation;

  struct FieldText {
    LocalizedText title;  ///< long_name, else standard_name in words, else the name
    LocalizedText abstract;
    bool operator==(const FieldText&) const = default;
  };
  std::map<std::string, FieldText, std::less<>> fields;  ///< by field name
};

/// The operator's words for one dataset; what is set wins over the file.
struct DescriptionOverlay {
  LocalizedText title, abstract;
  std::vector<std::string> keywords;
  std::string licence;
  std::map<std::string, Description::FieldText, std::less<>> fields;
  bool operator==(const DescriptionOverlay&) const = default;
};

/// Merges attributes, extents and overlay.
[[nodiscard]] GYRE_API Description describe(const Dataset& dataset,
                                            const DescriptionOverlay& overlay);

/// The geographic box of one coverage, normalised as above. Projected grids: the box of the
/// densified outline (and of a pole inside the grid).
[[nodiscard]] GYRE_API Envelope geographic_envelope(const DomainSet& domain_set);

}  // namespace gyre::coverage
