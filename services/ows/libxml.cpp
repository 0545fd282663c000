#include "services/ows/libxml.h"

#include <libxml/parser.h>

namespace gyre::ows {

void start_libxml() {
  static const bool kStarted = [] {
    xmlInitParser();
    return true;
  }();
  (void)kStarted;
}

}  // namespace gyre::ows
