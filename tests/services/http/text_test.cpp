#include "services/http/text.h"

#include <catch2/catch.hpp>

namespace gyre::http {

TEST_CASE("percent escapes are decoded, malformed ones refused", "[http]") {
  CHECK(percent_decode("a%20b+c", true) == "a b c");
  CHECK(percent_decode("a%20b+c", false) == "a b+c");
  CHECK(percent_decode("%C3%a9", true) == "é");
  CHECK_FALSE(percent_decode("%", true));
  CHECK_FALSE(percent_decode("%4", true));
  CHECK_FALSE(percent_decode("%zz", true));
  CHECK_FALSE(percent_decode("% 1", true));
}

TEST_CASE("what is encoded decodes to itself", "[http]") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const std::string encoded = percent_encode(all);
  CHECK(percent_decode(encoded, true) == all);
  CHECK(encoded.find_first_of(" &?#/\"<>+") == std::string::npos);
}

TEST_CASE("UTF-8 is what the Unicode standard says it is", "[http]") {
  CHECK(is_utf8("plain"));
  CHECK(is_utf8("é€𝄞"));
  CHECK_FALSE(is_utf8("\xC0\x80"));          // overlong
  CHECK_FALSE(is_utf8("\xE0\x80\x80"));      // overlong
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  CHECK_FALSE(is_utf8("\xC3"));              // cut off
  CHECK_FALSE(is_utf8("caf\xE9"));           // Latin-1
}

TEST_CASE("text for documents has nothing in it that XML forbids", "[http]") {
  CHECK(printable_utf8("caf\xE9!") == "caf\xEF\xBF\xBD!");
  CHECK(printable_utf8(std::string_view("a\0b\x01\tc\n", 7)) ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\tc\n");
  CHECK(printable_utf8("\xEF\xBF\xBF") == "\xEF\xBF\xBD");
  CHECK(escape_html("<a href=\"x\">'&'</a>") ==
        "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

TEST_CASE("lists are split at commas, blanks around items go", "[http]") {
  CHECK(split_list(" a, b ,,c,") == std::vector<std::string>{"a", "b", "c"});
  CHECK(split_list("").empty());
  CHECK(same_word("SubSet", "SUBSET"));
  CHECK_FALSE(same_word("SUBSET", "SUBSETX"));
}

TEST_CASE("random names do not repeat", "[http]") {
  CHECK(random_hex().size() == 32);
  CHECK(random_hex() != random_hex());
}

}  // namespace gyre::http
