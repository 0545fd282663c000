#include "services/ows/plugin.h"

#include "services/home/service.h"

GYRE_PLUGIN("home", gyre::home::HomeService)
