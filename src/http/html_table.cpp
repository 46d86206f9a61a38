#include "http/html_table.hpp"

#include "base/assert.hpp"

namespace pilotlight::http {

void HtmlTable::row(const std::vector<std::string>& cells, std::string_view look) {
  PILOTLIGHT_ASSERT(cells.size() == headings_.size());
  rows_.append("<tr");
  if (!look.empty()) rows_.append(" class=\"").append(look).append("\"");
  rows_.append(">");
  for (const auto& cell : cells) rows_.append("<td>").append(cell).append("</td>");
  rows_.append("</tr>\n");
  ++count_;
}

std::string HtmlTable::html() const {
  std::string html = "<section id=\"";
  html.append(anchor_).append("\">\n<table class=\"list ").append(kind_);
  if (count_ == 0) html.append(" none");
  html.append("\">\n<caption><h2>")
      .append(title_)
      .append(" (")
      .append(std::to_string(counted_.value_or(count_)))
      .append(")</h2>");
  if (!remark_.empty()) html.append(" <p class=\"remark\">").append(remark_).append("</p>");
  html.append("</caption>\n<thead><tr>");
  for (const auto heading : headings_) html.append("<th scope=\"col\">").append(heading).append("</th>");
  html.append("</tr></thead>\n<tbody>\n").append(rows_).append("</tbody>\n</table>\n");
  if (count_ == 0 && !if_empty_.empty()) html.append("<p class=\"empty\">").append(if_empty_).append("</p>\n");
  return html.append("</section>\n");
}

}  // namespace pilotlight::http
