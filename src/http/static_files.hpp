// The style sheet, the script and the icon of the pages, which are part of the program (src/http/static). Pure.
#pragma once

#include <optional>
#include <string_view>

namespace pilotlight::http {

struct StaticFile {
  std::string_view content_type;
  std::string_view body;  ///< lives as long as the program
};

/// By the decoded path of a request: "/static/pilotlight.css". nullopt: there is no such file.
std::optional<StaticFile> static_file(std::string_view path);

}  // namespace pilotlight::http
