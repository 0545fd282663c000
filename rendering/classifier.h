#pragma once

#include <algorithm>
#include <cmath>

#include "rendering/style.h"

namespace gyre::rendering {

/// class_of() for many values of one style: what is the same for all of them is computed once.
class Classifier {
 public:
  explicit Classifier(const Style& style)
      : style_(style),
        count_(static_cast<int>(style.palette.colours.size())),
        below_(style.below ? count_ : 0),
        above_(style.above ? count_ + (style.below ? 1 : 0) : count_ - 1),
        span_(style.logarithmic ? std::log(style.high / style.low) : style.high - style.low) {}

  [[nodiscard]] int operator()(double value) const {
    if (std::isnan(value)) return -1;
    if (!style_.categories.empty()) return category_of(value);
    if (value < style_.low) return below_;
    if (value > style_.high) return above_;
    return std::clamp(static_cast<int>(place_of(value) * count_), 0, count_ - 1);
  }

 private:
  /// Where a value of the range lies in it: 0 at low, 1 at high.
  [[nodiscard]] double place_of(double value) const {
    return style_.logarithmic ? std::log(value / style_.low) / span_ : (value - style_.low) / span_;
  }
  [[nodiscard]] int category_of(double value) const {
    const auto found = std::find(style_.categories.begin(), style_.categories.end(), value);
    return found == style_.categories.end() ? -1
                                            : static_cast<int>(found - style_.categories.begin());
  }

  const Style& style_;
  int count_, below_, above_;
  double span_;
};

}  // namespace gyre::rendering
