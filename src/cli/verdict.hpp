// What `pilotlight health` found out, and what that is as an exit code in each style. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/http_client.hpp"
#include "client/place.hpp"

namespace pilotlight::cli {

enum class Role : std::uint8_t { any, leader, standby, live };  ///< live: only that the message loop answers
enum class ExitStyle : std::uint8_t { plain, docker, nagios, lsb, spark };

enum class Verdict : std::uint8_t {
  healthy,
  degraded,      ///< of several addresses some are not
  not_as_asked,  ///< it answers: it is not in the election, or has another role
  silent,        ///< it takes the connection and does not answer: frozen
  gone,          ///< nothing listens there
  unknown,       ///< it cannot be reached, or is something else
  cannot_ask,    ///< wrong usage or configuration
};

/// What one address said.
struct Probe {
  client::Address address;
  client::Reply live;                 ///< /livez
  std::optional<client::Reply> role;  ///< /readyz, /leader or /standby; none for Role::live
  bool leads = false;                 ///< said so itself
};

struct Health {
  Verdict verdict = Verdict::unknown;
  std::string line;  ///< one line for people, visible(), without its end
  double ms = 0;     ///< of the slowest answer
};

/// Of one address or more. All must answer; of several one must have the role of leader or standby, and all be ready.
Health judge(const std::vector<Probe>& probes, Role role);
int exit_code(Verdict verdict, ExitStyle style);
/// "PILOTLIGHT OK - … | time=0.0021s" for Nagios; the line itself for the others.
std::string in_style(const Health& health, ExitStyle style);

Role role_of(std::string_view text);
ExitStyle exit_style_of(std::string_view text);
/// The target that is asked; "" for Role::live.
std::string_view target_of(Role role);

}  // namespace pilotlight::cli
