// "Did you mean …?": the known key that is nearest to a misspelt one. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace pilotlight::config {

/// Insertions, deletions, changes and swaps of neighbours that make one text of the other; case does not count.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The first of the nearest candidates, if it is at most `limit` edits away.
std::optional<std::string_view> nearest(std::string_view text, std::span<const std::string_view> candidates,
                                        std::size_t limit);

}  // namespace pilotlight::config
