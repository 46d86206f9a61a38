#include "load/watchman.hpp"

#include "base/assert.hpp"

namespace pilotlight::load {

double Watchman::seconds(Instant at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }

Watchman::Watchman(std::size_t peers, std::size_t masters)
    : follows_(peers, masters), of_(masters + 1), settled_(masters) {
  of_[masters] = peers;
}

void Watchman::note_begin(Instant at) {
  if (begun_ == Instant{}) begun_ = at;
}

void Watchman::lost(Instant at) {
  note_begin(at);
  ++lost_;
  last_lost_ = at;
}

void Watchman::followed(std::size_t peer, std::size_t master, Instant at) {
  note_begin(at);
  --of_[follows_[peer]];
  ++of_[follows_[peer] = master];
  followed_at_.push_back(at);
}

bool Watchman::complete() const {
  if (follows_.empty()) return false;
  const std::size_t master = follows_.front();
  return master != settled_ && master + 1 < of_.size() && of_[master] == follows_.size();
}

Figures Watchman::settle(const std::vector<Target>& masters, std::string_view event) {
  PILOTLIGHT_ASSERT(complete());
  settled_ = follows_.front();
  std::vector<double> told;
  for (const Instant at : followed_at_) told.push_back(std::chrono::duration<double, std::milli>(at - begun_).count());
  Figures figures;
  figures.put("scenario", "failover").put("event", event);
  figures.put("master", deploy::to_string(masters[settled_].master));
  figures.put("peers", static_cast<double>(follows_.size())).put("lost", static_cast<double>(lost_));
  figures.put("first_noticed_at_s", seconds(begun_)).put("last_lost_at_s", lost_ > 0 ? seconds(last_lost_) : 0);
  figures.put("first_followed_at_s", seconds(followed_at_.front()));
  figures.put("last_followed_at_s", seconds(followed_at_.back()));
  figures.put_spread("followed", told);
  begun_ = {};
  lost_ = 0;
  followed_at_.clear();
  return figures;
}

}  // namespace pilotlight::load
