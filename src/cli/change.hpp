// What kill and transfer-leadership share: the secret, the leader's answer, and what to say when there is none.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "cli/cluster.hpp"

namespace pilotlight::cli {

/// Of --secret-file, else of the configuration when the cluster asks for one; "" = the cluster asks for none.
Result<std::string> secret_for(const Words& words, const client::ClusterDocument& document);

/// What the leader said to a POST, as far as it is JSON of ours.
struct Said {
  int status = 0;  ///< 0: no answer
  bool success = false;
  std::string message;  ///< its own words
  std::string leader;
  std::int64_t epoch = 0;
};
Said said_by(const client::Reply& reply);

/// A sentence and a code for what was not done, or may have been done.
Answer not_done(const Said& said, const client::Reply& reply, const std::string& whom);

/// ms since 1970.
std::int64_t wall_clock_ms();

}  // namespace pilotlight::cli
