#include "coverage/index/index_catalogue.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <sqlite3.h>

#include "coverage/base/log.h"

namespace gyre::coverage {
namespace {

/// Another version is another layout: built anew.
constexpr int kVersion = 1;

constexpr const char* kTables = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS segments (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE);
  CREATE TABLE IF NOT EXISTS facts (subject TEXT PRIMARY KEY, stamp TEXT, value BLOB);
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER);
)";

/// One prepared statement, run to its end.
class Statement {
 public:
  Statement(sqlite3* database, const char* text) : database_(database) {
    check(sqlite3_prepare_v2(database, text, -1, &statement_, nullptr));
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& with(int place, const std::string& text) {
    check(sqlite3_bind_blob64(statement_, place, text.data(), text.size(), SQLITE_TRANSIENT));
    return *this;
  }
  Statement& with(int place, std::int64_t number) {
    check(sqlite3_bind_int64(statement_, place, number));
    return *this;
  }
  /// Is there a row (more)?
  bool next() {
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    check(result == SQLITE_DONE ? SQLITE_OK : result);
    return false;
  }
  void run() {
    while (next()) {
    }
  }
  [[nodiscard]] std::string text(int column) const {
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes == nullptr ? std::string() : std::string(bytes, size);
  }
  [[nodiscard]] std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_, column);
  }

 private:
  void check(int result) const {
    if (result == SQLITE_OK) return;
    throw std::runtime_error(fmt::format("the index's catalogue: {}", sqlite3_errmsg(database_)));
  }
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

void execute(sqlite3* database, const char* text) {
  if (sqlite3_exec(database, text, nullptr, nullptr, nullptr) == SQLITE_OK) return;
  throw std::runtime_error(fmt::format("the index's catalogue: {}", sqlite3_errmsg(database)));
}

/// All or nothing.
class Transaction {
 public:
  explicit Transaction(sqlite3* database) : database_(database) {
    execute(database_, "BEGIN IMMEDIATE");
  }
  ~Transaction() {
    if (!done_) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    execute(database_, "COMMIT");
    done_ = true;
  }

 private:
  sqlite3* database_;
  bool done_ = false;
};

/// Failures that are the disk's, or another process's, and no fault of the file.
bool is_of_disk(int code) {
  constexpr std::array kCodes{SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY,
                              SQLITE_PERM, SQLITE_NOMEM, SQLITE_BUSY,     SQLITE_LOCKED,
                              SQLITE_AUTH, SQLITE_NOLFS};
  constexpr int kPrimary = 0xff;
  return std::find(kCodes.begin(), kCodes.end(), code & kPrimary) != kCodes.end();
}

std::string uri_path(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      text += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text;
}

std::int64_t version_of(sqlite3* database) {
  Statement statement(database, "PRAGMA user_version");
  return statement.next() ? statement.number(0) : 0;
}

}  // namespace

IndexCatalogue::IndexCatalogue(const std::string& path, bool writable) {
  if (!writable) {
    try {
      open(path, SQLITE_OPEN_READWRITE);  // readers of a WAL write its index
      static_cast<void>(segments());
    } catch (const std::runtime_error&) {  // its disk is full or takes nothing: as it lies there
      sqlite3_close(database_);
      database_ = nullptr;
      open("file:" + uri_path(path) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
      static_cast<void>(segments());
    }
    return;
  }
  try {
    make(path);
  } catch (const std::exception& error) {
    const bool of_disk = database_ == nullptr || is_of_disk(sqlite3_errcode(database_));
    sqlite3_close(database_);
    if (of_disk) {  // nothing is wrong with what it holds
      database_ = nullptr;
      throw;
    }
    database_ = nullptr;
    log(LogLevel::Warning, fmt::format("{}: {}; the index is built anew", path, error.what()));
    std::error_code ignored;
    for (const char* const part : {"", "-wal", "-shm"}) {
      std::filesystem::rename(path + part, path + ".damaged" + part, ignored);
      std::filesystem::remove(path + part, ignored);
    }
    make(path);
  }
}

IndexCatalogue::~IndexCatalogue() { sqlite3_close(database_); }

void IndexCatalogue::open(const std::string& path, int flags) {
  constexpr int kBusy_ms = 10'000;  // `gyre index --status` beside a server
  if (sqlite3_open_v2(path.c_str(), &database_, flags | SQLITE_OPEN_FULLMUTEX, nullptr) !=
      SQLITE_OK) {
    const std::string why = database_ == nullptr ? "no memory" : sqlite3_errmsg(database_);
    sqlite3_close(database_);
    database_ = nullptr;
    throw std::runtime_error(why);
  }
  sqlite3_busy_timeout(database_, kBusy_ms);
}

void IndexCatalogue::make(const std::string& path) {
  open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const std::int64_t version = version_of(database_);
  if (version != 0 && version != kVersion) throw std::runtime_error("it is of another version");
  execute(database_, kTables);
  execute(database_, fmt::format("PRAGMA user_version = {}", kVersion).c_str());
  Statement check(database_, "PRAGMA quick_check(1)");
  if (!check.next() || check.text(0) != "ok") throw std::runtime_error("it is damaged");
}

std::vector<std::string> IndexCatalogue::segments() const {
  const std::lock_guard lock(mutex_);
  Statement statement(database_, "SELECT name FROM segments ORDER BY number");
  std::vector<std::string> names;
  while (statement.next()) names.push_back(statement.text(0));
  return names;
}

void IndexCatalogue::replace(const std::vector<std::string>& dropped, const std::string& added) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_);
  for (const std::string& one : dropped) {
    Statement(database_, "DELETE FROM segments WHERE name = ?").with(1, one).run();
  }
  if (!added.empty()) {
    Statement(database_, "INSERT INTO segments (name) VALUES (?)").with(1, added).run();
  }
  transaction.commit();
}

std::uint64_t IndexCatalogue::next_generation(std::uint64_t at_least) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(database_);
  Statement(database_,
            "INSERT INTO counters VALUES ('generation', ?1) ON CONFLICT (name) DO UPDATE SET value "
            "= max(value + 1, ?1)")
      .with(1, static_cast<std::int64_t>(at_least))
      .run();
  Statement statement(database_, "SELECT value FROM counters WHERE name = 'generation'");
  const auto number = statement.next() ? statement.number(0) : 0;
  transaction.commit();
  return static_cast<std::uint64_t>(number);
}

std::optional<std::string> IndexCatalogue::fact(const std::string& subject,
                                                const std::string& stamp) const {
  const std::lock_guard lock(mutex_);
  Statement statement(database_, "SELECT value FROM facts WHERE subject = ? AND stamp = ?");
  statement.with(1, subject).with(2, stamp);
  if (!statement.next()) return std::nullopt;
  return statement.text(0);
}

void IndexCatalogue::keep_fact(const std::string& subject, const std::string& stamp,
                               const std::string& value) {
  const std::lock_guard lock(mutex_);
  Statement(database_, "INSERT OR REPLACE INTO facts VALUES (?, ?, ?)")
      .with(1, subject)
      .with(2, stamp)
      .with(3, value)
      .run();
}

}  // namespace gyre::coverage
