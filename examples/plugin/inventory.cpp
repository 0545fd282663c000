// /inventory and /inventory/<dataset>: what there is, as CSV. A whole service in one file.
#include <string>

#include "coverage/base/error.h"
#include "services/ows/exception.h"
#include "services/ows/plugin.h"

namespace {

using gyre::http::Request;
using gyre::http::Response;
using gyre::ows::Context;

/// "a ""quoted"" text": RFC 4180.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

class Inventory final : public gyre::ows::Service {
 public:
  std::string name() const override { return "inventory"; }
  std::string title() const override { return "Inventory: every field, as CSV"; }

  Response handle(const Request&, const std::string&, const Context& context) const override {
    std::string table = "coverage,field,units,samples\r\n";
    for (const auto& dataset : context.catalogue->datasets()) {  // one, on /inventory/<dataset>
      for (const auto& coverage : dataset->coverages) {
        std::size_t samples = 1;
        for (const auto& axis : coverage.domain_set.axes()) samples *= axis.size();
        for (const auto& field : coverage.fields) {
          table += quoted(coverage.id) + "," + quoted(field.name) + "," + quoted(field.units) +
                   "," + std::to_string(samples) + "\r\n";
        }
      }
    }
    Response response;
    response.media_type = "text/csv; charset=utf-8";
    response.body = std::move(table);
    return response;
  }

  // How this service says no: here as the OGC services do. The host hands over these two only.
  Response refuse(const std::exception& error, const Request&,
                  const Context& context) const override {
    if (const auto* said = dynamic_cast<const gyre::ows::Exception*>(&error)) {
      return gyre::ows::exception_report_20(*said, context.language);
    }
    const auto& domain = dynamic_cast<const gyre::coverage::Error&>(error);
    return gyre::ows::exception_report_20(gyre::ows::to_exception(domain, {}), context.language);
  }
};

}  // namespace

GYRE_PLUGIN("inventory", Inventory)
