#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// What went wrong, in the words of the coverage layer. Each service maps these to its own
/// exception codes (its kRefusals table).
enum class ErrorKind {
  NoSuchCoverage,      ///< no coverage, layer or dataset of that id
  NoSuchField,         ///< no field of that name or standard_name, or an ambiguous one
  NoSuchAxis,          ///< no axis answers to that label or alias
  DuplicateAxis,       ///< the same axis subset twice
  OutsideDomain,       ///< a position or interval that holds no sample of the axis
  InvalidInterval,     ///< low > high
  InvalidPosition,     ///< a malformed number, date or label
  CrsNotSupported,     ///< a CRS that PROJ does not know or cannot be used here
  FormatNotSupported,  ///< no encoder for that media type
  InvalidParameter,    ///< what is asked of the values cannot be done; the subject is the parameter
  EncodingRefused,     ///< the encoder cannot express this result; the message names the ways out
  TooLarge,            ///< over a limit; the message names the limit and the cost
  MalformedHolding,    ///< a file or store that contradicts itself
  UnsupportedHolding,  ///< a file or store of a kind not served
  HoldingChanged,      ///< the holding was replaced or rewritten while being read
  Unreachable,         ///< the server that holds it does not answer, or not fast enough
  NoRoom,              ///< the disk that answers are made on is full
  Aborted,             ///< the client went away
  DeadlineExceeded,    ///< the request took longer than it may
  Internal,            ///< a failure below us; the message may hold library text: log only
};

/// An error that ends the request. `subject` is the offending name or value as the client wrote
/// it; what() is a sentence fit for clients: no paths, no library text (except Internal).
class GYRE_API Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, std::string subject, const std::string& message)
      : std::runtime_error(message), kind_(kind), subject_(std::move(subject)) {}

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& subject() const noexcept { return subject_; }

 private:
  ErrorKind kind_;
  std::string subject_;
};

}  // namespace gyre::coverage
