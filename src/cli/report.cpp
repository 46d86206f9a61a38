#include "cli/report.hpp"

#include <iostream>

namespace pilotlight::cli {

void print_errors(const config::Loaded& loaded) {
  const auto count = loaded.errors.size();
  std::cerr << "pilotlight: the configuration has " << count << (count == 1 ? " mistake:\n" : " mistakes:\n");
  for (const auto& error : loaded.errors) std::cerr << "  " << error << '\n';
}

void print_warnings(const config::Loaded& loaded) {
  for (const auto& warning : loaded.warnings) std::cerr << "warning: " << warning << '\n';
}

}  // namespace pilotlight::cli
