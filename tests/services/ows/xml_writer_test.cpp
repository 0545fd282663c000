#include "services/ows/xml_writer.h"

#include <catch2/catch.hpp>

#include "services/ows/xml_reader.h"

namespace gyre::ows {

TEST_CASE("a document is indented, escaped and closed", "[ows]") {
  XmlWriter xml;
  xml.start("a").attribute("q", "\"<&\n").element("b", "1 < 2 & 3").element("c");
  CHECK(xml.take() ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<a q=\"&quot;&lt;&amp;&#10;\">\n"
        "  <b>1 &lt; 2 &amp; 3</b>\n"
        "  <c/>\n"
        "</a>\n");
}

TEST_CASE("a fragment goes into a document as it is", "[ows]") {
  XmlWriter fragment(XmlWriter::Kind::Fragment);
  fragment.element("item", "1").element("item", "2");
  const std::string items = fragment.take();
  CHECK(items == "<item>1</item>\n<item>2</item>\n");
  XmlWriter xml;
  xml.start("list").raw(items).end();
  CHECK(parse_xml(xml.take()).all("item").size() == 2);
}

TEST_CASE("whatever a file says, the document stays well-formed", "[ows]") {
  XmlWriter xml;
  xml.start("a").attribute("b", std::string_view("\0\x1f\xFF", 3)).text("caf\xE9\x0b ]]>");
  const XmlElement read = parse_xml(xml.take());
  CHECK(read.attribute("b") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(read.text == "caf\xEF\xBF\xBD\xEF\xBF\xBD ]]>");
}

}  // namespace gyre::ows
