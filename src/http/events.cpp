#include "http/events.hpp"

namespace pilotlight::http {
namespace {

constexpr auto pause = std::chrono::milliseconds(500);
constexpr auto silence = std::chrono::seconds(15);

/// What pages show of the masters and what changes without an event of the core.
std::string text_of(const replica::Cluster& cluster) {
  std::string text = cluster.leader + '|' + cluster.zookeeper + '|' + cluster.held + '|' +
                     std::to_string(cluster.epoch.value) + '|' + std::to_string(cluster.flights.size());
  for (const auto& member : cluster.members)
    text += '|' + member.url + (member.leads ? 'l' : 's') + (member.linked ? '+' : '-') +
            (member.complete ? '+' : '-') + (member.voter ? '+' : '-');
  return text;
}

}  // namespace

Response Events::follow() {
  look();
  if (!ticking_) {
    ticking_ = true;
    told_ = number_;
    told_at_ = master_.now().instant;
    master_.after(pause, [this] { tick(); });
  }
  Response response{200, "text/event-stream;charset=utf-8", "retry: 1000\n\n" + event(), ""};
  response.stream = true;
  return response;
}

void Events::tick() {
  ticking_ = master_.stats().streams > 0;
  if (!ticking_) return;
  const auto now = master_.now().instant;
  if (look() != told_) {
    told_ = number_;
    told_at_ = now;
    master_.publish(event());
  } else if (now >= told_at_ + silence) {
    told_at_ = now;
    master_.publish(": nothing new\n\n");
  }
  master_.after(pause, [this] { tick(); });
}

std::uint64_t Events::look() {
  auto masters = text_of(master_.cluster(master_.now()));
  if (seen_ != master_.revision() || masters != masters_) ++number_;
  seen_ = master_.revision();
  masters_ = std::move(masters);
  return number_;
}

std::string Events::event() const { return "event: cluster\ndata: {\"revision\":" + std::to_string(number_) + "}\n\n"; }

}  // namespace pilotlight::http
