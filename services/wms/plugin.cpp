#include "services/ows/plugin.h"

#include "services/wms/service.h"

GYRE_PLUGIN("wms", gyre::wms::WmsService)
