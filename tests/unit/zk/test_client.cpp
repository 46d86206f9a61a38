#include "unit/zk/test_client.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

namespace pilotlight::zk {

Post TestStrand::post() {
  return [this](std::function<void()> function) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(function));
    }
    posted_.notify_one();
  };
}

bool TestStrand::run_until(const std::function<bool()>& done, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    std::unique_lock lock(mutex_);
    if (!posted_.wait_until(lock, end, [this] { return !queue_.empty(); })) return false;
    auto function = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    function();
  }
  return true;
}

TestClient::TestClient(TestStrand& strand, ClientOptions options) : strand_(strand) {
  auto made = make_client(std::move(options), strand.post(), [this](Event event) {
    if (const auto* changed = std::get_if<SessionChanged>(&event);
        changed != nullptr && changed->state == SessionState::connected) {
      last_connected = *changed;
    }
    events.push_back(std::move(event));
  });
  if (!made) throw std::runtime_error(made.error().message);
  client = std::move(*made);
  client->start();
}

SessionChanged TestClient::await(SessionState state, std::chrono::milliseconds patience) {
  SessionChanged found;
  const bool came = strand_.run_until(
      [&] {
        for (; seen_ < events.size(); ++seen_) {
          const auto* changed = std::get_if<SessionChanged>(&events[seen_]);
          if (changed == nullptr || changed->state != state) continue;
          found = *changed;
          ++seen_;
          return true;
        }
        return false;
      },
      patience);
  if (!came) throw std::runtime_error("the session never was " + std::string(to_string(state)));
  return found;
}

RequestId TestClient::submit(Request request) {
  const RequestId id(++last_);
  client->submit(id, std::move(request));
  return id;
}

Answered TestClient::answer_to(RequestId id, std::chrono::milliseconds patience) {
  Answered found;
  int times = 0;
  strand_.run_until(
      [&] {
        times = 0;
        for (const auto& event : events) {
          if (const auto* answered = std::get_if<Answered>(&event); answered != nullptr && answered->request == id) {
            found = *answered;
            ++times;
          }
        }
        return times > 0;
      },
      patience);
  if (times != 1) throw std::runtime_error("a request was answered " + std::to_string(times) + " times");
  return found;
}

void TestClient::await_watch(const std::string& path) {
  const bool came = strand_.run_until(
      [&] {
        for (const auto& event : events) {
          if (const auto* watch = std::get_if<WatchFired>(&event); watch != nullptr && watch->path == path) return true;
        }
        return false;
      },
      std::chrono::seconds(10));
  if (!came) throw std::runtime_error("no watch of " + path + " has fired");
}

std::vector<std::string> TestClient::fired() {
  std::vector<std::string> paths;
  for (const auto& event : events) {
    if (const auto* watch = std::get_if<WatchFired>(&event)) paths.push_back(watch->path);
  }
  std::erase_if(events, [](const Event& event) { return std::holds_alternative<WatchFired>(event); });
  seen_ = std::min(seen_, events.size());
  return paths;
}

}  // namespace pilotlight::zk
