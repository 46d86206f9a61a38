// Tries whether anything listens at an address: what tells a dead master from a cut-off one (D6, layer a).
//
// Called on the runtime's thread; `done` is called there exactly once, later. Both ports are tried at the same time.
// Only two refusals mean "nobody"; no answer within the timeout means nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/time.hpp"
#include "election/contender.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::master {

using Probed = std::function<void(election::Found found)>;

/// `web_port` 0: the RPC port alone decides.
void probe(boost::asio::io_context& io, const std::string& host, std::int32_t rpc_port, std::int32_t web_port,
           Duration timeout, Probed done);

}  // namespace pilotlight::master
