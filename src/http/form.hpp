// Queries and form bodies (application/x-www-form-urlencoded). Pure, never throws.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pilotlight::http {

/// The values of this name, decoded ('+' is a space), in their order; what is broken stays as it is written.
std::vector<std::string> parameters(std::string_view form, std::string_view name);
/// The first of them.
std::optional<std::string> parameter(std::string_view form, std::string_view name);
/// Also without a value: "?verbose".
bool has_parameter(std::string_view form, std::string_view name);

}  // namespace pilotlight::http
