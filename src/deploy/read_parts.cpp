#include "deploy/raw.hpp"
#include "deploy/read.hpp"
#include "deploy/scala_read.hpp"

namespace pilotlight::deploy {

using javaser::Value;

namespace {

constexpr std::uint8_t executor_states = 7;
constexpr std::uint8_t driver_states = 8;
constexpr std::string_view driver_wrapper = "org.apache.spark.deploy.worker.DriverWrapper";
/// Arguments of DriverWrapper: the worker's URL, the user's jar, the user's main class, and then the user's own.
constexpr std::size_t main_class_argument = 2;

std::int32_t read_port(const Fields& from) {
  const std::int32_t port = from.int32("port");
  if (port < 0 || port > 65'535) from.fail("port", "is " + std::to_string(port) + ", not 0 to 65535");
  return port;
}

/// Resource names that the executor's own process takes; all others are custom resources (spec §3.6).
bool is_built_in(std::string_view name) {
  return name == "cores" || name == "memory" || name == "memoryOverhead" || name == "pyspark.memory" ||
         name == "offHeap";
}

std::vector<ResourceRequirement> read_requirements(const Fields& from, std::string_view field) {
  std::vector<ResourceRequirement> requirements;
  for (const Value& value : from.sequence(field)) {
    if (from.decoding().failed()) break;
    const Fields requirement = from.object_in(field, value, Class::resource_requirement);
    requirements.push_back({requirement.text("resourceName"), requirement.int32("amount")});
  }
  return requirements;
}

}  // namespace

void check_host(const Fields& from, std::string_view field, const std::string& host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (host.empty() || (!bracketed && host.find_first_of(":[]") != std::string::npos))
    from.fail(field, "is no host name, IPv4 address or IPv6 address in brackets");
}

Address read_address(const Fields& from, std::string_view field) {
  const Fields address = from.object(field, Class::rpc_address);
  return {address.text("host"), read_port(address)};
}

std::optional<Address> read_host_port(const Fields& from, std::string_view field, const std::string& text) {
  auto address = parse_address(text);
  if (!address) from.fail(field, "is no host:port");
  return address;
}

EndpointRef read_ref(const Fields& from, std::string_view field) {
  const Fields ref = from.object(field, Class::netty_rpc_endpoint_ref);
  const Fields address = ref.object("endpointAddress", Class::rpc_endpoint_address);
  return {address.text("name"), read_address(address, "rpcAddress")};
}

Resources read_resources(const Fields& from, std::string_view field) {
  Resources resources;
  for (const auto& [key, value] : from.entries(field)) {
    if (from.decoding().failed()) break;
    const Fields information = from.object_in(field, value, Class::resource_information);
    auto& addresses = resources[from.text_in(field, key)];
    const Value* array = information.object() ? information.object()->field("addresses") : nullptr;
    const auto* node = array ? std::get_if<const javaser::ArrayNode*>(array) : nullptr;
    if (!node || !*node) {
      information.fail("addresses", array && is_null(*array) ? "is null" : "is no String array");
      break;
    }
    for (const Value& address : (*node)->items) {
      if (!from.decoding().charge(sizeof(std::string))) break;
      addresses.push_back(information.text_in("addresses", address));
    }
  }
  return resources;
}

ExecutorState read_executor_state(const Fields& from, std::string_view field) {
  return static_cast<ExecutorState>(from.enumeration(field, Class::executor_state, executor_states));
}

DriverState read_driver_state(const Fields& from, std::string_view field) {
  return static_cast<DriverState>(from.enumeration(field, Class::driver_state, driver_states));
}

ResourceProfile read_resource_profile(const Fields& profile) {
  ResourceProfile read;
  read.id = ProfileId(profile.int32("_id"));
  for (const auto& [key, value] : profile.entries("executorResources")) {
    if (profile.decoding().failed()) break;
    const std::string name = profile.text_in("executorResources", key);
    const Fields request = profile.object_in("executorResources", value, Class::executor_resource_request);
    const std::int32_t amount = request.int32_of_long("amount");
    if (name == "cores") read.cores = amount;
    if (name == "memory") read.memory_mb = amount;
    if (!is_built_in(name)) read.custom[name] = amount;
  }
  return read;
}

ExecutorDescription read_executor_description(const Fields& description) {
  ExecutorDescription read;
  read.app = AppId(description.text("appId"));
  read.executor = ExecutorId(description.int32("execId"));
  read.cores = description.int32("cores");
  read.state = read_executor_state(description, "state");
  if (description.has("rpId")) read.profile = ProfileId(description.int32("rpId"));
  if (description.has("memoryMb")) read.memory_mb = description.int32("memoryMb");
  return read;
}

ApplicationDescription read_application_description(const Fields& from, std::string_view field, const Value& value) {
  const Fields description = from.object_in(field, value, Class::application_description);
  ApplicationDescription read;
  read.name = description.text("name");
  read.user = description.text("user");
  read.app_ui_url = description.text_or_empty("appUiUrl");
  read.max_cores = description.optional_int32("maxCores");
  read.initial_executor_limit = description.optional_int32("initialExecutorLimit");
  if (const auto held = description.option("eventLogDir")) {
    const javaser::ObjectNode* uri = javaser::object_of(*held);
    const Value* text = uri && uri->desc->name == "java.net.URI" ? uri->field("string") : nullptr;
    if (text) {
      read.event_log_dir = description.text_in("eventLogDir", *text);
    } else {
      description.fail("eventLogDir", "is no java.net.URI");
    }
  }
  static_cast<void>(description.object("command", Class::command));  // only echoed, but it must be there
  if (description.has("defaultProfile")) {
    read.default_profile = read_resource_profile(description.object("defaultProfile", Class::resource_profile));
  } else {  // Spark 3.3 has no profiles: what other lines say in the default one stands in three fields of its own
    read.default_profile.memory_mb = description.int32("memoryPerExecutorMB");
    read.default_profile.cores = description.optional_int32("coresPerExecutor");
    for (const auto& requirement : read_requirements(description, "resourceReqsPerExecutor"))
      read.default_profile.custom[requirement.name] = requirement.amount;
  }
  for (const Dialect dialect : all_dialects)
    if ((from.decoding().evidence().dialects & set_of(dialect)) != 0) read.dialect = dialect;
  read.raw = raw_of(value, from, field);
  return read;
}

DriverDescription read_driver_description(const Fields& from, std::string_view field, const Value& value) {
  const Fields description = from.object_in(field, value, Class::driver_description);
  DriverDescription read;
  read.jar_url = description.text("jarUrl");
  read.memory_mb = description.int32("mem");
  read.cores = description.int32("cores");
  read.supervise = description.flag("supervise");
  const Fields command = description.object("command", Class::command);
  const auto arguments = command.texts("arguments");
  if (command.text("mainClass") == driver_wrapper && arguments.size() > main_class_argument)
    read.main_class = arguments[main_class_argument];
  read.java_opts = command.texts("javaOpts");
  read.resources = read_requirements(description, "resourceReqs");
  read.scala = from.decoding().evidence().scala.value_or(Scala::v2_12);
  read.raw = raw_of(value, from, field);
  return read;
}

}  // namespace pilotlight::deploy
