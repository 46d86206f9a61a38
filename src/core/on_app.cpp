#include <charconv>

#include "core/ids.hpp"
#include "core/step.hpp"

namespace pilotlight::core {
namespace {

bool same_bytes(const deploy::RawBytes& a, const deploy::RawBytes& b) { return a == b || (a && b && *a == *b); }

std::optional<ExecutorId> executor_id(const std::string& text) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return ExecutorId(number);
}

}  // namespace

void Step::on(const deploy::RegisterApplication& registration, const Message& from) {
  if (standby()) return;
  const std::string address = deploy::to_string(registration.driver.address);
  info("Registering app " + registration.description.name);
  if (registration.driver.address.empty() || registration.driver.address.port <= 0) {
    const std::string sentence = "Application " + registration.description.name +
                                 " cannot be called back: its driver's reference has no usable address.";
    warn(sentence);
    effects_.immediate.push_back(Send{Peer{registration.driver, from.candidates.back(), from.connection},
                                      deploy::ToDriver{deploy::ApplicationRemoved{sentence}}});
    return;
  }
  if (const auto found = state_.app_by_address.find(address); found != state_.app_by_address.end()) {
    AppInfo& known = *find_app(found->second);
    const bool same = same_bytes(known.record.description.raw, registration.description.raw);
    const bool driver_gone = known.driver.connection == ConnectionId{};
    if (same || !driver_gone) {
      // A driver repeats its registration every 20 s until it is answered: it has one id, not one for each try.
      info("Attempted to re-register application at same address: " + address);
      heard_from(known, from);
      send(known.driver, deploy::RegisteredApplication{known.record.id, self()});
      driver_answered(known);
      return check_recovery();
    }
    finish_app(known, AppState::finished);
  }
  add_app(registration, from);
}

AppId Step::new_app_id(const std::string& name) {
  const auto taken = [this](const AppId& id) {
    if (state_.apps.contains(id)) return true;
    for (const auto& app : state_.completed_apps)
      if (app.record.id == id) return true;
    return false;
  };
  if (state_.settings.use_app_name_as_app_id) {
    const AppId id(id_from_app_name(name));
    if (!id.empty() && !taken(id)) return id;
  }
  auto& next = state_.counters.next_app_number;
  const auto modulo = state_.settings.app_number_modulo;
  AppId id;
  do {
    id = AppId(format_id(state_.settings.app_id_pattern, id_timestamp(now_), next));
    ++next;
    if (modulo > 0 && next >= modulo) next = 0;
    // A pattern without a number makes the same id twice within a second: the number is added then.
    if (taken(id) && state_.settings.app_id_pattern.find("d") == std::string::npos)
      id = AppId(id.text + "-" + std::to_string(next));
  } while (taken(id));
  persist_counters();
  return id;
}

void Step::add_app(const deploy::RegisterApplication& registration, const Message& from) {
  const auto& description = registration.description;
  const AppId id = new_app_id(description.name);
  AppInfo& app = state_.apps[id];
  app.record.id = id;
  app.record.description = description;
  app.record.driver = registration.driver;
  app.record.dialect = description.dialect;
  app.record.requested_cores = description.max_cores ? *description.max_cores : state_.settings.default_cores;
  app.record.submitted = now_.wall;
  app.progress.id = id;
  if (description.initial_executor_limit)
    app.progress.targets[description.default_profile.id] = std::max(0, *description.initial_executor_limit);
  app.driver = Peer{registration.driver, description.dialect, from.connection};
  app.sequence = indexes_.next_sequence++;
  state_.app_order.push_back(id);
  state_.app_by_address[deploy::to_string(registration.driver.address)] = id;
  indexes_.connections.move(id, {}, from.connection);
  info("Registered app " + description.name + " with ID " + id.text);
  persist(app.record);
  persist_progress(id);
  send(app.driver, deploy::RegisteredApplication{id, self()});
  rehearse_soon(app);
  wishes_changed(app);
}

void Step::on(const deploy::UnregisterApplication& request, const Message&) {
  if (standby()) return;
  info("Received unregister request from application " + request.app.text);
  if (auto* app = find_app(request.app)) finish_app(*app, AppState::finished);
  check_recovery();
}

void Step::on(const deploy::MasterChangeAcknowledged& acknowledgement, const Message& from) {
  auto* app = find_app(acknowledgement.app);
  if (acknowledgement.app.empty() && from.sender) {
    // The last master recorded it and died before it could say so: without this the driver asks again after 20 s.
    const auto found = state_.app_by_address.find(deploy::to_string(*from.sender));
    app = found == state_.app_by_address.end() ? nullptr : find_app(found->second);
    if (app != nullptr)
      send(Peer{app->record.driver, app->record.dialect, from.connection},
           deploy::RegisteredApplication{app->record.id, self()});
  }
  if (app == nullptr) {
    if (!standby())
      warn("Master change ack from unknown app: " + (acknowledgement.app.empty() ? "null" : acknowledgement.app.text));
    return;
  }
  if (app->state == AppState::unknown || app->repair_deadline)
    info("Application has been re-registered: " + app->record.id.text);
  heard_from(*app, from);
  driver_answered(*app);
  check_recovery();
}

void Step::on(const deploy::RequestExecutors& request, const Message& from) {
  auto* app = find_app(request.app);
  if (app == nullptr) {
    if (!standby()) warn("Unknown application " + request.app.text + " requested executors");
    return answer_at_once(from, deploy::BooleanReply{false});
  }
  heard_from(*app, from);
  for (const auto& [profile, total] : request.requests) {
    info("Application " + request.app.text + " requested executors: resource profile " +
         std::to_string(profile.id.value) + " → " + std::to_string(total) + ".");
    if (profile.id != app->record.description.default_profile.id)
      app->progress.profiles.try_emplace(profile.id, profile);
    app->progress.targets[profile.id] = std::max(0, total);
  }
  persist_progress(app->record.id);
  answer(from, deploy::BooleanReply{true});
  wishes_changed(*app);
}

void Step::on(const deploy::KillExecutors& request, const Message& from) {
  auto* app = find_app(request.app);
  if (app == nullptr) {
    if (!standby()) warn("Unregistered application " + request.app.text + " requested us to kill executors!");
    return answer_at_once(from, deploy::BooleanReply{false});
  }
  heard_from(*app, from);
  std::string ids;
  for (const auto& text : request.executors) ids.append(ids.empty() ? "" : ", ").append(text);
  info("Application " + request.app.text + " requests to kill executors: " + ids);
  for (const auto& text : request.executors) {
    const auto id = executor_id(text);
    if (!id) {
      error("Encountered executor with a non-integer ID: " + text + ". Ignoring");
      continue;
    }
    const auto found = app->executors.find(*id);
    if (found == app->executors.end()) {
      warn("Application " + request.app.text + " attempted to kill non-existent executors: " + text);
      continue;
    }
    if (const auto* worker = find_worker(found->second.worker)) kill_executor_on(*worker, {request.app, *id});
    release_executor(*app, *id, deploy::ExecutorState::killed);
  }
  answer(from, deploy::BooleanReply{true});
}

void Step::handle(const KillApplicationRequested& event) {
  auto* app = find_app(event.app);
  const auto tell = [&](bool killed) {
    if (event.ask)
      effects_.outputs.push_back(Answer{*event.ask, deploy::Dialect::spark_3_4, deploy::BooleanReply{killed}});
  };
  if (app == nullptr) return tell(false);
  info("Received request to kill application " + event.app.text);
  finish_app(*app, AppState::killed);
  check_recovery();
  tell(true);
}

}  // namespace pilotlight::core
