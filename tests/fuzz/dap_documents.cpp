#include <cstddef>
#include <cstdint>
#include <string_view>

#include "coverage/base/error.h"
#include "coverage/source/dap/dap_answer.h"
#include "coverage/source/dap/dap_schema.h"
#include "coverage/source/dap/das.h"
#include "coverage/source/dap/dds.h"

using namespace gyre::coverage;
using namespace gyre::coverage::dap;

namespace {

/// coverage::Error of a damaged holding, or of a server that tells an error, is the one way out.
template <class Read>
void may_refuse(Read&& read) {
  try {
    read();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::MalformedHolding && error.kind() != ErrorKind::Unreachable) {
      throw;
    }
  }
}

}  // namespace

/// A DDS, a DAS behind a line "---", and the whole as an answer with values: what an OPeNDAP
/// server sends becomes a description and values, or is refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = text.find("\n---\n");
  const std::string_view rest = cut == text.npos ? text : text.substr(cut + 5);
  Dds dds;
  Das das;
  may_refuse([&] { dds = parse_dds(text.substr(0, cut)); });
  may_refuse([&] { das = parse_das(rest); });
  may_refuse([&] { static_cast<void>(describe_dap(dds, das)); });
  DapVariable variable;
  variable.path = {"a"};
  const auto bytes = std::as_bytes(std::span(data, size));
  for (const DapType type : {DapType::Byte, DapType::Int16, DapType::Float64}) {
    variable.type = type;
    std::vector<std::byte> values(2 * 8);
    may_refuse([&] { numbers_of_answer(bytes, variable, {2}, values); });
  }
  variable.type = DapType::String;
  may_refuse([&] { static_cast<void>(texts_of_answer(bytes, variable, {2})); });
  return 0;
}
