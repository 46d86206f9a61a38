// Whether a client is on this machine. Private to http; asks the kernel for the addresses of its interfaces.
#pragma once

#include <string>

namespace pilotlight::http {

/// A loopback address, or one that an interface of this machine has now. "10.0.0.1", "::1"; anything else is false.
bool is_own_address(const std::string& address);

}  // namespace pilotlight::http
