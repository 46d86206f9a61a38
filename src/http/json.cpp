#include "http/json.hpp"

#include "deploy/types.hpp"
#include "http/cluster_json.hpp"
#include "http/json_writer.hpp"
#include "http/spark_format.hpp"
#include "http/totals.hpp"

namespace pilotlight::http {
namespace {

std::int64_t milliseconds(WallTime time) { return time.time_since_epoch().count(); }

/// One value in `resources` objects; `addresses_of(name)` picks all, used or free ones.
template <typename AddressesOf>
void write_resources(JsonWriter& json, const deploy::Resources& resources, AddressesOf addresses_of) {
  json.begin_object();
  for (const auto& [name, all] : resources) {
    json.key(name);
    json.begin_object();
    json.field("name", name);
    json.key("addresses");
    json.begin_array();
    for (const auto& address : addresses_of(name, all)) json.text(address);
    json.end_array();
    json.end_object();
  }
  json.end_object();
}

using Addresses = std::vector<std::string>;

void write_total_resources(JsonWriter& json, const deploy::Resources& resources) {
  write_resources(json, resources, [](const std::string&, const Addresses& all) -> const Addresses& { return all; });
}

void write_used_resources(JsonWriter& json, const core::WorkerInfo& worker) {
  write_resources(json, worker.record.resources, [&](const std::string& name, const Addresses&) -> Addresses {
    const auto used = worker.resources_used.find(name);
    return used == worker.resources_used.end() ? Addresses{} : used->second;
  });
}

void write_free_resources(JsonWriter& json, const core::WorkerInfo& worker) {
  write_resources(json, worker.record.resources,
                  [&](const std::string& name, const Addresses&) { return free_addresses(worker, name); });
}

void write_worker(JsonWriter& json, const core::WorkerInfo& worker) {
  json.begin_object();
  json.field("id", worker.record.id.text);
  json.field("host", worker.record.host);
  json.field("port", worker.record.port);
  json.field("webuiaddress", worker.record.web_ui_url);
  json.field("cores", worker.record.cores);
  json.field("coresused", worker.cores_used);
  json.field("coresfree", worker.cores_free());
  json.field("memory", worker.record.memory_mb);
  json.field("memoryused", worker.memory_used_mb);
  json.field("memoryfree", worker.memory_free_mb());
  json.key("resources");
  write_total_resources(json, worker.record.resources);
  json.key("resourcesused");
  write_used_resources(json, worker);
  json.key("resourcesfree");
  write_free_resources(json, worker);
  json.field("state", core::to_string(worker.state));
  json.field("lastheartbeat", milliseconds(worker.last_heartbeat_wall));
  json.end_object();
}

void write_requirements(JsonWriter& json, const deploy::ResourceProfile& profile) {
  json.begin_array();
  for (const auto& [name, amount] : profile.custom) {
    json.begin_object();
    json.field("name", name);
    json.field("amount", amount);
    json.end_object();
  }
  json.end_array();
}

void write_app(JsonWriter& json, const core::AppInfo& app, const Now& now) {
  const auto& description = app.record.description;
  json.begin_object();
  json.field("id", app.record.id.text);
  json.field("starttime", milliseconds(app.record.submitted));
  json.field("name", description.name);
  json.field("cores", app.cores_granted);
  json.field("user", description.user);
  json.field("memoryperexecutor", memory_per_executor_mb(app));
  json.field("memoryperslave", memory_per_executor_mb(app));
  json.key("resourcesperexecutor");
  write_requirements(json, description.default_profile);
  json.key("resourcesperslave");
  write_requirements(json, description.default_profile);
  json.field("submitdate", java_date(app.record.submitted, now.utc_offset));
  json.field("state", core::to_string(app.state));
  json.field("duration", duration_of(app, now).count());
  json.end_object();
}

void write_driver(JsonWriter& json, const core::DriverInfo& driver, const Now& now) {
  const auto& record = driver.record;
  json.begin_object();
  json.field("id", record.id.text);
  json.field("starttime", std::to_string(milliseconds(record.submitted)));
  json.field("state", deploy::to_string(record.state));
  json.field("cores", record.description.cores);
  json.field("memory", record.description.memory_mb);
  json.key("resources");
  write_total_resources(json, record.resources);
  json.field("submitdate", java_date(record.submitted, now.utc_offset));
  json.field("worker", record.worker ? std::string_view(record.worker->text) : "None");
  json.field("mainclass", record.description.main_class);
  json.end_object();
}

/// What the fields are written from.
struct Source {
  const core::State& state;
  const Now& now;
  const Totals totals;
  const replica::Cluster& cluster;
};

template <typename List, typename Write>
void write_list(JsonWriter& json, const List& list, Write write) {
  json.begin_array();
  for (const auto& element : list) write(element);
  json.end_array();
}

template <typename WriteWorker>
void write_alive_workers(JsonWriter& json, const Source& source, WriteWorker write) {
  json.begin_array();
  for (const auto& [id, worker] : source.state.workers)
    if (worker.state == core::WorkerState::alive) write(worker);
  json.end_array();
}

struct Field {
  std::string_view name;
  void (*write)(JsonWriter& json, const Source& source);
};

/// The document: its keys in Spark's order.
constexpr Field fields[] = {
    {"url", [](JsonWriter& json, const Source& s) { json.text(s.state.master_url()); }},
    {"workers",
     [](JsonWriter& json, const Source& s) {
       write_list(json, all_workers(s.state), [&](const auto* worker) { write_worker(json, *worker); });
     }},
    {"aliveworkers", [](JsonWriter& json, const Source& s) { json.number(s.totals.workers); }},
    {"cores", [](JsonWriter& json, const Source& s) { json.number(s.totals.cores); }},
    {"coresused", [](JsonWriter& json, const Source& s) { json.number(s.totals.cores_used); }},
    {"memory", [](JsonWriter& json, const Source& s) { json.number(s.totals.memory_mb); }},
    {"memoryused", [](JsonWriter& json, const Source& s) { json.number(s.totals.memory_used_mb); }},
    {"resources",
     [](JsonWriter& json, const Source& s) {
       write_alive_workers(json, s, [&](const auto& worker) { write_total_resources(json, worker.record.resources); });
     }},
    {"resourcesused",
     [](JsonWriter& json, const Source& s) {
       write_alive_workers(json, s, [&](const auto& worker) { write_used_resources(json, worker); });
     }},
    {"activeapps",
     [](JsonWriter& json, const Source& s) {
       write_list(json, s.state.apps, [&](const auto& entry) { write_app(json, entry.second, s.now); });
     }},
    {"completedapps",
     [](JsonWriter& json, const Source& s) {
       write_list(json, s.state.completed_apps, [&](const auto& app) { write_app(json, app, s.now); });
     }},
    {"activedrivers",
     [](JsonWriter& json, const Source& s) {
       write_list(json, s.state.drivers, [&](const auto& entry) { write_driver(json, entry.second, s.now); });
     }},
    {"completeddrivers",
     [](JsonWriter& json, const Source& s) {
       write_list(json, s.state.completed_drivers, [&](const auto& driver) { write_driver(json, driver, s.now); });
     }},
    {"status", [](JsonWriter& json, const Source& s) { json.text(status_of(s.state, s.cluster)); }},
};

/// Calls `write` with what may be shown: of a STANDBY, only who it is.
template <typename Write>
std::string document(const core::State& state, const Now& now, const replica::Cluster& cluster, Write write) {
  core::State nothing;
  const bool standby = state.recovery == core::RecoveryState::standby;
  if (standby) nothing.settings = state.settings;
  const auto& shown = standby ? nothing : state;
  JsonWriter json;
  json.begin_object();
  write(json, Source{shown, now, totals_of(shown), cluster});
  json.end_object();
  return json.take();
}

/// Whole percent, rounded down; nothing at all counts as fully used, as in Spark.
std::int64_t percent(std::int64_t used, std::int64_t total) { return total == 0 ? 100 : 100 * used / total; }

}  // namespace

std::string master_json(const core::State& state, const Now& now, const replica::Cluster& cluster) {
  return document(state, now, cluster, [&](JsonWriter& json, const Source& source) {
    for (const auto& field : fields) {
      json.key(field.name);
      field.write(json, source);
    }
    write_cluster_fields(json, cluster);
  });
}

std::string master_json_field(const core::State& state, const Now& now, std::string_view name,
                              const replica::Cluster& cluster) {
  return document(state, now, cluster, [&](JsonWriter& json, const Source& source) {
    if (cluster.elected && (name == "epoch" || name == "leader" || name == "failovers" || name == "masters"))
      return write_cluster_fields(json, cluster);
    json.key(name);
    for (const auto& field : fields)
      if (field.name == name) return field.write(json, source);
    json.text("");
  });
}

std::string cluster_utilization_json(const core::State& state) {
  return document(state, Now{}, {}, [](JsonWriter& json, const Source& source) {
    std::int64_t waiting = 0;
    for (const auto& [id, driver] : source.state.drivers)
      if (driver.record.state == deploy::DriverState::submitted) ++waiting;
    const auto& totals = source.totals;
    json.field("waitingDrivers", waiting);
    json.field("cores", totals.cores);
    json.field("coresused", totals.cores_used);
    json.field("coresutilization", percent(totals.cores_used, totals.cores));
    json.field("memory", totals.memory_mb);
    json.field("memoryused", totals.memory_used_mb);
    json.field("memoryutilization", percent(totals.memory_used_mb, totals.memory_mb));
  });
}

}  // namespace pilotlight::http
