// Finds the Spark version in a worker's web page: what tells a 4.1/4.2 worker from a 4.3 one (D13). Pure.
//
// Every Spark line of interest prints `<span class="version" …>4.1.4</span>` or `<span class="version me-3">…`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::master {

/// "4.1.4"; nullopt when the text holds nothing that looks like one.
std::optional<std::string> spark_version_in_page(std::string_view html);

/// What a page's element says, without the blanks and line ends around it.
std::string_view trim(std::string_view text);

/// The parts of "http://host:port[/path]"; nullopt for anything else (https cannot be read without certificates).
struct PageAddress {
  std::string host;
  std::string port;
  std::string path;
};
std::optional<PageAddress> parse_page_url(std::string_view url);

}  // namespace pilotlight::master
