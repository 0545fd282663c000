#pragma once

#include <ostream>
#include <string>

namespace gyre::host {

/// `gyre explain URL`: asks a running server what the request would cost, and tells it in words.
/// @param body_file a request in XML to post; empty: none
/// @returns the exit status: 0, or 1 when the server refuses the request or does not answer
int run_explain(const std::string& url, const std::string& body_file, bool as_json,
                std::ostream& out, std::ostream& errors);

}  // namespace gyre::host
