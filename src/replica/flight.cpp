#include "replica/flight.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "election/json.hpp"

namespace pilotlight::replica {
namespace {

using json = nlohmann::ordered_json;
using Phase = std::optional<Duration> Flight::Phases::*;

constexpr std::array<std::pair<const char*, Phase>, 6> phases = {
    {{"claimed", &Flight::Phases::claimed},
     {"state_ready", &Flight::Phases::state_ready},
     {"first_worker", &Flight::Phases::first_worker},
     {"all_workers", &Flight::Phases::all_workers},
     {"all_applications", &Flight::Phases::all_applications},
     {"first_launch", &Flight::Phases::first_launch}}};

double milliseconds(Duration duration) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(duration).count()) / 1000;
}

}  // namespace

std::string to_json(const Flight& flight) {
  json object{{"epoch", flight.epoch.value},
              {"leader", flight.leader},
              {"previous", flight.previous},
              {"cause", flight.cause},
              {"at", flight.at.time_since_epoch().count()}};
  auto& times = object["phases_ms"] = json::object();
  for (const auto& [name, phase] : phases)
    if (const auto& duration = flight.phases.*phase) times[name] = milliseconds(*duration);
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Flight> flight_from_json(std::string_view text) {
  if (election::nests_too_deep(text)) return std::nullopt;
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  const auto text_of = [&](const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto epoch = object.find("epoch");
  const auto at = object.find("at");
  if (epoch == object.end() || !epoch->is_number_unsigned() || at == object.end() || !at->is_number_integer())
    return std::nullopt;
  Flight flight;
  flight.epoch = Epoch(epoch->get<std::uint64_t>());
  flight.leader = text_of("leader");
  flight.previous = text_of("previous");
  flight.cause = text_of("cause");
  flight.at = WallTime(std::chrono::milliseconds(at->get<std::int64_t>()));
  if (const auto times = object.find("phases_ms"); times != object.end() && times->is_object()) {
    for (const auto& [name, phase] : phases) {
      const auto found = times->find(name);
      if (found == times->end() || !found->is_number()) continue;
      const double ms = found->get<double>();
      if (std::isfinite(ms) && std::abs(ms) < 1e12)
        flight.phases.*phase = std::chrono::microseconds(std::llround(ms * 1000));
    }
  }
  return flight;
}

std::string to_sentence(const Flight& flight) {
  constexpr std::array<const char*, 6> words = {"epoch won",   "state ready",      "first worker",
                                                "all workers", "all applications", "first launch"};
  std::string sentence = "Epoch " + std::to_string(flight.epoch.value) + " of " + flight.leader;
  if (!flight.previous.empty()) sentence += " after " + flight.previous;
  sentence += " (" + flight.cause + "):";
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const auto& duration = flight.phases.*phases[i].second;
    if (!duration) continue;
    char number[40];
    std::snprintf(number, sizeof number, " %.1f ms,", milliseconds(*duration));
    sentence += std::string(" ") + words[i] + number;
  }
  sentence.back() = '.';
  return sentence;
}

}  // namespace pilotlight::replica
