#include "services/ows/plugin.h"

#include "services/wcs/service.h"

GYRE_PLUGIN("wcs", gyre::wcs::WcsService)
