#include "cli/listing.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "cli/terminal_text.hpp"

namespace pilotlight::cli {
namespace {

constexpr std::string_view gap = "  ";
constexpr std::size_t narrowest = 8;  // of a column that is cut

const char* color_of(Tone tone) {
  switch (tone) {
    case Tone::plain: return "";
    case Tone::strong: return "\x1b[1m";
    case Tone::faint: return "\x1b[2m";
    case Tone::good: return "\x1b[32m";
    case Tone::warning: return "\x1b[33m";
    case Tone::bad: return "\x1b[31m";
  }
  return "";
}

/// Takes from the widest flexible columns what the line is too long.
void fit(std::vector<std::size_t>& widths, const std::vector<const Column*>& columns, std::size_t room) {
  const auto total = [&] {
    return std::accumulate(widths.begin(), widths.end(), gap.size() * (widths.empty() ? 0 : widths.size() - 1));
  };
  while (total() > room) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (columns[i]->flexible && widths[i] > narrowest && (widest == nullptr || widths[i] > *widest))
        widest = &widths[i];
    if (widest == nullptr) return;
    --*widest;
  }
}

void append_line(std::string& text, std::string line) {
  while (line.ends_with(' ')) line.pop_back();
  text += line + '\n';
}

}  // namespace

std::string toned(const std::string& text, Tone tone, const Look& look) {
  if (!look.color || tone == Tone::plain || text.empty()) return text;
  return color_of(tone) + text + "\x1b[0m";
}

std::string as_table(const Listing& listing, const Look& look, bool wide) {
  std::vector<std::size_t> shown;
  std::vector<const Column*> columns;
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    if (listing.columns[i].wide && !wide) continue;
    shown.push_back(i);
    columns.push_back(&listing.columns[i]);
  }
  std::vector<std::vector<std::string>> texts;
  std::vector<std::size_t> widths(shown.size(), 0);
  for (std::size_t c = 0; c < shown.size() && look.header; ++c) widths[c] = columns_of(columns[c]->title);
  for (const auto& row : listing.rows) {
    auto& line = texts.emplace_back();
    for (std::size_t c = 0; c < shown.size(); ++c) {
      line.push_back(visible(row.cells[shown[c]].text));
      if (line.back().empty()) line.back() = "-";
      widths[c] = std::max(widths[c], columns_of(line.back()));
    }
  }
  if (look.width > 0) fit(widths, columns, look.width);

  std::string result;
  if (look.header) {
    std::string line;
    for (std::size_t c = 0; c < shown.size(); ++c)
      line += (c > 0 ? std::string(gap) : "") + pad(cut(columns[c]->title, widths[c]), widths[c], columns[c]->number);
    while (line.ends_with(' ')) line.pop_back();
    append_line(result, toned(line, Tone::strong, look));
  }
  for (std::size_t r = 0; r < texts.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < shown.size(); ++c) {
      if (c > 0) line += gap;
      const auto text = cut(texts[r][c], widths[c]);
      const auto blanks = std::string(widths[c] - std::min(widths[c], columns_of(text)), ' ');
      const auto shade = toned(text, listing.rows[r].cells[shown[c]].tone, look);
      line += columns[c]->number ? blanks + shade : shade + blanks;
    }
    append_line(result, line);
    if (wide || listing.rows[r].note.empty()) continue;
    const auto note = visible(listing.rows[r].note);
    for (const auto& part : look.width > 0 ? wrap(note, look.width - gap.size()) : std::vector{note})
      append_line(result, toned(std::string(gap) + part, Tone::warning, look));
  }
  return result;
}

std::string as_tsv(const Listing& listing, const Look& look) {
  std::string result;
  const auto add = [&](const auto& cells, auto text_of) {
    for (std::size_t i = 0; i < cells.size(); ++i) result += (i > 0 ? "\t" : "") + text_of(cells[i]);
    result += '\n';
  };
  if (look.header) add(listing.columns, [](const Column& column) { return column.title; });
  for (const auto& row : listing.rows) add(row.cells, [](const Cell& cell) { return visible(cell.text); });
  return result;
}

std::string as_names(const Listing& listing) {
  std::string result;
  for (const auto& row : listing.rows) result += visible(row.cells.front().text) + '\n';
  return result;
}

}  // namespace pilotlight::cli
