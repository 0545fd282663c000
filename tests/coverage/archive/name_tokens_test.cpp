#include "coverage/archive/name_tokens.h"

#include <catch2/catch.hpp>

using namespace gyre::coverage;

namespace {

/// "D20260131[%Y%m%d] M01(m01) L006(f006) 7": kinds, texts, formats and words.
std::string told(const std::string& name) {
  std::string out;
  for (const NameToken& one : tokens_of(name)) {
    const std::string text = name.substr(one.begin, one.end - one.begin);
    out += out.empty() ? "" : " ";
    const std::string word = name.substr(one.word_begin, one.word_end - one.word_begin);
    switch (one.kind) {
      case NameToken::Kind::Digits:
        out += text;
        break;
      case NameToken::Kind::Date:
        out += "D" + text + "[" + one.format + "]";
        break;
      case NameToken::Kind::Member:
        out += "M" + text + "(" + word + ")";
        break;
      case NameToken::Kind::Lead:
        out += "L" + text + "(" + word + ")";
        break;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("names tell dates, members and leads", "[archive]") {
  struct Row {
    const char *name, *tokens;
  };
  const auto row = GENERATE(values<Row>({
      {"x_m01.nc", "M01(m01)"},
      {"x_member_01.nc", "M01(member_01)"},
      {"x-ens12.nc", "M12(ens12)"},
      {"tas_r10i1p1f1_2000.nc", "Mr10i1p1f1(r10i1p1f1) D2000[%Y]"},
      {"tas_r1i1p1.nc", "Mr1i1p1(r1i1p1)"},
      {"x_f006.nc", "L006(f006)"},
      {"x_20260131+012H.nc", "D20260131[%Y%m%d] L012(012H)"},
      {"x_20260131T1200_lead3.nc", "D20260131T1200[%Y%m%dT%H%M] L3(lead3)"},
      {"x_2026013112.nc", "D2026013112[%Y%m%d%H]"},
      {"x_2026-01-31.nc", "D2026-01-31[%Y-%m-%d]"},
      {"nemo_201501.nc", "D201501[%Y%m]"},
      {"x_20261301.nc", "20261301"},    // no month
      {"y2026m01.nc", "D2026[%Y] 01"},  // a month
      {"gfs.t00z.0p25", "00 0 25"},     // "t", "p": who knows
      {"v1_2.nc", "1 2"},
      {"x_f1.nc", "1"},
      {"plain.nc", ""},
      {"r1i1p.nc", "1 1"},
  }));
  CAPTURE(row.name);
  CHECK(told(row.name) == row.tokens);
}
