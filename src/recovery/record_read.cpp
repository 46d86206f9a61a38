// Rows → records, of record_codec.hpp. Pure.
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "deploy/codec.hpp"
#include "recovery/record_codec.hpp"
#include "recovery/record_fields.hpp"

namespace pilotlight::recovery {
namespace {

deploy::Dialect read_dialect(Fields& fields, std::string_view name) {
  const auto dialect = deploy::dialect_by_name(fields.text(name));
  if (!dialect) fields.fail(name, "is none of the dialects that are served");
  return dialect.value_or(deploy::Dialect::spark_3_4);
}

core::WorkerRecord read_worker(Fields& fields) {
  core::WorkerRecord worker;
  worker.host = fields.text("host");
  worker.port = fields.port("port");
  worker.cores = fields.count("cores");
  worker.memory_mb = fields.count("memory_mb");
  worker.resources = fields.resources("resources");
  worker.web_ui_url = fields.text_or_empty("web_ui_url");
  worker.ref = fields.endpoint("endpoint");
  // A newer Pilotlight may know dialects that we do not: those that we share are enough.
  for (const auto& name : fields.texts("dialects"))
    if (const auto dialect = deploy::dialect_by_name(name)) worker.dialects.push_back(*dialect);
  if (worker.dialects.empty()) fields.fail("dialects", "names none of the dialects that are served");
  worker.registered = fields.optional_time("registered_ms").value_or(WallTime{});
  return worker;
}

core::AppRecord read_app(Fields& fields) {
  core::AppRecord app;
  app.requested_cores = fields
                            .optional_number("requested_cores", std::numeric_limits<std::int64_t>::min(),
                                             std::numeric_limits<std::int64_t>::max())
                            .value_or(std::numeric_limits<std::int32_t>::max());
  app.driver = fields.endpoint("driver");
  app.dialect = read_dialect(fields, "dialect");
  app.submitted = fields.optional_time("submitted_ms").value_or(WallTime{});
  const auto raw_dialect = fields.find("raw_dialect") != nullptr ? read_dialect(fields, "raw_dialect") : app.dialect;
  const auto raw = fields.raw("raw");
  if (fields.failed()) return app;
  auto description = deploy::application_description_from_raw(raw, raw_dialect);
  if (description)
    app.description = std::move(*description);
  else
    fields.fail("raw", "holds no ApplicationDescription: " + description.error().to_string());
  return app;
}

deploy::ResourceProfile read_profile(Fields& fields) {
  deploy::ResourceProfile profile;
  profile.id = ProfileId(fields.count("id"));
  profile.cores = fields.optional_count("cores");
  profile.memory_mb = fields.optional_count("memory_mb");
  if (const auto* custom = fields.find("custom")) {
    Fields amounts(*custom, fields.path_of("custom"), fields.error());
    if (fields.failed()) return profile;
    for (const auto& [name, amount] : custom->items()) profile.custom[name] = amounts.count(name);
  }
  return profile;
}

/// Calls `read` with the fields of each object in a list; an absent list is empty.
template <typename Read>
void for_each_object(Fields& fields, std::string_view name, Read read) {
  const auto* list = fields.find(name);
  if (list == nullptr) return;
  if (!list->is_array()) {
    fields.fail(name, "is not a list");
    return;
  }
  for (const auto& element : *list) {
    Fields object(element, fields.path_of(name), fields.error());
    read(object);
  }
}

core::AppProgress read_progress(Fields& fields) {
  core::AppProgress progress;
  const auto state = core::app_state_by_name(fields.text("state"));
  if (!state) fields.fail("state", "is no state of an application");
  progress.state = state.value_or(core::AppState::unknown);
  progress.next_executor_id = fields.count("next_executor_id");
  for_each_object(fields, "targets", [&](Fields& target) {
    progress.targets[ProfileId(target.count("profile"))] = target.count("executors");
  });
  for_each_object(fields, "profiles", [&](Fields& object) {
    auto profile = read_profile(object);
    const auto id = profile.id;
    progress.profiles[id] = std::move(profile);
  });
  progress.ended = fields.optional_time("ended_ms");
  return progress;
}

core::ExecutorRecord read_executor(Fields& fields, std::string_view row_id) {
  core::ExecutorRecord executor;
  executor.app = AppId(fields.text("app"));
  executor.id = ExecutorId(fields.count("executor"));
  if (row_id != executor.app.text + "." + std::to_string(executor.id.value))
    fields.fail("executor", "is not the number in the id under which it is kept");
  executor.worker = WorkerId(fields.text("worker"));
  executor.profile = ProfileId(fields.count("profile"));
  executor.cores = fields.count("cores");
  executor.memory_mb = fields.count("memory_mb");
  executor.resources = fields.resources("resources");
  return executor;
}

core::DriverRecord read_driver(Fields& fields) {
  core::DriverRecord driver;
  const auto state = deploy::driver_state_by_name(fields.text("state"));
  if (!state) fields.fail("state", "is no state of a driver");
  driver.state = state.value_or(deploy::DriverState::unknown);
  if (fields.find("worker") != nullptr) driver.worker = WorkerId(fields.text("worker"));
  if (fields.find("worker_address") != nullptr) driver.worker_address = fields.address("worker_address");
  driver.resources = fields.resources("resources");
  driver.exception = fields.text_or_empty("exception");
  driver.submitted = fields.optional_time("submitted_ms").value_or(WallTime{});
  const auto* kill = fields.find("kill_requested");
  driver.kill_requested = kill != nullptr && kill->is_boolean() && kill->get<bool>();
  const auto raw = fields.raw("raw");
  if (fields.failed()) return driver;
  auto description = deploy::driver_description_from_raw(raw);
  if (description)
    driver.description = std::move(*description);
  else
    fields.fail("raw", "holds no DriverDescription: " + description.error().to_string());
  return driver;
}

core::Counters read_counters(Fields& fields) {
  return {fields.count("next_app_number"), fields.count("next_driver_number")};
}

template <typename R>
Record with_id(R record, std::string_view id) {
  record.id.text = std::string(id);
  return record;
}

}  // namespace

void append(core::Recovered& recovered, Record record) {
  std::visit(
      [&](auto&& r) {
        using R = std::decay_t<decltype(r)>;
        if constexpr (std::is_same_v<R, core::WorkerRecord>)
          recovered.workers.push_back(std::move(r));
        else if constexpr (std::is_same_v<R, core::AppRecord>)
          recovered.apps.push_back(std::move(r));
        else if constexpr (std::is_same_v<R, core::AppProgress>)
          recovered.progress.push_back(std::move(r));
        else if constexpr (std::is_same_v<R, core::ExecutorRecord>)
          recovered.executors.push_back(std::move(r));
        else if constexpr (std::is_same_v<R, core::DriverRecord>)
          recovered.drivers.push_back(std::move(r));
        else
          recovered.counters = r;
      },
      std::move(record));
}

Result<Record> record_from_row(std::string_view kind, std::string_view id, std::string_view value) {
  const auto json = nlohmann::json::parse(value, nullptr, false);
  if (json.is_discarded()) return fatal("it is not JSON");
  std::optional<std::string> error;
  Fields fields(json, "", error);
  const auto version = fields.number("version", 1, std::numeric_limits<std::int32_t>::max());
  if (!error && version > record_version)
    return fatal("it was written by a newer Pilotlight (record version " + std::to_string(version) +
                 "; this one reads up to " + std::to_string(record_version) + ")");
  if (kind != "counters" && fields.text("id") != id) fields.fail("id", "is not the id under which it is kept");
  if (error) return fatal(*error);

  const auto record = [&]() -> std::optional<Record> {
    if (kind == "worker") return with_id(read_worker(fields), id);
    if (kind == "app") return with_id(read_app(fields), id);
    if (kind == "progress") return with_id(read_progress(fields), id);
    if (kind == "executor") return read_executor(fields, id);
    if (kind == "driver") return with_id(read_driver(fields), id);
    if (kind == "counters") return read_counters(fields);
    return std::nullopt;
  };
  auto read = record();
  if (error) return fatal(*error);
  if (!read) return fatal("this Pilotlight knows no records of its kind");
  return std::move(*read);
}

}  // namespace pilotlight::recovery
