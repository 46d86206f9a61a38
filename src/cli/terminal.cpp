#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "config/value.hpp"

namespace pilotlight::cli {
namespace {

constexpr std::size_t usual_width = 80;
constexpr std::size_t least_width = 40;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

std::size_t terminal_width() {
  if (const auto columns = config::parse_integer(variable("COLUMNS")); columns && *columns > 0 && *columns < 10'000)
    return static_cast<std::size_t>(*columns);
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return usual_width;
}

}  // namespace

bool stdout_is_terminal() { return isatty(STDOUT_FILENO) == 1; }

Look look_of_stdout(bool no_color) {
  Look look;
  if (!stdout_is_terminal()) return look;
  look.width = std::max(least_width, terminal_width());
  look.color = !no_color && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  return look;
}

}  // namespace pilotlight::cli
