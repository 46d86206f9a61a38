// Spark's REST submission protocol (spec §9.1): status and kill of drivers; what cannot be done says what to use
// instead.
//
// On spark.master.rest.port everything is of this protocol; elsewhere only what begins with /v1/submissions/.
#pragma once

#include "http/actions.hpp"
#include "http/message.hpp"

namespace pilotlight::http {

/// Whether the path is one of this protocol where other things are answered too.
bool is_rest(const Request& request);
/// Whether it changes something: then it may need a proof.
bool rest_changes(const Request& request);
/// Spark's ErrorResponse.
Response rest_error(int status, const std::string& sentence, const About& about);

class Rest {
 public:
  /// All outlive it.
  Rest(MasterAccess& master, const About& about) : master_(master), about_(about) {}
  void answer(const Request& request, const Reply& reply);

 private:
  void kill(const std::string& id, const Reply& reply);
  void status(const std::string& id, const Reply& reply);
  void kill_all(const Reply& reply);
  void clear(const Reply& reply);
  [[nodiscard]] Response readyz() const;
  [[nodiscard]] bool standby() const { return master_.state().recovery == core::RecoveryState::standby; }

  MasterAccess& master_;
  const About& about_;
};

}  // namespace pilotlight::http
