#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/cf/holding.h"
#include "coverage/cf/interpret.h"
#include "coverage/index/holding_record.h"
#include "coverage/lint/finding.h"
#include "coverage/source/source.h"

namespace gyre::coverage::lint {

/// A holding as checks see it: what it says, what is made of it, and its values.
class Subject {
 public:
  /// @param source null: it could not be opened. @pre record.refusal is empty then and only then
  Subject(std::string relative, std::shared_ptr<const HoldingRecord> record,
          std::shared_ptr<const Source> source);
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  [[nodiscard]] const std::string& relative() const { return relative_; }
  [[nodiscard]] const HoldingRecord& record() const { return *record_; }
  [[nodiscard]] const HoldingSchema& schema() const { return record_->schema; }
  [[nodiscard]] const cf::Holding& holding() const { return holding_; }
  [[nodiscard]] const Interpretation& meaning() const { return meaning_; }
  [[nodiscard]] const Source* source() const { return source_.get(); }
  [[nodiscard]] bool is_netcdf() const;

  /// A field of a coverage, with the variable it is.
  struct FieldHere {
    const Coverage* coverage;
    const Field* field;
    const VariableSchema* variable;
  };
  /// Fields that the holding has values of, each once.
  [[nodiscard]] const std::vector<FieldHere>& fields() const { return fields_; }
  /// Axes that variables of the holding give positions to, each once, with the variable.
  struct AxisHere {
    const Axis* axis;
    const VariableSchema* variable;
    const Coverage* coverage;  ///< the first that has it
  };
  [[nodiscard]] const std::vector<AxisHere>& axes() const { return axes_; }

  /// All numbers of a small variable, unpacked, NaN where missing; empty when it has none, is too
  /// large or cannot be read.
  [[nodiscard]] std::vector<double> numbers(const VariableSchema& variable) const;

 private:
  void find_fields();

  std::string relative_;
  std::shared_ptr<const HoldingRecord> record_;
  std::shared_ptr<const Source> source_;
  cf::Holding holding_;
  Interpretation meaning_;
  std::vector<FieldHere> fields_;
  std::vector<AxisHere> axes_;
};

}  // namespace gyre::coverage::lint
