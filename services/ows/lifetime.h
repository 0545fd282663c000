#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"
#include "services/ows/context.h"

namespace gyre::ows {

/// How long an answer of data stays what it is.
struct Lifetime {
  bool closed = false;  ///< of steps that it names, and that do not change any more
  std::optional<std::int64_t> until_us = {};  ///< when what it has by default becomes another
};

/// Does nothing change any more at this time of the dataset, as the operator says? @p step in any
/// calendar: "so many days ago" goes by its digits.
[[nodiscard]] GYRE_API bool is_closed(const coverage::Dataset& dataset,
                                      const coverage::TimeInstant& step, const Context& context);

/// The Cache-Control of such an answer. Source: RFC 9111 5.2.2, RFC 8246 (immutable).
[[nodiscard]] GYRE_API std::string cache_control(const Lifetime& lifetime, const Context& context);

/// The strong entity tag of an answer to this request that is made of the dataset, by what
/// determines it: known without making it. Empty: what determines it is not known (data that may
/// change unseen, a request that is no GET). Source: RFC 9110 8.8.3.
[[nodiscard]] GYRE_API std::string data_tag(const coverage::Dataset& published,
                                            const Context& context);
/// Does who asks have that answer already?
[[nodiscard]] GYRE_API bool is_known(const std::string& tag, const Context& context);

}  // namespace gyre::ows
