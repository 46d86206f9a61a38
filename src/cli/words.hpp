// The words behind a command's name, parsed by its row. No I/O, never throws.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "cli/command.hpp"

namespace pilotlight::cli {

class Words {
 public:
  /// By the option's usual name, "--output"; a switch that is set has "".
  [[nodiscard]] bool has(std::string_view option) const { return options_.contains(option); }
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  /// The argument at this place; "" when it was left out.
  [[nodiscard]] std::string argument(std::size_t index) const;
  /// A time of "500ms", "2s", "1min", "2" (seconds); checked when the words were parsed.
  [[nodiscard]] Duration time(std::string_view option, Duration fallback) const;
  [[nodiscard]] bool help() const { return has("--help"); }

 private:
  friend Result<Words> parse_words(const CommandRow& command, const Arguments& arguments);
  std::map<std::string, std::string, std::less<>> options_;
  std::vector<std::string> arguments_;
};

/// The error names the word that does not fit and the nearest one that would.
Result<Words> parse_words(const CommandRow& command, const Arguments& arguments);

}  // namespace pilotlight::cli
