// How a loaded configuration's mistakes and warnings are told on stderr.
#pragma once

#include "config/load.hpp"

namespace pilotlight::cli {

void print_errors(const config::Loaded& loaded);
void print_warnings(const config::Loaded& loaded);

}  // namespace pilotlight::cli
