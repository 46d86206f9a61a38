// Rows that a command answers with, and how they look in each format that is text.
//
// One listing serves table, wide, tsv and name; JSON and YAML come from the master's own document (json_output.hpp).
// Cells take texts as they came: rendering makes them visible(). Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pilotlight::cli {

enum class Tone : std::uint8_t { plain, strong, faint, good, warning, bad };

/// How an answer is to look.
struct Look {
  std::size_t width = 0;  ///< columns of the terminal; 0 = as wide as it takes (a pipe)
  bool color = false;
  bool header = true;
};

/// The text in colours, when there are any. For text that is visible() already.
std::string toned(const std::string& text, Tone tone, const Look& look);

struct Column {
  std::string title;
  bool number = false;    ///< stands at the right of its column
  bool wide = false;      ///< not in `table`
  bool flexible = false;  ///< is cut when the line is too long for a terminal
};

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

struct Row {
  std::vector<Cell> cells;  ///< one for each column
  std::string note = {};    ///< a line below the row in `table`; "" = none
};

struct Listing {
  std::vector<Column> columns;  ///< the first is the name
  std::vector<Row> rows;
};

std::string as_table(const Listing& listing, const Look& look, bool wide);
/// All columns, a tab between two.
std::string as_tsv(const Listing& listing, const Look& look);
/// The first cell of each row.
std::string as_names(const Listing& listing);

}  // namespace pilotlight::cli
