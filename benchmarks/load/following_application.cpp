#include "load/following_application.hpp"

#include <utility>
#include <variant>

#include "base/assert.hpp"
#include "load/understand.hpp"

namespace pilotlight::load {
namespace {

constexpr auto register_again = std::chrono::seconds(20);

}  // namespace

FollowingApplication::FollowingApplication(EventLoop& loop, const std::vector<Target>& masters, deploy::Address self,
                                           deploy::ApplicationDescription description, Tally& tally)
    : ManyLinks(loop, masters, std::move(self), tally),
      name_(description.name),
      registration_{std::move(description), deploy::EndpointRef{"AppClient", this->self()}} {}

void FollowingApplication::register_with_all() {
  if (!id_.text.empty()) return;
  greet_all();
  loop().at(now() + register_again, [this] { register_with_all(); });
}

ExecutorId FollowingApplication::expect_the_end_of_one() {
  PILOTLIGHT_ASSERT(!running_.empty());
  const ExecutorId oldest = *running_.begin();
  running_.erase(oldest);
  ending_.insert(oldest);
  return oldest;
}

void FollowingApplication::heard(Link& link, std::string_view content) {
  const auto& message = understand_to_driver(content);
  if (!message) return complain(message.error().to_string());
  std::visit([&](const auto& known) { hear(link, known); }, *message);
}

void FollowingApplication::hear(Link& link, const deploy::RegisteredApplication& message) {
  if (!id_.text.empty() && id_ != message.app) complain("it is " + id_.text + " and is called " + message.app.text);
  id_ = message.app;
  follow(link, message.master.address);
}

void FollowingApplication::hear(Link& link, const deploy::MasterChanged& message) {
  if (follow(link, message.master.address)) link.send(deploy::MasterChangeAcknowledged{id_});
}

void FollowingApplication::hear(Link&, const deploy::ExecutorAdded& message) {
  const auto number = std::to_string(message.executor.value);
  if (!granted_.empty() && message.executor < *granted_.rbegin())
    complain("executor " + number + " was added after " + std::to_string(granted_.rbegin()->value));
  if (!granted_.insert(message.executor).second) complain("executor " + number + " was added twice");
  if (granted_.size() == 1 && when_added) when_added();
}

void FollowingApplication::hear(Link&, const deploy::ExecutorUpdated& message) {
  const auto number = std::to_string(message.executor.value);
  if (!granted_.contains(message.executor)) return complain("executor " + number + " is not one of its");
  if (message.state == deploy::ExecutorState::exited && ending_.erase(message.executor) == 1) return;
  if (message.state != deploy::ExecutorState::running)
    return complain("executor " + number + " became " + std::string(deploy::to_string(message.state)));
  if (running_.insert(message.executor).second && served() && when_running) when_running();
}

template <typename Other>
void FollowingApplication::hear(Link&, const Other& message) {
  complain("unexpected " + std::string(deploy::message_name(deploy::ToDriver{message})));
}

void FollowingApplication::answered(std::int64_t, const Result<deploy::Reply>&) {
  complain("an answer to nothing that was asked");
}

}  // namespace pilotlight::load
