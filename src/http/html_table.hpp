// One table of a page with Spark's heading and column names. Pure. Cells are HTML; text must be escaped before.
//
// A cell without a look of its own is a bare <td>, as tools expect it. `kind` is the class that the style sheet knows
// the columns by: on narrow screens each row is a list of "heading: cell".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pilotlight::http {

class HtmlTable {
 public:
  /// Headings are literals: "Worker Id".
  HtmlTable(std::string_view title, std::string_view anchor, std::string_view kind,
            std::vector<std::string_view> headings)
      : title_(title), anchor_(anchor), kind_(kind), headings_(std::move(headings)) {}

  /// As many cells as headings; `look` is a class of the row.
  void row(const std::vector<std::string>& cells, std::string_view look = {});
  /// HTML that stands instead of the headings while there is no row.
  void say_if_empty(std::string html) { if_empty_ = std::move(html); }
  /// HTML after the heading: "2 DEAD".
  void remark(std::string html) { remark_ = std::move(html); }
  /// The number in the heading, when not all rows are in this table.
  void count_as(std::size_t count) { counted_ = count; }
  [[nodiscard]] std::size_t rows() const { return count_; }

  /// "Workers (3)" and the table.
  [[nodiscard]] std::string html() const;

 private:
  std::string_view title_;
  std::string_view anchor_;
  std::string_view kind_;
  std::vector<std::string_view> headings_;
  std::string rows_;
  std::string if_empty_;
  std::string remark_;
  std::size_t count_ = 0;
  std::optional<std::size_t> counted_;
};

}  // namespace pilotlight::http
