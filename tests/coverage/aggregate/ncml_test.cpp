#include "coverage/aggregate/ncml.h"

#include "coverage/base/error.h"

using namespace gyre::coverage;
using aggregation::NcmlDocument;
using aggregation::parse_ncml;
using aggregation::SchemaChange;

namespace {

constexpr const char* kStart =
    "<netcdf xmlns=\"http://www.unidata.ucar.edu/namespaces/netcdf/ncml-2.2\">\n";

std::string message_of(const std::string& text) {
  try {
    static_cast<void>(parse_ncml(text, "a.ncml"));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("NcML: a scan of files joined along their time", "[aggregate][ncml]") {
  const NcmlDocument made = parse_ncml(
      std::string(kStart) +
          "<aggregation type='joinExisting' dimName='time'>"
          "<scan location='data/' suffix='.nc' regExp='.*sst_.*' subdirs='false'/>"
          "<netcdf location='extra.nc' ncoords='2' coordValue='5,6'/></aggregation></netcdf>",
      "a.ncml");
  REQUIRE(made.rule.joins->size() == 1);
  CHECK(made.rule.joins->front().name == "time");
  REQUIRE(made.members.size() == 2);
  CHECK(made.members[0].location == "data/*.nc");
  CHECK(made.members[0].regexp == ".*sst_.*");
  CHECK(made.members[1].told == std::vector<std::string>{"5 6"});
}

TEST_CASE("NcML: joins within joins, and what is said of the result", "[aggregate][ncml]") {
  const NcmlDocument made = parse_ncml(std::string(kStart) + R"(
    <attribute name='title' value='All runs'/>
    <remove name='history' type='attribute'/>
    <variable name='sst' orgName='v'><attribute name='units' value='K'/>
      <attribute name='valid_range' type='float' value='1.5 2.5'/></variable>
    <variable name='run' type='int' shape='run'>
      <attribute name='units' value='hours since 2024-01-01'/></variable>
    <aggregation type='joinNew' dimName='run'>
      <netcdf coordValue='0'><aggregation type='joinExisting' dimName='time'>
        <netcdf location='a.nc'/><netcdf location='b.nc'/></aggregation></netcdf>
      <netcdf coordValue='12'><aggregation type='joinExisting' dimName='time'>
        <scan location='late' dateFormatMark='x_#yyyyMMdd_HHmm'/></aggregation></netcdf>
    </aggregation></netcdf>)",
                                       "a.ncml");
  REQUIRE(made.rule.joins->size() == 2);
  CHECK((*made.rule.joins)[0].name == "run");
  CHECK((*made.rule.joins)[0].units == "hours since 2024-01-01");
  REQUIRE(made.members.size() == 3);
  CHECK(made.members[1].told == std::vector<std::string>{"0", ""});
  CHECK(made.members[2].told == std::vector<std::string>{"12", ""});
  CHECK(made.members[2].by_name == std::size_t{1});
  CHECK(made.members[2].dates == "*x_{date:%Y%m%d_%H%M}*");
  CHECK(made.changes.size() == 6);
  CHECK(made.changes[2].kind == SchemaChange::Kind::RenameVariable);
}

TEST_CASE("NcML that is not supported is refused by line", "[aggregate][ncml]") {
  struct Row {
    const char *text, *words;
  };
  const auto row = GENERATE(values<Row>({
      {"<aggregation type='forecastModelRunCollection' dimName='run'/>", "a.ncml:2: <aggregation>"},
      {"\n<group name='g'/>", "a.ncml:3: <group> is not supported"},
      {"<variable name='x'><values>1 2</values></variable><aggregation type='union'>"
       "<netcdf location='a.nc'/></aggregation>",
       "<values> is not supported within <variable>"},
      {"<aggregation type='joinNew'/>", "needs an attribute 'dimName'"},
      {"<aggregation type='union'><scan location='x' olderThan='5 min'/></aggregation>",
       "has 'olderThan', which is not supported"},
      {"", "neither a location nor an aggregation"},
      {"<attribute name='a' type='int' value='x'/><aggregation type='union'/>", "which is no int"},
      {"<oops", "not well-formed"},
  }));
  CHECK_THAT(message_of(kStart + std::string(row.text) + "</netcdf>"), Catch::Contains(row.words));
  CHECK_THAT(message_of("<!DOCTYPE netcdf [<!ENTITY a 'b'>]><netcdf location='&a;'/>"),
             Catch::Contains("DOCTYPE"));
  CHECK_THAT(message_of("<html/>"), Catch::Contains("is no NcML"));
}
