#include "config/nearest.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "config/value.hpp"

namespace pilotlight::config {

std::size_t edit_distance(std::string_view left_text, std::string_view right_text) {
  const std::string left = lower(left_text);
  const std::string right = lower(right_text);
  std::vector<std::size_t> before_last(right.size() + 1);
  std::vector<std::size_t> last(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t change = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[right.size()];
}

std::optional<std::string_view> nearest(std::string_view text, std::span<const std::string_view> candidates,
                                        std::size_t limit) {
  // A key from a file may be of any length; one that is much longer than all of ours is near to none of them.
  constexpr std::size_t longest = 256;
  if (text.size() > longest) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = limit + 1;
  for (const auto candidate : candidates) {
    const auto longer = std::max(text.size(), candidate.size());
    if (longer - std::min(text.size(), candidate.size()) >= best_distance) continue;  // no need to look closer
    const auto distance = edit_distance(text, candidate);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

}  // namespace pilotlight::config
