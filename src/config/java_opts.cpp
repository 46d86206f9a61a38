#include "config/java_opts.hpp"

namespace pilotlight::config {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  bool escaped = false;
  for (const char c : text) {
    if (escaped) {
      word.push_back(c);
      escaped = false;
    } else if (c == '\\' && quote != '\'') {
      escaped = true;
      in_word = true;
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word.push_back(c);
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (!is_space(c)) {
      word.push_back(c);
      in_word = true;
    } else if (in_word) {
      words.push_back(std::move(word));
      word.clear();
      in_word = false;
    }
  }
  if (quote != 0) return fatal(std::string("a ") + quote + " has no partner: quotes must come in pairs");
  if (escaped) return fatal("a backslash stands at the end: nothing follows that it could stand before");
  if (in_word) words.push_back(std::move(word));
  return words;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_java_opts(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return words.error();
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& word : *words) {
    if (!word.starts_with("-D") || word.size() == 2) continue;
    const auto equals = word.find('=');
    const bool bare = equals == std::string::npos;
    result.emplace_back(word.substr(2, bare ? std::string::npos : equals - 2), bare ? "" : word.substr(equals + 1));
  }
  return result;
}

}  // namespace pilotlight::config
