#pragma once

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

/// The extent of a domain set in each common CRS, as far as the CRS is meant to be used there, and
/// in its own when an authority has a name for it. Where it does not reach there is no box.
[[nodiscard]] std::vector<CrsBox> boxes_of(const coverage::DomainSet& domain_set,
                                           const coverage::Envelope& geographic, Version version);

/// The domain set's own CRS when it has a name and is none of the common ones.
[[nodiscard]] std::optional<OfferedCrs> own_crs(const coverage::DomainSet& domain_set,
                                                Version version);

}  // namespace gyre::wms
