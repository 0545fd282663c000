#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "coverage/base/explanation.h"
#include "services/http/response.h"

namespace gyre::host {

/// The parameters of a request that is to be explained (GYRE=explain is one of them) without that
/// parameter; absent: it is not to be.
[[nodiscard]] std::optional<std::string> without_explain(std::string_view query);

/// What a request would cost, in stead of its answer: JSON, nothing of which may be kept.
/// @param working_bytes that the request would hold while it is answered
/// @param threads that decode
[[nodiscard]] http::Response explanation_answer(const coverage::Explanation& explanation,
                                                std::size_t working_bytes, std::size_t threads);

}  // namespace gyre::host
