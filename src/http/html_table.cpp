#include "http/html_table.hpp"

#include "base/assert.hpp"
#include "http/text.hpp"

namespace pilotlight::http {
namespace {

constexpr std::string_view style =
    "body{font:14px/1.5 'Helvetica Neue',Helvetica,Arial,sans-serif;color:#212529;margin:1rem 2rem}"
    "h3{font-weight:500}ul{list-style:none;padding:0}"
    "table{border-collapse:collapse;width:100%;margin-bottom:1.5rem}"
    "th,td{border:1px solid #dee2e6;padding:.3rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "tbody tr:nth-child(odd){background:#f2f2f2}";

}  // namespace

void HtmlTable::row(const std::vector<std::string>& cells) {
  PILOTLIGHT_ASSERT(cells.size() == headings_.size());
  rows_.append("<tr>");
  for (const auto& cell : cells) rows_.append("<td>").append(cell).append("</td>");
  rows_.append("</tr>\n");
  ++count_;
}

std::string HtmlTable::html() const {
  std::string html = "<h4 id=\"";
  html.append(anchor_)
      .append("\">")
      .append(title_)
      .append(" (")
      .append(std::to_string(count_))
      .append(")</h4>\n<table>\n<thead><tr>");
  for (const auto heading : headings_) html.append("<th>").append(heading).append("</th>");
  return html.append("</tr></thead>\n<tbody>\n").append(rows_).append("</tbody>\n</table>\n");
}

std::string link(std::string_view url, std::string_view text) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return html_escaped(text);
  return "<a href=\"" + html_escaped(url) + "\">" + html_escaped(text) + "</a>";
}

std::string html_page(std::string_view title, std::string_view body) {
  const auto name = html_escaped(title);
  std::string html = "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n";
  html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>")
      .append(style)
      .append("</style>\n");
  html.append("<title>").append(name).append("</title>\n</head>\n<body>\n<h3>").append(name).append("</h3>\n");
  return html.append(body).append("</body>\n</html>\n");
}

}  // namespace pilotlight::http
