// A zk::Client on a strand that is the test's own thread: it runs while the test waits for something.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "zk/client.hpp"

namespace pilotlight::zk {

class TestStrand {
 public:
  Post post();
  /// Runs what is posted until `done` holds; false when that takes longer than `patience`.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds patience);

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> queue_;
};

class TestClient {
 public:
  TestClient(TestStrand& strand, ClientOptions options);
  /// To a server, or servers.
  TestClient(TestStrand& strand, std::string hosts, Duration timeout = std::chrono::seconds(4))
      : TestClient(strand, ClientOptions{.hosts = std::move(hosts), .session_timeout = timeout, .digest = {}}) {}

  /// Waits for the state; events before it stay in `events`. Fails the test after `patience`.
  SessionChanged await(SessionState state, std::chrono::milliseconds patience = std::chrono::seconds(15));
  RequestId submit(Request request);
  Answered answer_to(RequestId id, std::chrono::milliseconds patience = std::chrono::seconds(15));
  Answered ask(Request request) { return answer_to(submit(std::move(request))); }
  /// Waits until a watch of the path has fired.
  void await_watch(const std::string& path);
  /// Paths that fired so far, taken away.
  std::vector<std::string> fired();

  std::vector<Event> events;
  std::unique_ptr<Client> client;
  SessionChanged last_connected;

 private:
  TestStrand& strand_;
  std::uint64_t last_ = 0;
  std::size_t seen_ = 0;  // of the session's changes, those that await() has returned
};

}  // namespace pilotlight::zk
