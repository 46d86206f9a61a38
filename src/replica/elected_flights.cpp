// The flight recorder's hand: opens, fills, keeps and spreads the records of failovers.
#include <algorithm>

#include "replica/elected.hpp"

namespace pilotlight::replica {
namespace {

constexpr auto longest_flight = std::chrono::seconds(60);

std::string path_of(const recovery::ZkLayout& layout, Epoch epoch) {
  return layout.root() + "/failovers/" + std::to_string(epoch.value);
}

bool launches(const core::Output& output) {
  const auto* send = std::get_if<core::Send>(&output);
  const auto* to_worker = send == nullptr ? nullptr : std::get_if<deploy::ToWorker>(&send->message);
  return to_worker != nullptr && (std::holds_alternative<deploy::LaunchExecutor>(*to_worker) ||
                                  std::holds_alternative<deploy::LaunchDriver>(*to_worker));
}

}  // namespace

void Replica::Elected::open_flight(const Now& now, const election::Elected& won) {
  flight_ = Flight{};
  flight_->epoch = won.record.epoch;
  flight_->leader = won.record.leader.url();
  if (won.previous.known() && won.previous.nonce != won.record.leader.nonce) flight_->previous = won.previous.url();
  flight_->cause = won.record.cause;
  flight_->at = now.wall;
  flight_noticed_ = won.noticed;
  flight_closes_ = now.instant + longest_flight;
  flight_->phases.claimed = now.instant - won.noticed;
}

void Replica::Elected::observe(const Now& now, const core::Effects& effects) {
  if (!flight_ || !replica_.leading_) return;
  auto& phases = flight_->phases;
  const auto since = now.instant - flight_noticed_;
  const auto awaited = replica_.core_.awaited();
  if (!phases.first_worker && awaited.workers < awaited_workers_) phases.first_worker = since;
  const bool began = phases.state_ready.has_value();
  if (began && !phases.all_workers && awaited.workers == 0) phases.all_workers = since;
  if (began && !phases.all_applications && awaited.applications == 0) phases.all_applications = since;
  if (!phases.first_launch && std::any_of(effects.outputs.begin(), effects.outputs.end(), launches))
    phases.first_launch = since;
  if (phases.all_workers && phases.all_applications) record_flight(true);
}

void Replica::Elected::record_flight(bool last) {
  const std::string json = to_json(*flight_);
  const std::string path = path_of(layout_, flight_->epoch);
  if (!last) {
    ask_fenced(zk::Create{path, json, false, false});
    if (misses_flight_before(flight_->epoch)) flights_read_ = false;
  } else {
    ask_fenced(zk::Set{path, json, zk::any_version});
    replica_.log(core::LogLevel::info, to_sentence(*flight_));
  }
  broadcast(election::FlightRecorded{json});
  if (!last) return;
  keep_flight(*flight_);
  flight_.reset();
}

/// Who stood still or was cut off has not heard what the others were told meanwhile: settle() reads again.
bool Replica::Elected::misses_flight_before(Epoch epoch) const {
  return epoch.value > 1 && flights_.size() < replica_.settings_.retained_flights &&
         std::none_of(flights_.begin(), flights_.end(),
                      [&](const auto& known) { return known.epoch.value + 1 == epoch.value; });
}

void Replica::Elected::keep_flight(Flight flight) {
  const auto same =
      std::find_if(flights_.begin(), flights_.end(), [&](const auto& known) { return known.epoch == flight.epoch; });
  if (same != flights_.end()) {
    *same = std::move(flight);
    return;
  }
  const auto place = std::upper_bound(flights_.begin(), flights_.end(), flight.epoch,
                                      [](Epoch epoch, const Flight& other) { return epoch < other.epoch; });
  flights_.insert(place, std::move(flight));
  if (flights_.size() <= replica_.settings_.retained_flights) return;
  if (replica_.leading_) ask_fenced(zk::Delete{path_of(layout_, flights_.front().epoch), zk::any_version});
  flights_.pop_front();
}

void Replica::Elected::read_flights() {
  flights_read_ = true;
  ask(zk::Children{layout_.root() + "/failovers", false}, [this](const Now&, const zk::Answered& list) {
    if (list.code != zk::Code::ok) {
      flights_read_ = false;
      return;
    }
    for (const auto& name : list.children)
      ask(zk::Get{layout_.root() + "/failovers/" + name, false}, [this](const Now&, const zk::Answered& read) {
        if (read.code != zk::Code::ok) return;
        auto flight = flight_from_json(read.data);
        if (flight && !(flight_ && flight_->epoch == flight->epoch)) keep_flight(std::move(*flight));
      });
  });
}

}  // namespace pilotlight::replica
