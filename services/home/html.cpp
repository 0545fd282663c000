#include "services/home/html.h"

#include <fmt/format.h>

#include "services/http/text.h"

namespace gyre::home {
namespace {

// No scripts, no fonts or pictures from elsewhere; light or dark as the reader's system is.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1b2733;--soft:#5b6b7a;--paper:#f6f8fa;--card:#fff;
 --line:#dde4ea;--link:#0b62a4;--sea:#cfe3f1}
@media(prefers-color-scheme:dark){:root{--ink:#e4ebf1;--soft:#9aabba;--paper:#10161c;
 --card:#18212a;--line:#2b3844;--link:#74b9ee;--sea:#22323f}}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
header,main,footer{max-width:74rem;margin:0 auto;padding:1.25rem}
header{padding-top:2.5rem}
h1{margin:0 0 .25rem;font-size:1.9rem;line-height:1.2}
h2{margin:2rem 0 .75rem;font-size:1.2rem}
p{margin:.4rem 0}
a{color:var(--link)}
.soft,footer{color:var(--soft);font-size:.9rem}
.cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));
 list-style:none;margin:0;padding:0}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;overflow:hidden}
.card>a{display:block;color:inherit;text-decoration:none}
.card:hover{border-color:var(--link)}
.map{display:block;width:100%;height:9.5rem;object-fit:contain;background:var(--sea)}
.words{padding:.7rem .9rem .9rem}
.words h3{margin:0;font-size:1rem;line-height:1.3;overflow-wrap:anywhere}
.words p{font-size:.85rem;color:var(--soft)}
.big{max-width:48rem;height:auto;border:1px solid var(--line);border-radius:.6rem}
table{border-collapse:collapse;width:100%;background:var(--card);font-size:.92rem}
th,td{text-align:left;padding:.4rem .7rem;border:1px solid var(--line);vertical-align:top;
 overflow-wrap:anywhere}
.wide{overflow-x:auto}
.wide th{white-space:nowrap;overflow-wrap:normal}
details ul{margin:.3rem 0;padding-left:1.1rem;min-width:22rem}
dl{margin:.5rem 0;display:grid;gap:.15rem}
dt{font-size:.85rem;color:var(--soft);margin-top:.5rem}
dd{margin:0}
code{display:block;user-select:all;overflow-wrap:anywhere;font-size:.82rem;background:var(--card);
 border:1px solid var(--line);border-radius:.4rem;padding:.45rem .6rem}
)";

}  // namespace

std::string escaped(std::string_view text) { return http::escape_html(text); }

std::string page(std::string_view title, std::string_view body, const ows::Context& context) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<link rel=\"icon\" "
      "href=\"data:,\">\n<style>{}</style>\n</head>\n<body>\n{}\n</body>\n</html>\n",
      escaped(context.language), escaped(title), kStyle, body);
}

std::string copyable(std::string_view label, std::string_view url) {
  const std::string safe = escaped(url);
  return fmt::format("<dt><a href=\"{}\">{}</a></dt><dd><code>{}</code></dd>\n", safe,
                     escaped(label), safe);
}

std::string shortened(std::string_view text, std::size_t length) {
  if (text.size() <= length) return std::string(text);
  std::size_t end = text.rfind(' ', length);
  if (end == std::string_view::npos || end == 0) end = length;
  return std::string(text.substr(0, end)) + " …";
}

}  // namespace gyre::home
