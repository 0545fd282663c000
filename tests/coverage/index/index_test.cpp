#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/index/holding_index.h"
#include "coverage/index/segment.h"
#include "coverage/index/shared_parts.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::TemporaryFolder;

namespace {

RawBlock numbers(std::vector<double> list) {
  RawBlock block{ElementType::Float64, {list.size()}, {}};
  block.bytes.resize(list.size() * sizeof(double));
  std::copy(list.begin(), list.end(), block.as<double>().begin());
  return block;
}

/// A day of a series: its latitudes are those of all, its time and its history its own.
HoldingRecord day(int number, std::uint64_t version = 1) {
  HoldingRecord record;
  record.identity = {1000 + version, number, version};
  record.schema.format = "NetCDF-4";
  record.schema.dimensions = {{"time", 1}, {"lat", 3}};
  record.schema.variables = {{"time", ElementType::Float64, {"time"}, {1}, {}, {}},
                             {"lat", ElementType::Float64, {"lat"}, {3}, {}, {}},
                             {"v", ElementType::Int16, {"time", "lat"}, {1, 3}, {1, 3}, {}}};
  record.schema.variables[0].attributes.set({"units", ElementType::String, "days since 2000-1-1"});
  record.schema.attributes.set({"title", ElementType::String, "series"});
  record.schema.attributes.set({"history", ElementType::String, fmt::format("made {}", number)});
  record.values["time"] = numbers({static_cast<double>(number)});
  record.values["lat"] = numbers({10, 20, 30});
  record.fingerprints["v"] = {7, 8};
  VariableLayout layout;
  layout.kind = VariableLayout::Kind::Chunked;
  layout.chunk_shape = {1, 3};
  layout.chunks = {{static_cast<std::uint64_t>(number), 6, 0}};
  layout.fill.resize(2);
  record.layouts["v"] = layout;
  return record;
}

IndexChange change(int number, std::uint64_t version = 1) {
  return {fmt::format("/data/{:06}.nc", number),
          std::make_shared<const HoldingRecord>(day(number, version))};
}

void check_same(const IndexedHolding& holding, const HoldingRecord& record) {
  CHECK(holding.identity() == record.identity);
  CHECK(holding.refusal() == record.refusal);
  CHECK(schema_of(holding) == record.schema);
  for (const auto& [name, block] : record.values) {
    REQUIRE(holding.values(name));
    CHECK(*holding.values(name) == block);
  }
  for (const auto& [name, layout] : record.layouts) {
    REQUIRE(holding.layout(name));
    CHECK(*holding.layout(name) == layout);
  }
  CHECK(holding.values("none") == nullptr);
}

}  // namespace

TEST_CASE("an index gives back what was committed, also when it is opened again", "[index]") {
  const TemporaryFolder folder;
  const bool again = GENERATE(false, true);
  const std::string place = GENERATE(true, false) ? folder / "index" : std::string();
  if (place.empty() && again) return;
  auto index = std::make_unique<HoldingIndex>(place);
  for (int i = 0; i < 100; ++i) index->commit({change(i)});
  HoldingRecord refused;
  refused.identity = {1, 2, 3};
  refused.refusal = "it is empty";
  index->commit({{"/data/x", std::make_shared<const HoldingRecord>(refused)}});
  index->commit({{"/data/000005.nc", nullptr}, change(7, 2)});
  if (again) {
    index.reset();
    index = std::make_unique<HoldingIndex>(place);
  }
  const auto snapshot = index->snapshot();
  REQUIRE(snapshot->size() == 100);
  for (int i = 0; i < 100; ++i) {
    const IndexChange one = change(i, i == 7 ? 2 : 1);
    const auto holding = snapshot->find(one.path, 6);
    CHECK((holding == nullptr) == (i == 5));
    if (!holding) continue;
    CHECK(holding->path() == one.path);
    CHECK(holding->relative() == one.path.substr(6));
    CHECK(snapshot->identity(one.path) == one.record->identity);
    check_same(*holding, *one.record);
  }
  CHECK(snapshot->find("/data/x")->refusal() == "it is empty");
  CHECK(snapshot->find("/data/none") == nullptr);
}

TEST_CASE("what holdings have in common is one object and has one fingerprint", "[index]") {
  const TemporaryFolder folder;
  HoldingIndex index(folder / "index");
  index.commit({change(1), change(2)});
  index.commit({change(3), change(4), change(5), change(6), change(7), change(8), change(9)});
  const auto snapshot = index.snapshot();
  const auto one = snapshot->holding(0), other = snapshot->holding(6);
  const auto structure = one->structure();
  CHECK(structure == other->structure());
  const auto latitudes = one->values("lat");
  CHECK(latitudes == snapshot->holding(1)->values("lat"));
  CHECK(one->fingerprint("lat") == other->fingerprint("lat"));
  CHECK(one->fingerprint("time") != other->fingerprint("time"));
  CHECK(one->fingerprint("v") == Fingerprint{7, 8});
  const auto record = std::make_shared<const HoldingRecord>(day(1));
  CHECK(holding_of("p", "p", record)->fingerprint("lat") == one->fingerprint("lat"));
}

TEST_CASE("segments stay few, and none is left over", "[index]") {
  const TemporaryFolder folder;
  {
    HoldingIndex index(folder / "index");
    for (int i = 0; i < 300; ++i) index.commit({change(i % 200, static_cast<std::uint64_t>(i))});
    CHECK(index.snapshot()->size() == 200);
    CHECK(index.catalogue()->segments().size() < 12);
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "index")) {
    files += entry.path().extension() == ".segment" ? 1 : 0;
  }
  const HoldingIndex index(folder / "index");
  CHECK(files == index.catalogue()->segments().size());
}

TEST_CASE("a damaged index gives what is whole in it, and never anything else", "[index]") {
  const TemporaryFolder folder;
  {
    HoldingIndex index(folder / "index");
    std::vector<IndexChange> changes;
    for (int i = 0; i < 20; ++i) changes.push_back(change(i));
    index.commit(changes);
  }
  const std::string file = folder / "index/1.segment";
  REQUIRE(std::filesystem::exists(file));
  std::ifstream in(file, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  std::mt19937 random(4);
  set_log_level(LogLevel::Error);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = whole;
    if (round % 10 == 0) {
      bytes.resize(random() % bytes.size());
    } else {
      for (int i = 0; i < 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    try {
      const auto segment =
          std::make_shared<const IndexSegment>(IndexSegment::InMemory{std::move(bytes)});
      const IndexSnapshot snapshot({segment}, std::make_shared<SharedParts>());
      for (std::size_t i = 0; i < snapshot.size(); ++i) {
        const auto holding = snapshot.find(std::string(snapshot.path(i)));
        if (!holding) continue;
        try {
          const HoldingRecord expected = day(static_cast<int>(holding->identity().modified_ns));
          const auto time = holding->values("time");
          const auto attributes = holding->attributes();
          const auto layout = holding->layout("v");
          const bool good = (!time || *time == expected.values.at("time")) &&
                            attributes == expected.schema.attributes &&
                            (!layout || *layout == expected.layouts.at("v"));
          if (!good) FAIL("a damaged part was taken for whole");
        } catch (const Error&) {
        }
      }
    } catch (const Error&) {
    }
  }
}

TEST_CASE("an index killed at any moment is as before the change, or after it", "[index]") {
  const TemporaryFolder folder;
  const std::string place = folder / "index";
  std::mt19937 random(11);
  int known = 0;
  for (int round = 0; round < 40; ++round) {
    int progress[2];
    REQUIRE(pipe(progress) == 0);
    const pid_t child = fork();
    if (child == 0) {
      ::close(progress[0]);
      set_log_level(LogLevel::Error);
      HoldingIndex index(place);
      for (int i = known;; ++i) {
        index.commit({change(2 * i), change(2 * i + 1)});
        if (::write(progress[1], "x", 1) != 1) _exit(0);
      }
    }
    ::close(progress[1]);
    usleep(static_cast<useconds_t>(random() % 60000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    char byte = 0;
    int done = known;
    while (::read(progress[0], &byte, 1) == 1) ++done;
    ::close(progress[0]);
    const HoldingIndex index(place);
    const auto snapshot = index.snapshot();
    const int found = static_cast<int>(snapshot->size()) / 2;
    CHECK(snapshot->size() % 2 == 0);  // both of a commit, or none
    CHECK(found >= done);              // what was told as committed is there
    CHECK(found <= done + 1);
    for (int i = 0; i < 2 * found; ++i) {
      if (!snapshot->find(change(i).path)) FAIL("holding " << i << " is lost");
    }
    known = found;
  }
  CHECK(known > 0);  // how many depends on the machine
}

TEST_CASE("facts are kept by what they are about and how that was", "[index]") {
  const TemporaryFolder folder;
  std::uint64_t generation = 0;
  {
    IndexCatalogue catalogue(folder / "c.sqlite");
    catalogue.keep_fact("a", "1", std::string("x\0y", 3));
    generation = catalogue.next_generation(5);
  }
  IndexCatalogue catalogue(folder / "c.sqlite");
  CHECK(catalogue.fact("a", "1") == std::string("x\0y", 3));
  CHECK(catalogue.fact("a", "2") == std::nullopt);
  CHECK(generation == 5);
  CHECK(catalogue.next_generation(5) == 6);
  CHECK(catalogue.next_generation(100) == 100);
}

TEST_CASE("a catalogue that is none is set aside", "[index]") {
  const TemporaryFolder folder;
  gyre::test::write_file(folder / "index/catalogue.sqlite", std::string(5000, 'x'));
  HoldingIndex index(folder / "index");
  index.commit({change(1)});
  CHECK(index.catalogue() != nullptr);
  CHECK(HoldingIndex(folder / "index").snapshot()->size() == 1);
}

TEST_CASE("an index whose disk takes nothing stays as it is, and is used", "[index]") {
  const TemporaryFolder folder;
  {
    HoldingIndex index(folder / "index");
    index.commit({change(1)});
    index.commit({change(2)});
  }
  // No file may grow, as on a full disk.
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit none{0, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &none);
  std::size_t known = 0, changed = 0;
  std::string trouble;
  {
    HoldingIndex index(folder / "index");
    known = index.snapshot()->size();
    trouble = index.figures().trouble;
    index.commit({change(3)});
    changed = index.snapshot()->size();
  }
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, before);
  CHECK(known == 2);
  CHECK(changed == 3);
  CHECK_FALSE(trouble.empty());
  CHECK_FALSE(std::filesystem::exists(folder / "index/catalogue.sqlite.damaged"));
  HoldingIndex index(folder / "index");
  CHECK(index.snapshot()->size() == 2);
  CHECK(index.figures().trouble.empty());
}
