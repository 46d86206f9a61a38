// Spark's own tables: workers, applications, drivers (spec §9.3), with its column names and order. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "core/state.hpp"
#include "http/page_context.hpp"

namespace pilotlight::http {

/// `url_of_all` is what an operator gives to a new worker; not escaped.
std::string workers_table(const core::State& state, const Now& now, std::string_view url_of_all);
std::string running_apps_table(const core::State& state, const Now& now, const PageContext& context);
std::string completed_apps_table(const core::State& state, const Now& now);
std::string running_drivers_table(const core::State& state, const Now& now, const PageContext& context);
std::string completed_drivers_table(const core::State& state, const Now& now);

/// The form that the buttons of kill_button() belong to: POST <action> with terminate=true and the token; "" when
/// killing is not enabled. `action` is a literal: "app/kill/".
std::string kill_form(std::string_view id, std::string_view action, const PageContext& context);
/// A button that opens before it can be pressed, so that one slip ends nothing; "" when killing is not enabled.
std::string kill_button(std::string_view form, std::string_view id, const PageContext& context);

}  // namespace pilotlight::http
