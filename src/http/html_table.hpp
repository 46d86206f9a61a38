// One table of a page with Spark's heading and column names. Pure. Cells are HTML; text must be escaped before.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pilotlight::http {

class HtmlTable {
 public:
  /// Headings are literals: "Worker Id".
  HtmlTable(std::string_view title, std::string_view anchor, std::vector<std::string_view> headings)
      : title_(title), anchor_(anchor), headings_(std::move(headings)) {}

  /// As many cells as headings.
  void row(const std::vector<std::string>& cells);
  /// "Workers (3)" and the table.
  [[nodiscard]] std::string html() const;

 private:
  std::string_view title_;
  std::string_view anchor_;
  std::vector<std::string_view> headings_;
  std::string rows_;
  std::size_t count_ = 0;
};

/// <a href="url">text</a> when the URL is http or https, else only the text: a peer chose the URL. Escapes both.
std::string link(std::string_view url, std::string_view text);
/// A whole document with Spark's look of headings and tables; `title` is escaped here, `body` is HTML.
std::string html_page(std::string_view title, std::string_view body);

}  // namespace pilotlight::http
