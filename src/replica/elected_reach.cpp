// A standby's connections: it opens those over which it will call workers and drivers when it leads.
//
// Whoever registered while this standby ran has made one itself. After masters were restarted one by one nobody has,
// and a failover would begin with as many connects as there are workers.
#include "replica/elected.hpp"

namespace pilotlight::replica {
namespace {

constexpr std::size_t rows_at_once = 256;
constexpr auto rows_pause = std::chrono::milliseconds(100);
constexpr auto round_pause = std::chrono::seconds(1);

}  // namespace

void Replica::Elected::keep_in_reach(const Now& now) {
  if (replica_.leading_ || taking_over_ || reading_ || leaving_ || !mirror_.complete() || now.instant < reach_at_)
    return;
  reach_at_ = now.instant + rows_pause;
  const auto& rows = mirror_.rows();
  auto row = rows.upper_bound(reached_);
  for (std::size_t looked = 0; row != rows.end() && looked < rows_at_once; ++row, ++looked) {
    reached_ = row->first;
    const auto* peer = living_peer(row->second);
    if (peer != nullptr && !waiting_.connections().contains(deploy::to_string(*peer)))
      replica_.outputs_.emplace_back(Reach{*peer});
  }
  if (row != rows.end()) return;
  reached_ = {};
  reach_at_ = now.instant + round_pause;
}

/// The worker or driver that the record is about; nullptr for other records and for applications that have ended.
const deploy::Address* Replica::Elected::living_peer(const recovery::MirrorRow& row) const {
  if (!row.record) return nullptr;
  if (const auto* worker = std::get_if<core::WorkerRecord>(&*row.record)) return &worker->ref.address;
  const auto* app = std::get_if<core::AppRecord>(&*row.record);
  if (app == nullptr) return nullptr;
  const auto* progress = mirror_.find("progress", app->id.text);
  const auto* known = progress == nullptr || !progress->second.record
                          ? nullptr
                          : std::get_if<core::AppProgress>(&*progress->second.record);
  const bool ended = known != nullptr && known->ended.has_value();
  return ended ? nullptr : &app->driver.address;
}

}  // namespace pilotlight::replica
