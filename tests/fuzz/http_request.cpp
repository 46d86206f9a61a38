// Request lines of any kind against the router, and text of any kind in the names that pages and JSON show: the
// first line of the input is "METHOD target", the rest is what peers call themselves.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "core/state.hpp"
#include "http/router.hpp"
#include "http/target.hpp"
#include "http/text.hpp"

namespace {

using namespace pilotlight;

core::State named(const std::string& name) {
  core::State state;
  state.settings.address = {name, 7077};
  state.recovery = core::RecoveryState::alive;
  core::WorkerInfo worker;
  worker.record.id = WorkerId(name);
  worker.record.host = name;
  worker.record.web_ui_url = name;
  worker.record.resources[name] = {name};
  state.workers.emplace(worker.record.id, worker);
  core::AppInfo app;
  app.record.id = AppId(name);
  app.record.description.name = name;
  app.record.description.user = name;
  app.record.description.app_ui_url = "http://" + name;
  app.record.description.default_profile.custom[name] = 1;
  state.apps.emplace(app.record.id, app);
  core::DriverInfo driver;
  driver.record.id = DriverId(name);
  driver.record.worker = WorkerId(name);
  driver.record.description.main_class = name;
  state.completed_drivers.push_back(driver);
  return state;
}

bool has_control_character(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') return true;
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.substr(0, input.find('\n'));
  const auto method = line.substr(0, line.find(' '));
  const auto raw_target = method.size() < line.size() ? line.substr(method.size() + 1) : std::string_view();
  const std::string name(line.size() < input.size() ? input.substr(line.size() + 1) : std::string_view());

  const auto target = http::parse_target(raw_target);
  if (!target) return 0;
  PILOTLIGHT_ASSERT(target->path.starts_with('/') && target->path.find('\0') == std::string::npos);

  const auto response = http::respond({std::string(method), target->path, target->query, ""}, named(name), Now{});
  PILOTLIGHT_ASSERT(response.status == 200 || response.status == 404 || response.status == 405);
  PILOTLIGHT_ASSERT(http::valid_utf8(response.body) == response.body);
  PILOTLIGHT_ASSERT(!has_control_character(response.body));
  if (response.content_type.starts_with("text/html")) {
    const auto script = response.body.find("<script");  // a page has one, its own
    PILOTLIGHT_ASSERT(script == std::string::npos || (response.body.substr(script).starts_with(
                                                          "<script src=\"/static/pilotlight.js\" defer></script>") &&
                                                      response.body.find("<script", script + 1) == std::string::npos));
  }
  for (const char c : response.location) PILOTLIGHT_ASSERT(c > ' ' && c < 0x7f);
  return 0;
}
