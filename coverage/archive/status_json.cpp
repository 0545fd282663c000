#include "coverage/archive/status_json.h"

namespace gyre::coverage {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

Json as_json(const std::vector<NotServed>& list) {
  Json json = Json::array();
  for (const NotServed& one : list) {
    json.push_back({{"path", one.path}, {"variable", one.variable}, {"reason", one.reason}});
  }
  return json;
}

Json as_json(const DatasetStatus& one) {
  Json json{{"id", one.id}, {"path", one.path}, {"format", one.format}, {"files", one.files}};
  json["steps"] = one.steps;
  json["first"] = or_null(one.first);
  json["last"] = or_null(one.last);
  json["runs"] = one.runs;
  json["leads"] = one.leads;
  json["missing_steps"] = one.missing_steps;
  json["duplicate_steps"] = one.duplicate_steps;
  json["holes"] = Json::array();
  for (const auto& hole : one.holes) {
    json["holes"].push_back({{"dimension", hole.dimension},
                             {"after", hole.after},
                             {"before", hole.before},
                             {"steps", hole.steps}});
  }
  json["holes_left_out"] = one.holes_in_all - one.holes.size();
  json["duplicates"] = Json::array();
  for (const auto& twice : one.duplicates) {
    json["duplicates"].push_back({{"hidden", twice.hidden},
                                  {"by", twice.by},
                                  {"steps", twice.steps},
                                  {"first", or_null(twice.first)},
                                  {"last", or_null(twice.last)}});
  }
  json["duplicates_left_out"] = one.duplicates_in_all - one.duplicates.size();
  json["quarantined"] = as_json(one.quarantined);
  json["warnings"] = one.warnings;
  return json;
}

}  // namespace gyre::coverage
