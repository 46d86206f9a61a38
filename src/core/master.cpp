#include "core/master.hpp"

#include "base/assert.hpp"
#include "core/indexes.hpp"
#include "core/invariants.hpp"
#include "core/step.hpp"

namespace pilotlight::core {

Master::Master(Settings settings) : indexes_(std::make_unique<Indexes>(settings)) {
  state_.settings = std::move(settings);
}
Master::~Master() = default;
Master::Master(Master&&) noexcept = default;
Master& Master::operator=(Master&&) noexcept = default;

Effects Master::step(const Event& event) {
  Step step(state_, *indexes_, event.now);
  step.notice_pause();
  std::visit([&](const auto& what) { step.handle(what); }, event.what);
  Effects effects = step.finish();
  PILOTLIGHT_ASSERT(!check_sizes(state_));
  return effects;
}

Master::Awaited Master::awaited() const { return {indexes_->unknown_workers.size(), indexes_->unknown_apps.size()}; }

std::optional<std::string> Master::check() const {
  if (auto violated = core::check(state_)) return violated;
  if (!indexes_->capacity.agrees_with(state_)) return "the order of free workers differs from the workers";
  return std::nullopt;
}

}  // namespace pilotlight::core
