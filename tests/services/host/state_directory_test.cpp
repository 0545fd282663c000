#include "services/host/state_directory.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "services/http/text.h"

namespace gyre::host {

namespace fs = std::filesystem;

TEST_CASE("a state directory is one server's, and cleared of what was left", "[host]") {
  const fs::path path = fs::temp_directory_path() / ("gyre-test-" + http::random_hex());
  fs::create_directories(path / "spool");
  const fs::path left = path / "spool" / (http::random_hex() + ".nc");
  const fs::path foreign = path / "spool" / "notes.txt";
  std::ofstream(left) << "half a file";
  std::ofstream(foreign) << "not ours";
  {
    const StateDirectory state(path.string(), {});
    CHECK_FALSE(fs::exists(left));
    CHECK(fs::exists(foreign));
    CHECK_THROWS_WITH(StateDirectory(path.string(), {}), Catch::Contains("another server"));
  }
  CHECK_NOTHROW(StateDirectory(path.string(), {}));
  fs::remove_all(path);
}

TEST_CASE("it is told where no state can be, and nothing made", "[host]") {
  const fs::path path = fs::temp_directory_path() / ("gyre-test-" + http::random_hex());
  CHECK_NOTHROW(check_state_directory((path / "deep/state").string(), {}));
  CHECK_FALSE(fs::exists(path));
  std::ofstream(path) << "a file";
  for (const fs::path& where : {path, path / "state"}) {
    CHECK_THROWS_WITH(check_state_directory(where.string(), {}),
                      Catch::Contains("Not a directory; give another by --state"));
  }
  fs::remove(path);
}

TEST_CASE("state never lies within the data", "[host]") {
  const fs::path data = fs::temp_directory_path() / ("gyre-test-" + http::random_hex());
  fs::create_directories(data);
  CHECK_THROWS_WITH(StateDirectory((data / "state").string(), {data.string()}),
                    Catch::Contains("within the data"));
  CHECK_THROWS(StateDirectory(data.string(), {data.string()}));
  CHECK_FALSE(fs::exists(data / "state"));
  const fs::path beside = data.string() + "-state";
  CHECK_NOTHROW(StateDirectory(beside.string(), {data.string()}));
  fs::remove_all(beside);
  fs::remove_all(data);
}

}  // namespace gyre::host
