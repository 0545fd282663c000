#pragma once

namespace gyre::ows {

/// libxml2 sets its globals up once, and two first uses at a time would race: called before any
/// other of its functions.
void start_libxml();

}  // namespace gyre::ows
