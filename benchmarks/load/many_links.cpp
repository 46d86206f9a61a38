#include "load/many_links.hpp"

#include <algorithm>
#include <utility>

namespace pilotlight::load {

ManyLinks::ManyLinks(EventLoop& loop, const std::vector<Target>& masters, deploy::Address self, Tally& tally)
    : loop_(loop), masters_(masters), self_(std::move(self)), tally_(tally), opened_(masters.size()) {}

ManyLinks::~ManyLinks() = default;

void ManyLinks::open(std::size_t master) {
  auto& link = opened_[master] = std::make_unique<Link>(*this, masters_[master], true);
  link->master = master;
  link->connect();
}

void ManyLinks::greet_all() {
  for (std::size_t i = 0; i < masters_.size(); ++i) {
    if (opened_[i] && opened_[i]->verified())
      greet(*opened_[i]);
    else if (!opened_[i])
      open(i);
  }
}

void ManyLinks::adopt(int socket) {
  adopted_.push_back(std::make_unique<Link>(*this, masters_.front(), false));
  adopted_.back()->adopt(socket);
}

void ManyLinks::lost(Link& link) {
  for (auto* links : {&opened_, &adopted_}) {
    const auto found = std::find_if(links->begin(), links->end(), [&](const auto& one) { return one.get() == &link; });
    if (found == links->end()) continue;
    broken_.push_back(std::move(*found));
    if (links == &adopted_) adopted_.erase(found);
    break;
  }
  if (&link != followed_) return;
  followed_ = nullptr;
  if (when_lost) when_lost();
  leader_lost();
}

bool ManyLinks::follow(Link& link, const deploy::Address& master) {
  const auto found =
      std::find_if(masters_.begin(), masters_.end(), [&](const Target& t) { return t.master == master; });
  if (found == masters_.end()) {
    complain("told to follow " + deploy::to_string(master) + ", which is no master of this run");
    return false;
  }
  link.retarget(*found);
  link.master = static_cast<std::size_t>(found - masters_.begin());
  followed_ = &link;
  if (std::exchange(leader_, link.master) != link.master && when_followed) when_followed(leader_);
  return true;
}

}  // namespace pilotlight::load
