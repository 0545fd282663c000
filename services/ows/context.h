#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/archive/archive_status.h"
#include "coverage/base/abort_token.h"
#include "coverage/base/clock.h"
#include "coverage/base/export.h"
#include "coverage/model/dataset.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {
class Executor;
}

namespace gyre::ows {

/// Who asks. Anonymous until access control exists.
struct Principal {
  std::string name;  ///< empty: anonymous
  /// Cached documents are keyed by it: principals of one class see the same catalogue.
  std::string visibility_class = "public";
};

/// Bounds on what one request may ask, from `limits:` of the configuration.
struct Limits {
  std::size_t query_bytes = 65536;   ///< longer query strings: 414
  std::size_t body_bytes = 1 << 20;  ///< longer bodies: 413
  std::size_t map_width = 4096, map_height = 4096;
  std::size_t map_pixels = 4096 * 4096;  ///< less than width x height misleads clients
  std::size_t map_layers = 16;
  std::size_t cells = 4ull << 30;     ///< samples in one coverage answer
  std::size_t info_samples = 10'000;  ///< samples of one layer in a series at a point
  std::size_t gml_cells = 1 << 20;    ///< samples in one inline GML answer
  std::size_t subsets = 32;
  double request_timeout_s = 300;
};

/// What caches on the way may do, from `caching:` of the configuration.
struct Caching {
  std::size_t max_age_s = 60;                  ///< of what may change; 0: it is asked for anew
  std::optional<long> closed_after_days = {};  ///< of datasets that do not say so themselves
  std::size_t closed_max_age_s = 30 * 86'400;  ///< of what does not change any more
};

/// What the operator says of the whole service.
struct ServiceIdentity {
  std::string title = "Gyre coverage server";
  std::string abstract;
  std::vector<std::string> keywords;
  std::string fees = "none", access_constraints = "none";
  std::string provider_name, provider_site;
  std::string contact_name, contact_position, contact_email, contact_phone;
  std::string contact_address, contact_city, contact_region, contact_postcode, contact_country;
  std::vector<std::string> languages = {"en"};  ///< default first
};

/// Decides who may see and read what. Always yes until rules exist; every operation asks.
class Access {
 public:
  virtual ~Access() = default;
  /// @throws ows::Exception when refused
  virtual void decide(const Principal& principal, const coverage::ResolvedQuery& query) const = 0;
};

/// A service that runs beside this one: what a landing page links to.
struct ServiceLink {
  std::string name;      ///< "wcs": its endpoint is base_url + "/wcs"
  std::string ows_name;  ///< "WCS", empty when it is no OGC web service
  std::string title;
};

/// How the server and its archive are.
struct ServerStatus {
  std::int64_t started_us = 0;  ///< microseconds since 1970
  bool everybody = false;       ///< anybody may see it, so that other sites' scripts may too
  coverage::ArchiveStatus archive;
};

/// Everything an operation may know besides its typed request. Built once per request.
struct GYRE_API Context {
  std::string request_id;
  Principal principal;
  std::string language;       ///< negotiated, one of identity->languages
  std::string base_url;       ///< "http://host:port", no trailing slash
  std::string service_url;    ///< base_url + path of this endpoint ("…/wcs", "…/wcs/<dataset>")
  std::string dataset_scope;  ///< the dataset of a dataset-scoped endpoint, else empty
  std::string request_text;   ///< the request for provenance: method, path and query
  /// All of a GET that an answer depends on beside data and configuration; empty: it is no GET.
  std::string asked;
  std::string if_none_match;  ///< the entity tags of what who asks has already
  const coverage::Clock* clock = nullptr;
  coverage::AbortToken abort;  ///< carries the deadline
  Limits limits;
  Caching caching;
  std::shared_ptr<const coverage::Catalogue> catalogue;  ///< as this principal may see it, scoped
  std::shared_ptr<const ServiceIdentity> identity;
  std::shared_ptr<const std::vector<ServiceLink>> services;  ///< those that run, in order
  const Access* access = nullptr;
  coverage::Executor* executor = nullptr;
  std::string spool_directory;  ///< for finished files; unguessable names are made in it
  int wms_exception_status = 200;
  /// What an operator must do something about, in words for everybody; empty: nothing. Thread-safe.
  std::function<std::string()> trouble;
  /// How the server is; empty: who asks may not know. Thread-safe.
  std::function<ServerStatus()> status;

  /// Access rule, then cost against limits. @throws ows::Exception, Error{TooLarge}
  void admit(const coverage::ResolvedQuery& query) const;
  /// A fresh unguessable path in the spool directory.
  [[nodiscard]] std::string spool_path(std::string_view extension) const;
};

}  // namespace gyre::ows
