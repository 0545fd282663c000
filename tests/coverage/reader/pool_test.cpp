#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <thread>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/reader/opener.h"
#include "coverage/reader/reader_pool.h"
#include "coverage/reader/reader_source.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/inspect.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr const char* kCdl = R"(netcdf small {
dimensions: x = 6; n = 3;
variables: double x(x); x:units = "degrees_east"; float v(x); v:units = "K"; byte b(x);
  string t(n);
data: x = 0, 10, 20, 30, 40, 50; v = 1, 2, 3, 4, 5, 6; b = -3, -2, -1, 0, 1, 2;
  t = "one", "", "three";
})";

ReaderSettings misbehaving() {
  ReaderSettings settings;
  settings.program = MISBEHAVING_READER;
  settings.processes = 2;
  // Where a reader hangs a test says how long is waited for it; nothing else takes long, however
  // busy the machine.
  settings.inspect_limit = settings.read_limit = 60s;
  settings.memory_bytes = std::uint64_t{256} << 20;
  return settings;
}

/// A pool, the files it was told are at fault, and holdings to try it with.
struct Fixture {
  explicit Fixture(const ReaderSettings& settings = misbehaving())
      : pool(std::make_shared<ReaderPool>(
            settings, [this](const std::string& path, const FileIdentity& identity,
                             const std::string& reason) {
              const std::lock_guard lock(mutex);
              faults.emplace_back(path, identity, reason);
            })) {}

  std::string file(const std::string& name) {
    if (original.empty()) original = ncgen(folder, "original.nc", kCdl);
    fs::copy_file(original, folder / name);
    return folder / name;
  }
  std::shared_ptr<const Source> source(const std::string& path) {
    auto record = std::make_shared<HoldingRecord>(inspect(path));
    REQUIRE(record->refusal.empty());
    return std::make_shared<const ReaderSource>(holding_of(path, "", record), pool);
  }

  TemporaryFolder folder;
  std::string original;
  std::mutex mutex;
  std::vector<std::tuple<std::string, FileIdentity, std::string>> faults;
  std::shared_ptr<ReaderPool> pool;
};

std::vector<float> v_of(const Source& source) {
  const RawBlock block = source.read("v", {{0, 6}});
  const auto values = block.as<float>();
  return {values.begin(), values.end()};
}
const std::vector<float> kV{1, 2, 3, 4, 5, 6};

template <typename Action>
ErrorKind kind_of_error(Action&& action, std::string* said = nullptr) {
  try {
    action();
  } catch (const Error& error) {
    if (said != nullptr) *said = error.what();
    return error.kind();
  }
  FAIL("no error");
  return ErrorKind::Internal;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    static_cast<void>(entry);
    ++count;
  }
  return count;
}

bool runs(int pid) { return ::kill(pid, 0) == 0; }

}  // namespace

TEST_CASE("what readers read is what this process reads", "[reader]") {
  ReaderSettings settings;
  settings.processes = 1;
  Fixture fixture(settings);
  const std::string path = fixture.file("file.nc");
  CHECK(fixture.pool->inspect(path) == inspect(path));
  const auto source = fixture.source(path);
  CHECK(source->describe() == open_source(path)->describe());
  CHECK(v_of(*source) == kV);
  CHECK(source->read("b", {{1, 3}}) == open_source(path)->read("b", {{1, 3}}));
  CHECK(source->read("v", {{2, 2}}).shape == std::vector<std::size_t>{0});
  CHECK(source->read_strings("t") == std::vector<std::string>{"one", "", "three"});
  CHECK(kind_of_error([&] { static_cast<void>(source->read("w", {})); }) == ErrorKind::NoSuchField);
  CHECK(kind_of_error([&] {
          static_cast<void>(source->read("v", {{0, 7}}));
        }) == ErrorKind::Internal);
  CHECK(fixture.faults.empty());
  CHECK(fixture.pool->figures().started == 1);
}

TEST_CASE("refusals of a file come through a reader as they are", "[reader]") {
  Fixture fixture;
  const TemporaryFolder& folder = fixture.folder;
  gyre::test::write_file(folder / "text.txt", "text");
  gyre::test::write_file(folder / "damaged.nc", std::string("\x89HDF\r\n\x1a\n", 8) + "rest");
  for (const char* name : {"text.txt", "damaged.nc", "nothing.nc"}) {
    CAPTURE(name);
    CHECK(fixture.pool->inspect(folder / name) == inspect(folder / name));
  }
}

TEST_CASE("a file that readers die of is refused with the reason, and nothing else notices",
          "[reader]") {
  struct Row {
    const char* what;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({
    {"crash", "reading it crashed the library (SIGSEGV)"},
        {"abort", "reading it crashed the library (SIGABRT)"},
        {"exit", "reading it ended the process of the library"},
        {"hang", "it took longer than 700 ms to look into"},
        {"close", "reading it ended the process of the library"}, {"garbage", "impossible answer"},
        {"short", "impossible answer"}, {"other", "impossible answer"}, {"endless", ""},
        {"error", "impossible answer"}, {"killed", "readers were killed again and again"},
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        {"eat", "it needs more than 256 MB of memory to look into"},
#endif
  }));
  CAPTURE(row.what);
  ReaderSettings settings = misbehaving();
  if (row.what == std::string("hang") || row.what == std::string("endless")) {
    settings.inspect_limit = settings.read_limit = 700ms;
  }
  Fixture fixture(settings);
  const std::string fine = fixture.file("fine.nc");

  const std::string looked_into = fixture.file(std::string("inspect-") + row.what + ".nc");
  const HoldingRecord record = fixture.pool->inspect(looked_into);
  CHECK(record.identity == identity_of(looked_into));
  CHECK(record.schema.variables.empty());
  CHECK_FALSE(record.refusal.empty());
  CHECK_THAT(record.refusal, Catch::Contains(row.reason));
  REQUIRE(fixture.faults.size() == 1);
  CHECK(std::get<0>(fixture.faults[0]) == looked_into);
  CHECK(std::get<1>(fixture.faults[0]) == record.identity);
  CHECK(std::get<2>(fixture.faults[0]) == record.refusal);

  const std::string read = fixture.file(std::string("read-") + row.what + ".nc");
  const auto source = fixture.source(read);
  std::string said;
  CHECK(kind_of_error([&] { v_of(*source); }, &said) == ErrorKind::MalformedHolding);
  CHECK_THAT(said, !Catch::Contains("/"));
  CHECK(fixture.faults.size() == 2);

  CHECK(fixture.pool->inspect(fine) == inspect(fine));
  CHECK(v_of(*fixture.source(fine)) == kV);
}

TEST_CASE("an answer that does not fit is a reader's lie", "[reader]") {
  const std::string what = GENERATE("inspect-cut", "inspect-noise", "inspect-bent", "inspect-huge",
                                    "read-shape", "read-larger", "read-type", "texts-more");
  CAPTURE(what);
  Fixture fixture;
  const std::string path = fixture.file(what + ".nc");
  if (what.starts_with("inspect")) {
    CHECK_FALSE(fixture.pool->inspect(path).refusal.empty());
  } else if (what.starts_with("read")) {
    const auto source = fixture.source(path);
    const ErrorKind kind = kind_of_error([&] { v_of(*source); });
    // A reader cannot hand over more than there is room for, and says so.
    CHECK(kind == (what == "read-overfull" ? ErrorKind::Internal : ErrorKind::MalformedHolding));
  } else {
    const auto source = fixture.source(path);
    CHECK(kind_of_error([&] { static_cast<void>(source->read_strings("t")); }) ==
          ErrorKind::MalformedHolding);
  }
  const std::string fine = fixture.file("fine.nc");
  CHECK(v_of(*fixture.source(fine)) == kV);
}

TEST_CASE("a second try in a fresh reader succeeds where the first died by chance", "[reader]") {
  ReaderSettings settings = misbehaving();
  settings.inspect_limit = 2s;
  Fixture fixture(settings);
  for (const std::string what : {"inspect-crash-once", "inspect-hang-once"}) {
    const std::string path = fixture.file(what + ".nc");
    gyre::test::write_file(path + ".once", "");
    CHECK(fixture.pool->inspect(path) == inspect(path));
  }
  const std::string read = fixture.file("read-crash-once.nc");
  gyre::test::write_file(read + ".once", "");
  CHECK(v_of(*fixture.source(read)) == kV);
  const std::string used = fixture.file("read-used.nc");
  CHECK(v_of(*fixture.source(used)) == kV);
  CHECK(fixture.faults.empty());
  CHECK(fixture.pool->figures().crashed == 3);
  CHECK(fixture.pool->figures().timed_out == 1);
}

TEST_CASE("a file that readers died of three times in a row is not tried until it changes",
          "[reader]") {
  Fixture fixture;
  const std::string path = fixture.file("inspect-crash.nc");
  CHECK_FALSE(fixture.pool->inspect(path).refusal.empty());
  CHECK_FALSE(fixture.pool->inspect(path).refusal.empty());
  CHECK(fixture.pool->figures().crashed == 4);
  const HoldingRecord third = fixture.pool->inspect(path);
  CHECK(third.refusal == "reading it crashed the library (SIGSEGV)");
  CHECK(third.identity == identity_of(path));
  CHECK(fixture.pool->figures().crashed == 4);
  fs::last_write_time(path, fs::file_time_type::clock::now() - 1h);
  CHECK_FALSE(fixture.pool->inspect(path).refusal.empty());
  CHECK(fixture.pool->figures().crashed == 6);
}

TEST_CASE("a reader notices that a file was replaced", "[reader]") {
  Fixture fixture;
  const std::string path = fixture.file("file.nc");
  const auto source = fixture.source(path);
  CHECK(v_of(*source) == kV);
  fs::remove(path);
  CHECK(kind_of_error([&] { v_of(*source); }) == ErrorKind::HoldingChanged);
  fixture.file("file.nc");
  CHECK(kind_of_error([&] { v_of(*source); }) == ErrorKind::HoldingChanged);
  CHECK(v_of(*fixture.source(path)) == kV);
}

TEST_CASE("nobody waits longer than a request may take", "[reader]") {
  Fixture fixture;
  const std::string path = fixture.file("read-hang.nc");
  const auto record = std::make_shared<HoldingRecord>(inspect(path));
  const VariableSchema variable = *record->schema.find("v");
  const auto begin = std::chrono::steady_clock::now();
  const AbortToken deadline(begin + 200ms, {});
  CHECK(kind_of_error([&] {
          static_cast<void>(fixture.pool->read(path, record->identity, variable, {{0, 6}},
                                               {Priority::Interactive, deadline}));
        }) == ErrorKind::DeadlineExceeded);
  std::atomic<bool> gone = false;
  const AbortToken client(begin + 1h, [&] { return gone.load(); });
  std::thread leaves([&] {
    std::this_thread::sleep_for(200ms);
    gone = true;
  });
  CHECK(kind_of_error([&] {
          static_cast<void>(fixture.pool->read(path, record->identity, variable, {{0, 6}},
                                               {Priority::Interactive, client}));
        }) == ErrorKind::Aborted);
  leaves.join();
  CHECK(std::chrono::steady_clock::now() - begin < 3s);
  CHECK(fixture.faults.empty());  // its time was not up
  const std::string fine = fixture.file("fine.nc");
  CHECK(v_of(*fixture.source(fine)) == kV);
}

TEST_CASE("an abandoned read that is about to be done does not cost its reader", "[reader]") {
  ReaderSettings settings = misbehaving();
  settings.processes = 1;
  Fixture fixture(settings);
  const std::string path = fixture.file("read-slow.nc");
  const auto record = std::make_shared<HoldingRecord>(inspect(path));
  const AbortToken deadline(std::chrono::steady_clock::now() + 400ms, {});
  CHECK(kind_of_error([&] {
          static_cast<void>(fixture.pool->read(path, record->identity, *record->schema.find("v"),
                                               {{0, 6}}, {Priority::Interactive, deadline}));
        }) == ErrorKind::DeadlineExceeded);
  std::this_thread::sleep_for(2s);
  CHECK(v_of(*fixture.source(fixture.file("fine.nc"))) == kV);
  CHECK(fixture.pool->figures().started == 1);
}

TEST_CASE("one reader is free for clients while all others are at work for indexing", "[reader]") {
  Fixture fixture;
  const std::string fine = fixture.file("fine.nc");
  const auto source = fixture.source(fine);
  CHECK(v_of(*source) == kV);
  std::vector<std::string> held;
  for (int i = 0; i < 6; ++i) {
    fs::create_directory(fixture.folder / std::to_string(i));
    held.push_back(fixture.file(std::to_string(i) + "/inspect-held.nc"));
  }
  std::vector<std::thread> indexing;
  std::atomic<int> done = 0;
  for (const std::string& path : held) {
    indexing.emplace_back([&] {
      static_cast<void>(fixture.pool->inspect(path, {Priority::Bulk, {}}));
      ++done;
    });
  }
  const auto at_work = [&] {
    return std::count_if(held.begin(), held.end(),
                         [](const std::string& path) { return fs::exists(path + ".begun"); });
  };
  while (at_work() == 0) std::this_thread::yield();
  std::this_thread::sleep_for(100ms);  // until all are that may be
  CHECK(v_of(*source) == kV);
  CHECK(done == 0);
  CHECK(fixture.pool->figures().running <= 3);
  for (const std::string& path : held) gyre::test::write_file(path + ".go", "");
  for (std::thread& one : indexing) one.join();
}

TEST_CASE("what a library prints goes to the log, and does not stop it", "[reader]") {
  Fixture fixture;
  const std::string path = fixture.file("inspect-talk.nc");
  CHECK(fixture.pool->inspect(path) == inspect(path));
}

TEST_CASE("readers that cannot be started are told of at once, and tried again later", "[reader]") {
  const TemporaryFolder folder;
  ReaderSettings settings;
  settings.program = GENERATE(std::string("/nowhere/gyre-reader"), std::string("/bin/true"),
                              std::string("/bin/false"), std::string("/bin/cat"));
  CAPTURE(settings.program);
  Fixture fixture(settings);
  const std::string path = fixture.file("file.nc");
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    std::string said;
    CHECK(kind_of_error([&] { static_cast<void>(fixture.pool->inspect(path)); }, &said) ==
          ErrorKind::Internal);
    CHECK_THAT(said, Catch::Contains("reader processes cannot be started"));
  }
  CHECK(std::chrono::steady_clock::now() - begin < 2s);
  CHECK(fixture.pool->figures().started <= 3);
  CHECK_THAT(fixture.pool->figures().trouble, Catch::Contains("cannot be started"));
  CHECK(fixture.faults.empty());
}

TEST_CASE("readers are replaced after a while, and none stays behind", "[reader]") {
  ReaderSettings settings;
  settings.processes = 1;
  settings.requests_each = 10;
  std::vector<int> processes;
  {
    Fixture fixture(settings);
    const std::string path = fixture.file("file.nc");
    const auto source = fixture.source(path);
    for (int i = 0; i < 35; ++i) CHECK(v_of(*source) == kV);
    CHECK(fixture.pool->figures().started == 4);
    CHECK(fixture.pool->figures().replaced == 3);
    CHECK(fixture.pool->figures().trouble.empty());
    processes = fixture.pool->processes();
    CHECK(processes.size() == 1);
    CHECK(runs(processes[0]));
  }
  CHECK_FALSE(runs(processes[0]));
}

TEST_CASE("thousands of requests leave neither descriptors nor memory behind", "[reader]") {
  ReaderSettings settings;
  settings.requests_each = 500;
  Fixture fixture(settings);
  const std::string path = fixture.file("file.nc");
  const auto source = fixture.source(path);
  static_cast<void>(v_of(*source));
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 3000; ++i) {
    REQUIRE(v_of(*source) == kV);
    if (i % 3 == 0) REQUIRE(fixture.pool->inspect(path).refusal.empty());
  }
  CHECK(open_descriptors() <= before + 8);  // four a reader, of which more may run now
}

TEST_CASE("large blocks come whole, and their memory is given back", "[reader]") {
  ReaderSettings settings;
  Fixture fixture(settings);
  const std::string path = ncgen(fixture.folder, "large.nc", R"(netcdf large {
dimensions: y = 4000; x = 5000;
variables: int v(y, x); v:_Storage = "chunked"; v:_ChunkSizes = 500, 500;
data: v = 7, 8, 9;
})");
  const auto source = fixture.source(path);
  const RawBlock block = source->read("v", {{0, 4000}, {0, 5000}});
  REQUIRE(block.bytes.size() == std::size_t{80} * 1000 * 1000);
  CHECK(block.as<std::int32_t>()[1] == 8);
  CHECK(block == open_source(path)->read("v", {{0, 4000}, {0, 5000}}));
  CHECK(source->read("v", {{0, 1}, {1, 3}}).as<std::int32_t>()[1] == 9);
}

TEST_CASE("readers killed at any moment lose no request", "[reader]") {
  ReaderSettings settings;
  settings.processes = 4;
  Fixture fixture(settings);
  std::vector<std::shared_ptr<const Source>> sources;
  std::vector<std::string> paths;
  for (int i = 0; i < 8; ++i) {
    paths.push_back(fixture.file("file" + std::to_string(i) + ".nc"));
    sources.push_back(fixture.source(paths.back()));
  }
  const HoldingRecord expected = inspect(paths[0]);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0, right = 0;
  std::vector<std::thread> load;
  for (unsigned t = 0; t < 16; ++t) {
    load.emplace_back([&, t] {
      for (unsigned i = t; !stop; ++i) {
        try {
          const bool good =
              t % 2 == 0 ? v_of(*sources[i % 8]) == kV
                         : fixture.pool->inspect(paths[i % 8], {Priority::Bulk, {}}).schema ==
                               expected.schema;
          ++(good ? right : wrong);
        } catch (const std::exception&) {
          ++wrong;
        }
      }
    });
  }
  unsigned random = 12345;
  for (int kills = 0; kills < 200;) {
    random = random * 1664525U + 1013904223U;
    std::this_thread::sleep_for(std::chrono::microseconds(random % 60'000));
    const auto processes = fixture.pool->processes();
    if (processes.empty()) continue;
    ::kill(processes[random % processes.size()], SIGKILL);
    ++kills;
  }
  // However slow the machine: most of them come through, and those that were asked in between.
  while (right <= 200 && wrong == 0) std::this_thread::sleep_for(1ms);
  stop = true;
  for (std::thread& one : load) one.join();
  CHECK(wrong == 0);
  CHECK(right > 200);
  CHECK(fixture.faults.empty());
  CHECK(fixture.pool->figures().crashed == 0);
}
