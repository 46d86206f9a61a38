#include "cli/formats.hpp"

#include "cli/json_output.hpp"
#include "cli/terminal.hpp"

namespace pilotlight::cli {

Format format_of(const Words& words) {
  const auto text = words.has("--json") ? "json" : words.value("--output").value_or("table");
  if (text == "wide") return Format::wide;
  if (text == "json") return Format::json;
  if (text == "yaml") return Format::yaml;
  if (text == "tsv") return Format::tsv;
  if (text == "name") return Format::name;
  return Format::table;
}

Look look_of(const Words& words) {
  auto look = look_of_stdout(words.has("--no-color"));
  look.header = !words.has("--no-header");
  return look;
}

std::string in_notation(const Words& words, const std::string& document, const std::vector<std::string>& arrays) {
  if (format_of(words) == Format::yaml)
    return (words.has("--watch") ? "---\n" : "") +
           (arrays.empty() ? document_text(document, Notation::yaml) : arrays_text(document, arrays, Notation::yaml));
  const auto notation = words.has("--watch") ? Notation::json_line : Notation::json;
  return arrays.empty() ? document_text(document, notation) : arrays_text(document, arrays, notation);
}

Answer list_answer(const Words& words, const client::ClusterDocument& document, const Listing& listing,
                   const std::vector<std::string>& arrays, const std::string& none) {
  Answer answer;
  switch (format_of(words)) {
    case Format::json:
    case Format::yaml: return {.out = in_notation(words, document.text, arrays)};
    case Format::tsv: return {.out = as_tsv(listing, look_of(words))};
    case Format::name: return {.out = as_names(listing)};
    case Format::table:
    case Format::wide: break;
  }
  if (listing.rows.empty()) return {.out = {}, .err = none + "\n"};
  return {.out = as_table(listing, look_of(words), format_of(words) == Format::wide)};
}

}  // namespace pilotlight::cli
