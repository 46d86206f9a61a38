// Records → rows, of record_codec.hpp. Pure.
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "recovery/base64.hpp"
#include "recovery/record_codec.hpp"

namespace pilotlight::recovery {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t milliseconds(WallTime time) { return time.time_since_epoch().count(); }

Json start(const std::string& id) { return {{"version", record_version}, {"id", id}}; }

Json address_json(const deploy::Address& address) { return {{"host", address.host}, {"port", address.port}}; }

Json endpoint_json(const deploy::EndpointRef& ref) {
  return {{"name", ref.name}, {"host", ref.address.host}, {"port", ref.address.port}};
}

// Given as an object even when it is empty: an empty braced list would become null.
Json resources_json(const deploy::Resources& resources) {
  auto json = Json::object();
  for (const auto& [name, addresses] : resources) json[name] = addresses;
  return json;
}

// Text that is not UTF-8 never comes from a peer (deploy replaces it); were it to, the record is still written.
std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Added to the finished text: base64 needs no escaping, and it is most of the record.
std::string text_with_raw(const Json& json, const deploy::RawBytes& raw) {
  PILOTLIGHT_ASSERT(raw != nullptr);
  auto text = text_of(json);
  const auto base64 = to_base64(*raw);
  text.reserve(text.size() + base64.size() + 9);
  text.pop_back();
  return text.append(",\"raw\":\"").append(base64).append("\"}");
}

std::string to_json(const core::WorkerRecord& worker) {
  auto json = start(worker.id.text);
  json["host"] = worker.host;
  json["port"] = worker.port;
  json["cores"] = worker.cores;
  json["memory_mb"] = worker.memory_mb;
  json["resources"] = resources_json(worker.resources);
  json["web_ui_url"] = worker.web_ui_url;
  json["endpoint"] = endpoint_json(worker.ref);
  auto& dialects = json["dialects"] = Json::array();
  for (const auto dialect : worker.dialects) dialects.push_back(deploy::name_of(dialect));
  json["registered_ms"] = milliseconds(worker.registered);
  return text_of(json);
}

std::string to_json(const core::AppRecord& app) {
  auto json = start(app.id.text);
  json["name"] = app.description.name;
  json["user"] = app.description.user;
  json["requested_cores"] = app.requested_cores;
  json["driver"] = endpoint_json(app.driver);
  json["dialect"] = deploy::name_of(app.dialect);
  json["submitted_ms"] = milliseconds(app.submitted);
  json["raw_dialect"] = deploy::name_of(app.description.dialect);
  return text_with_raw(json, app.description.raw);
}

Json profile_json(const deploy::ResourceProfile& profile) {
  Json json = {{"id", profile.id.value}};
  if (profile.cores) json["cores"] = *profile.cores;
  if (profile.memory_mb) json["memory_mb"] = *profile.memory_mb;
  if (!profile.custom.empty()) json["custom"] = profile.custom;
  return json;
}

std::string to_json(const core::AppProgress& progress) {
  auto json = start(progress.id.text);
  json["state"] = core::to_string(progress.state);
  json["next_executor_id"] = progress.next_executor_id;
  auto& targets = json["targets"] = Json::array();
  for (const auto& [profile, target] : progress.targets)
    targets.push_back({{"profile", profile.value}, {"executors", target}});
  auto& profiles = json["profiles"] = Json::array();
  for (const auto& [id, profile] : progress.profiles) profiles.push_back(profile_json(profile));
  if (progress.ended) json["ended_ms"] = milliseconds(*progress.ended);
  return text_of(json);
}

std::string id_of(const AppId& app, ExecutorId executor) { return app.text + "." + std::to_string(executor.value); }

std::string to_json(const core::ExecutorRecord& executor) {
  auto json = start(id_of(executor.app, executor.id));
  json["app"] = executor.app.text;
  json["executor"] = executor.id.value;
  json["worker"] = executor.worker.text;
  json["profile"] = executor.profile.value;
  json["cores"] = executor.cores;
  json["memory_mb"] = executor.memory_mb;
  if (!executor.resources.empty()) json["resources"] = resources_json(executor.resources);
  return text_of(json);
}

std::string to_json(const core::DriverRecord& driver) {
  auto json = start(driver.id.text);
  json["main_class"] = driver.description.main_class;
  json["cores"] = driver.description.cores;
  json["memory_mb"] = driver.description.memory_mb;
  json["supervise"] = driver.description.supervise;
  json["state"] = deploy::to_string(driver.state);
  if (driver.worker) json["worker"] = driver.worker->text;
  if (driver.worker_address) json["worker_address"] = address_json(*driver.worker_address);
  json["resources"] = resources_json(driver.resources);
  if (!driver.exception.empty()) json["exception"] = driver.exception;
  json["submitted_ms"] = milliseconds(driver.submitted);
  if (driver.kill_requested) json["kill_requested"] = true;
  return text_with_raw(json, driver.description.raw);
}

std::string to_json(const core::Counters& counters) {
  return text_of({{"version", record_version},
                  {"next_app_number", counters.next_app_number},
                  {"next_driver_number", counters.next_driver_number}});
}

}  // namespace

void append_row_changes(const core::RecordOp& operation, std::vector<RowChange>& changes) {
  const auto put = [&](std::string_view kind, const std::string& id, std::string value) {
    changes.push_back({kind, id, std::move(value)});
  };
  const auto remove = [&](std::string_view kind, const std::string& id) {
    changes.push_back({kind, id, std::nullopt});
  };
  std::visit(
      [&](const auto& op) {
        using Op = std::decay_t<decltype(op)>;
        if constexpr (std::is_same_v<Op, core::WorkerRecord>) {
          put("worker", op.id.text, to_json(op));
        } else if constexpr (std::is_same_v<Op, core::AppRecord>) {
          put("app", op.id.text, to_json(op));
        } else if constexpr (std::is_same_v<Op, core::AppProgress>) {
          put("progress", op.id.text, to_json(op));
        } else if constexpr (std::is_same_v<Op, core::ExecutorRecord>) {
          put("executor", id_of(op.app, op.id), to_json(op));
        } else if constexpr (std::is_same_v<Op, core::DriverRecord>) {
          put("driver", op.id.text, to_json(op));
        } else if constexpr (std::is_same_v<Op, core::Counters>) {
          put("counters", "", to_json(op));
        } else if constexpr (std::is_same_v<Op, core::RemoveWorker>) {
          remove("worker", op.id.text);
        } else if constexpr (std::is_same_v<Op, core::RemoveApp>) {
          remove("app", op.id.text);
          remove("progress", op.id.text);
        } else if constexpr (std::is_same_v<Op, core::RemoveExecutor>) {
          remove("executor", id_of(op.executor.app, op.executor.executor));
        } else {
          static_assert(std::is_same_v<Op, core::RemoveDriver>, "every operation is handled");
          remove("driver", op.id.text);
        }
      },
      operation);
}

}  // namespace pilotlight::recovery
