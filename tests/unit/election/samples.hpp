// Members as the tests of the election name them.
#pragma once

#include "election/member.hpp"

namespace pilotlight::election {

/// "a" → nonce "nonce-a", spark://host-a:7077.
inline Member sample_member(const std::string& name) {
  return {"nonce-" + name, {"host-" + name, 7077}, "http://host-" + name + ":8080", 8080, "0.2.0"};
}

}  // namespace pilotlight::election
