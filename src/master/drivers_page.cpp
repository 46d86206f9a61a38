#include "master/drivers_page.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "master/version_page.hpp"

namespace pilotlight::master {
namespace {

constexpr std::size_t longest_id = 256;

/// The text of the next cell of the row, which is shortened to what follows; nullopt when there is none.
std::optional<std::string_view> next_cell(std::string_view& row) {
  const auto cell = row.find("<td");
  if (cell == std::string_view::npos) return std::nullopt;
  const auto open = row.find('>', cell);
  if (open == std::string_view::npos) return std::nullopt;
  const auto close = row.find("</td>", open);
  if (close == std::string_view::npos) return std::nullopt;
  const auto text = trim(row.substr(open + 1, close - open - 1));
  row.remove_prefix(close);
  return text;
}

}  // namespace

std::map<DriverId, deploy::DriverState> drivers_in_page(std::string_view html) {
  std::map<DriverId, deploy::DriverState> drivers;
  for (auto begin = html.find("<tr"); begin != std::string_view::npos; begin = html.find("<tr", begin + 1)) {
    const auto end = html.find("</tr>", begin);
    if (end == std::string_view::npos) break;
    std::string_view row = html.substr(begin, end - begin);
    const auto id = next_cell(row);
    const auto main_class = next_cell(row);
    const auto state = next_cell(row);
    if (!id || !main_class || !state || id->empty() || id->size() > longest_id || id->find('<') != id->npos) continue;
    if (const auto known = deploy::driver_state_by_name(*state)) drivers.emplace(std::string(*id), *known);
  }
  return drivers;
}

bool is_whole_page(std::string_view html) { return html.find("</html>") != std::string_view::npos; }

}  // namespace pilotlight::master
