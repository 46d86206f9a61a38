// The C client's codes as ours. Private to zk/c_handle.cpp and its tests.
#pragma once

#include <string>

#include "zk/types.hpp"

namespace pilotlight::zk {

/// Code::failed for whatever has no word of its own; `text_of_c_code` says what it was.
Code from_c_code(int code);
std::string text_of_c_code(int code);

}  // namespace pilotlight::zk
