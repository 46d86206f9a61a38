#include "deploy/types.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace pilotlight::deploy {
namespace {

constexpr std::array<std::string_view, 5> dialect_names = {"3.3", "3.4/3.5", "4.0", "4.1/4.2", "4.3"};
constexpr std::array<std::string_view, 7> executor_state_names = {"LAUNCHING", "RUNNING", "KILLED",        "FAILED",
                                                                  "LOST",      "EXITED",  "DECOMMISSIONED"};
constexpr std::array<std::string_view, 8> driver_state_names = {"SUBMITTED", "RUNNING", "FINISHED", "RELAUNCHING",
                                                                "UNKNOWN",   "KILLED",  "FAILED",   "ERROR"};

struct ServedVersion {
  std::string_view version;
  Dialect dialect;
};
constexpr ServedVersion served[] = {
    {"3.3", Dialect::spark_3_3}, {"3.4", Dialect::spark_3_4}, {"3.5", Dialect::spark_3_4}, {"4.0", Dialect::spark_4_0},
    {"4.1", Dialect::spark_4_1}, {"4.2", Dialect::spark_4_1}, {"4.3", Dialect::spark_4_3}};

template <typename Enum, std::size_t size>
std::optional<Enum> by_name(const std::array<std::string_view, size>& names, std::string_view name) {
  for (std::size_t i = 0; i < size; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

Scala scala_of(Dialect dialect) { return dialect < Dialect::spark_4_0 ? Scala::v2_12 : Scala::v2_13; }

std::string_view name_of(Dialect dialect) { return dialect_names[static_cast<std::size_t>(dialect)]; }

std::optional<Dialect> dialect_by_name(std::string_view name) { return by_name<Dialect>(dialect_names, name); }

std::optional<Dialect> dialect_of_version(std::string_view version) {
  const auto dot = version.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto end = version.find_first_not_of("0123456789", dot + 1);
  if (end != std::string_view::npos && version[end] != '.' && version[end] != '-') return std::nullopt;
  for (const auto& [line, dialect] : served)
    if (version.substr(0, end) == line) return dialect;
  return std::nullopt;
}

std::string_view served_versions() {
  static const std::string text = [] {
    std::string all;
    for (const auto& [line, dialect] : served) all.append(all.empty() ? "" : ", ").append(line);
    return all;
  }();
  return text;
}

std::string to_string(const Address& address) { return address.host + ":" + std::to_string(address.port); }

std::optional<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (!bracketed && host.find_first_of(":[]") != std::string_view::npos) return std::nullopt;
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return Address{std::string(host), port};
}

std::string_view to_string(ExecutorState state) { return executor_state_names[static_cast<std::size_t>(state)]; }
std::string_view to_string(DriverState state) { return driver_state_names[static_cast<std::size_t>(state)]; }

std::optional<ExecutorState> executor_state_by_name(std::string_view name) {
  return by_name<ExecutorState>(executor_state_names, name);
}
std::optional<DriverState> driver_state_by_name(std::string_view name) {
  return by_name<DriverState>(driver_state_names, name);
}

bool is_finished(ExecutorState state) {
  return state == ExecutorState::killed || state == ExecutorState::failed || state == ExecutorState::lost ||
         state == ExecutorState::exited;
}

bool is_final(DriverState state) {
  return state == DriverState::finished || state == DriverState::killed || state == DriverState::failed ||
         state == DriverState::error;
}

}  // namespace pilotlight::deploy
