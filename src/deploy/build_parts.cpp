#include "base/assert.hpp"
#include "deploy/build.hpp"
#include "deploy/raw.hpp"

namespace pilotlight::deploy {

using javaser::Null;
using javaser::ObjectNode;
using javaser::Value;

namespace {

/// Receivers use the reference's timeout for what they ask of us: Spark's default (spec §2.6).
constexpr std::int64_t ask_timeout_s = 120;
constexpr std::string_view ask_timeout_property = "spark.rpc.askTimeout";
/// What Spark 3.3's references carry besides; they are its defaults.
constexpr std::int32_t max_retries = 3;
constexpr std::int64_t retry_wait_ms = 3'000;

/// Lines of one Spark release: its own exceptions are the same on both sides. 3.4 and 3.5, 4.1 and 4.2 speak alike
/// but differ in SparkException and its kin.
bool is_one_release(Dialect dialect) {
  return dialect == Dialect::spark_3_3 || dialect == Dialect::spark_4_0 || dialect == Dialect::spark_4_3;
}

Class java_class(std::string_view name) {
  for (const Class known : {Class::java_io_exception, Class::java_runtime_exception})
    if (name == class_name(known)) return known;
  return Class::java_exception;
}

}  // namespace

Value Build::address(const Address& address) {
  return object(Class::rpc_address, {{"port", address.port}, {"host", text(address.host)}});
}

Value Build::ref(const EndpointRef& ref) {
  javaser::EnumNode* seconds = graph_.enum_constant(descriptors_[Class::java_time_unit], "SECONDS");
  const Value timeout = object(
      Class::rpc_timeout, {{"duration", object(Class::finite_duration, {{"length", ask_timeout_s}, {"unit", seconds}})},
                           {"timeoutProp", text(ask_timeout_property)}});
  const Value endpoint =
      object(Class::rpc_endpoint_address, {{"name", text(ref.name)},
                                           {"rpcAddress", address(ref.address)},
                                           {"toString", text("spark://" + ref.name + "@" + to_string(ref.address))}});
  if (dialect_ == Dialect::spark_3_3)
    return object(Class::netty_rpc_endpoint_ref, {{"maxRetries", max_retries},
                                                  {"retryWaitMs", retry_wait_ms},
                                                  {"defaultAskTimeout", timeout},
                                                  {"endpointAddress", endpoint}});
  return object(Class::netty_rpc_endpoint_ref, {{"defaultAskTimeout", timeout}, {"endpointAddress", endpoint}});
}

Value Build::resources(const Resources& resources) {
  std::vector<std::pair<Value, Value>> entries;
  for (const auto& [name, addresses] : resources)
    entries.emplace_back(text(name), object(Class::resource_information,
                                            {{"addresses", string_array(addresses)}, {"name", text(name)}}));
  return map(entries);
}

Value Build::executor_state(ExecutorState state) {
  return enumeration(Class::executor_state, static_cast<std::uint8_t>(state));
}

Value Build::driver_state(DriverState state) {
  return enumeration(Class::driver_state, static_cast<std::uint8_t>(state));
}

Value Build::exception(const Exception& exception) {
  if (exception.raw) {
    const Value peers_own = embed(exception.raw);
    if (holds_only_java_classes(peers_own) || (exception.dialect == dialect_ && is_one_release(dialect_)))
      return peers_own;
  }
  const Class id = java_class(exception.class_name);
  // The class that cannot be sent is said in words.
  const std::string message =
      class_name(id) == exception.class_name ? exception.message : exception.class_name + ": " + exception.message;
  ObjectNode* node = object(id, {{"cause", Null{}},
                                 {"detailMessage", text(message)},
                                 {"stackTrace", graph_.array(descriptors_[Class::stack_trace])},
                                 {"suppressedExceptions", Null{}}});
  node->fields.front() = node;  // its own cause: Java's way to say that there is none
  return node;
}

Value Build::executor_description(const ExecutorDescription& description) {
  const Value app = text(description.app.text);
  const Value state = executor_state(description.state);
  if (!has_profiles())
    return object(
        Class::executor_description,
        {{"cores", description.cores}, {"execId", description.executor.value}, {"appId", app}, {"state", state}});
  return object(Class::executor_description, {{"cores", description.cores},
                                              {"execId", description.executor.value},
                                              {"memoryMb", description.memory_mb.value_or(0)},
                                              {"rpId", description.profile.value},
                                              {"appId", app},
                                              {"state", state}});
}

Value Build::resource_profile(const ResourceProfile& profile) {
  std::vector<std::pair<Value, Value>> executor;
  const auto request = [&](std::string_view name, std::int32_t amount) {
    executor.emplace_back(text(name),
                          object(Class::executor_resource_request, {{"amount", static_cast<std::int64_t>(amount)},
                                                                    {"discoveryScript", text("")},
                                                                    {"resourceName", text(name)},
                                                                    {"vendor", text("")}}));
  };
  if (profile.cores) request("cores", *profile.cores);
  if (profile.memory_mb) request("memory", *profile.memory_mb);
  for (const auto& [name, amount] : profile.custom) request(name, amount);
  const Value task =
      map({{text("cpus"), object(Class::task_resource_request, {{"amount", 1.0}, {"resourceName", text("cpus")}})}});
  return object(Class::resource_profile, {{"_coresLimitKnown", false},
                                          {"_id", profile.id.value},
                                          {"_executorResourceSlotsPerAddr", none()},
                                          {"_limitingResource", none()},
                                          {"_maxTasksPerExecutor", none()},
                                          {"executorResources", map(executor)},
                                          {"taskResources", task}});
}

}  // namespace pilotlight::deploy
