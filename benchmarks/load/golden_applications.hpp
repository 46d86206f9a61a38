// The bytes of tests/golden/<version>/RegisterApplication.bin, compiled in (golden_applications.cmake makes the .cpp),
// so that the generator runs anywhere.
#pragma once

#include <string_view>

#include "deploy/types.hpp"

namespace pilotlight::load {

/// A whole content stream; lives as long as the program.
std::string_view golden_register_application(deploy::Dialect dialect);

}  // namespace pilotlight::load
