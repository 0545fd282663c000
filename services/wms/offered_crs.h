#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coverage/model/crs.h"
#include "coverage/model/domain_set.h"
#include "coverage/model/envelope.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// A CRS as one version names it.
struct OfferedCrs {
  std::string name;  ///< "CRS:84", "EPSG:3857"
  coverage::Crs crs;
};

/// The CRSs every layer is offered in.
[[nodiscard]] std::vector<OfferedCrs> common_crs(Version version);

/// A layer's extent in one CRS, in x, y order.
struct CrsBox {
  OfferedCrs offered;
  coverage::Envelope envelope;
};

/// A geographic box (longitude, latitude) in each common CRS, as far as the CRS is meant to be used
/// there. Where it does not reach there is no box. Cost: a few milliseconds of PROJ.
[[nodiscard]] std::vector<CrsBox> common_boxes(const coverage::Envelope& geographic,
                                               Version version);

/// The domain set's own CRS when it has a name and is none of the common ones.
[[nodiscard]] std::optional<OfferedCrs> own_crs(const coverage::DomainSet& domain_set,
                                                Version version);

/// The boxes of a domain set: `common` ones, the exact one where its own CRS is among them, and one
/// in its own CRS when an authority has a name for it.
[[nodiscard]] std::vector<CrsBox> boxes_of(const coverage::DomainSet& domain_set,
                                           std::vector<CrsBox> common, Version version);

}  // namespace gyre::wms
