// The envelope of a request (spec §2.1): sender and receiver address, endpoint name, then the Java stream.
//
// Pure; used by ConnectionFsm to read the bodies of RpcRequest and OneWayMessage frames, and by Endpoint to write them.
// A body that is no envelope is an error with its offset; the connection survives it (spec §1.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "deploy/types.hpp"

namespace pilotlight::transport {

/// Views point into the body that was decoded.
struct RpcMessage {
  std::optional<deploy::Address> sender;  ///< where the sender's process listens; absent when it does not (spec §2.1)
  std::optional<deploy::Address> receiver;  ///< as the sender's ref spells it: never checked
  std::string_view endpoint;                ///< modified UTF-8, as it came
  std::string_view content;                 ///< all the rest; not looked at
};

Result<RpcMessage> decode_rpc_message(std::string_view body);

/// What stands before the content. A host or name longer than 65,535 bytes is cut: writeUTF cannot say it.
std::string encode_envelope(const std::optional<deploy::Address>& sender,
                            const std::optional<deploy::Address>& receiver, std::string_view endpoint);

}  // namespace pilotlight::transport
