// Whose word a frame is: a leader's must not leave once the leadership is in doubt.
//
// Pure; said by whoever sends through Endpoint, kept by SendQueue.
#pragma once

#include <cstdint>

namespace pilotlight::transport {

enum class Guard : std::uint8_t {
  none,    ///< goes out whenever the peer reads
  leader,  ///< goes out only while this process may speak as the leader (Endpoint::set_guard)
};

}  // namespace pilotlight::transport
