// The forms of Spark's master page (spec §9.3): /app/kill/, /driver/kill/ and /workers/kill/.
//
// Fields come in the query or in the body, as from a browser or from the curl scripts that people have. Who may ask
// was checked before.
#pragma once

#include "http/actions.hpp"
#include "http/message.hpp"

namespace pilotlight::http {

/// spark.master.ui.decommission.allow.mode
enum class AllowDecommission : std::uint8_t { local, allow, deny };

bool is_form(const Request& request);
/// The value of the form's field `csrf`: what a page of this process put there.
std::string form_token(const Request& request);
/// Answers a POST to one of the forms.
void form(const Request& request, AllowDecommission mode, bool decommission_enabled, Actions& actions,
          const Reply& reply);

}  // namespace pilotlight::http
