// The files that are generated from the table: docs/CONFIGURATION.md and conf/pilotlight.yaml.
//
// Pure. `pilotlight config docs` and `pilotlight config sample` print them; a unit test compares the committed ones.
#pragma once

#include <string>

namespace pilotlight::config {

std::string reference_page();
std::string sample_file();

}  // namespace pilotlight::config
