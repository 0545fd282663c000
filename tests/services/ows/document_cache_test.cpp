#include "services/ows/document_cache.h"

#include <atomic>
#include <stdexcept>
#include <thread>

#include <catch2/catch.hpp>

namespace gyre::ows {
namespace {

std::shared_ptr<const coverage::Catalogue> catalogue_of(std::uint64_t generation) {
  return std::make_shared<const coverage::Catalogue>(
      std::vector<std::shared_ptr<const coverage::Dataset>>{}, std::vector<coverage::NotServed>{},
      generation);
}

class MovableClock final : public coverage::Clock {
 public:
  [[nodiscard]] std::int64_t now_us() const override { return now; }
  std::int64_t now = 0;
};

/// A cache, somebody who asks it, and how often something had to be made.
struct Asking {
  explicit Asking(std::size_t most_bytes = 1 << 20) : cache(most_bytes) {
    context.language = "en";
    context.service_url = "http://host/wms";
    context.catalogue = catalogue_of(1);
    context.identity = std::make_shared<const ServiceIdentity>();
    context.clock = &clock;
  }
  std::string get(const std::string& what, std::size_t size = 10) {
    return cache
        .get(what, context,
             [&] {
               ++made;
               return DocumentCache::Made{std::string(size, what.front()), until};
             })
        .document->text();
  }
  MovableClock clock;
  Context context;
  DocumentCache cache;
  std::optional<std::int64_t> until;
  int made = 0;
};

}  // namespace

TEST_CASE("a document is made once, and anew when what it tells of has changed", "[ows]") {
  Asking asking;
  CHECK(asking.get("a") == "aaaaaaaaaa");
  CHECK(asking.get("a") == "aaaaaaaaaa");
  CHECK(asking.made == 1);
  SECTION("another document") { CHECK(asking.get("b") == "bbbbbbbbbb"); }
  SECTION("the catalogue") { asking.context.catalogue = catalogue_of(2); }
  SECTION("the configuration") {
    asking.context.identity = std::make_shared<const ServiceIdentity>();
  }
  SECTION("the language") { asking.context.language = "fr"; }
  SECTION("the address") { asking.context.service_url = "https://host/wms"; }
  SECTION("one dataset alone") { asking.context.dataset_scope = "sst"; }
  SECTION("who asks") { asking.context.principal.visibility_class = "staff"; }
  (void)asking.get("a");
  CHECK(asking.made == 2);
}

TEST_CASE("a document that tells of now is made anew when it is no longer true", "[ows]") {
  Asking asking;
  asking.until = 100;
  (void)asking.get("a");
  asking.clock.now = 99;
  (void)asking.get("a");
  CHECK(asking.made == 1);
  asking.clock.now = 100;
  asking.until = 200;
  (void)asking.get("a");
  (void)asking.get("a");
  CHECK(asking.made == 2);
}

TEST_CASE("documents of an older catalogue are dropped, and do not come back", "[ows]") {
  Asking asking;
  (void)asking.get("a");
  const std::size_t one = asking.cache.size_bytes();
  const auto old = asking.context.catalogue;
  asking.context.catalogue = catalogue_of(2);
  (void)asking.get("b");
  CHECK(asking.cache.size_bytes() == one);
  (void)asking.get("a");
  asking.context.catalogue = old;  // somebody who began long ago
  CHECK(asking.get("a") == "aaaaaaaaaa");
  asking.context.catalogue = catalogue_of(2);
  asking.made = 0;
  (void)asking.get("a");
  (void)asking.get("b");
  CHECK(asking.made == 0);
}

TEST_CASE("documents asked for last stay within the bound, larger ones are not kept", "[ows]") {
  Asking asking(100'000);
  for (const char* what : {"a", "b", "c", "a", "d"}) (void)asking.get(what, 14'000);
  CHECK(asking.cache.size_bytes() <= 100'000);
  asking.made = 0;
  (void)asking.get("a");
  CHECK(asking.made == 0);
  (void)asking.get("b");
  CHECK(asking.made == 1);
  CHECK(asking.get("e", 60'000).size() == 60'000);
  CHECK(asking.cache.size_bytes() <= 100'000);
}

TEST_CASE("of many who ask at once one makes the document", "[ows]") {
  Asking asking;
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      (void)asking.cache.get("a", asking.context, [&] {
        ++made;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return DocumentCache::Made{"text"};
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(made == 1);
}

TEST_CASE("what cannot be made leaves nothing behind", "[ows]") {
  Asking asking;
  const auto fails = [&] {
    return asking.cache.get("a", asking.context,
                            []() -> DocumentCache::Made { throw std::runtime_error("no"); });
  };
  CHECK_THROWS_AS(fails(), std::runtime_error);
  CHECK(asking.cache.size_bytes() == 0);
  CHECK(asking.get("a") == "aaaaaaaaaa");
}

}  // namespace gyre::ows
