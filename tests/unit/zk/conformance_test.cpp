// The ensemble in memory answers as a real server does: the same requests go to both, and every answer and every watch
// is compared. One script by hand, and many by chance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "base/overloaded.hpp"
#include "unit/zk/real_server.hpp"
#include "unit/zk/test_client.hpp"
#include "zk/memory_ensemble.hpp"

namespace pilotlight::zk {
namespace {

using namespace std::chrono_literals;

/// Either side, with a few clients that take turns.
class Side {
 public:
  virtual ~Side() = default;
  virtual Answered ask(std::size_t client, const Request& request) = 0;
  /// Paths of the watches that have fired so far, in order.
  virtual std::vector<std::string> fired(std::size_t client) = 0;
  virtual std::int64_t session(std::size_t client) = 0;
  /// Ends the client's session and begins another one.
  virtual void renew(std::size_t client) = 0;
};

class MemorySide : public Side {
 public:
  explicit MemorySide(std::size_t clients) {
    for (std::size_t i = 0; i < clients; ++i) {
      clients_.push_back(ensemble_.add_client(4s));
      ensemble_.connect(clients_[i], 0);
    }
    fired_.resize(clients);
  }
  Answered ask(std::size_t client, const Request& request) override {
    ensemble_.submit(clients_[client], RequestId(++last_), request);
    Answered answered;
    while (auto event = ensemble_.take_event(clients_[client])) {
      std::visit(overloaded{[&](Answered& one) { answered = std::move(one); },
                            [&](WatchFired& one) { fired_[client].push_back(std::move(one.path)); },
                            [](const SessionChanged&) {}},
                 *event);
    }
    return answered;
  }
  std::vector<std::string> fired(std::size_t client) override {
    ask(client, Sync{"/"});
    return std::exchange(fired_[client], {});
  }
  std::int64_t session(std::size_t client) override { return ensemble_.session_of(clients_[client]); }
  void renew(std::size_t client) override {
    ensemble_.close(clients_[client]);
    ensemble_.connect(clients_[client], 0);
  }

 private:
  MemoryEnsemble ensemble_{{.servers = 1}};
  std::vector<ClientId> clients_;
  std::vector<std::vector<std::string>> fired_;
  std::uint64_t last_ = 0;
};

class RealSide : public Side {
 public:
  RealSide(std::size_t clients, const std::string& chroot) {
    TestClient maker(strand_, shared_server().hosts());
    maker.await(SessionState::connected);
    maker.ask(Create{chroot, ""});
    hosts_ = shared_server().hosts() + chroot;
    for (std::size_t i = 0; i < clients; ++i) {
      clients_.emplace_back();
      connect(i);
    }
  }
  Answered ask(std::size_t client, const Request& request) override { return clients_[client]->ask(request); }
  std::vector<std::string> fired(std::size_t client) override {
    clients_[client]->ask(Exists{"/"});  // a watch is told before what was read after it
    return clients_[client]->fired();
  }
  std::int64_t session(std::size_t client) override { return clients_[client]->last_connected.session; }
  void renew(std::size_t client) override { connect(client); }

 private:
  void connect(std::size_t client) {
    clients_[client].reset();
    clients_[client] = std::make_unique<TestClient>(strand_, hosts_);
    clients_[client]->await(SessionState::connected);
  }
  TestStrand strand_;
  std::string hosts_;
  std::vector<std::unique_ptr<TestClient>> clients_;
};

/// Everything of an answer that does not depend on ids and counters of the server.
std::string told(const Answered& answered, Side& side, std::size_t clients) {
  const auto stat = [&](const Stat& stat) {
    std::ostringstream text;
    std::string owner = stat.ephemeral_owner == 0 ? "nobody" : "somebody";
    for (std::size_t i = 0; i < clients; ++i) {
      if (stat.ephemeral_owner == side.session(i)) owner = "client " + std::to_string(i);
    }
    text << "{v" << stat.version << " children " << stat.children << " size " << stat.data_length << " owner " << owner
         << (stat.modified_zxid > stat.created_zxid ? " changed" : " as created") << '}';
    return text.str();
  };
  std::ostringstream text;
  text << to_string(answered.code) << " path '" << answered.path << "' data '" << answered.data << "' "
       << stat(answered.stat) << " children";
  auto children = answered.children;
  std::sort(children.begin(), children.end());
  for (const auto& child : children) text << ' ' << child;
  for (const auto& outcome : answered.outcomes) {
    text << "\n    " << to_string(outcome.code) << " path '" << outcome.path << "' " << stat(outcome.stat);
  }
  return text.str();
}

std::string shown(const Operation& operation) {
  return std::visit(
      overloaded{[](const Create& one) {
                   return "create " + one.path + (one.ephemeral ? " ephemeral" : "") +
                          (one.sequential ? " sequential" : "");
                 },
                 [](const Set& one) { return "set " + one.path + " v" + std::to_string(one.version); },
                 [](const Delete& one) { return "delete " + one.path + " v" + std::to_string(one.version); },
                 [](const Check& one) { return "check " + one.path + " v" + std::to_string(one.version); }},
      operation);
}

std::string shown(const Request& request) {
  return std::visit(overloaded{[](const Multi& multi) {
                                 std::string text = "multi";
                                 for (const auto& one : multi.operations) text += " [" + shown(one) + "]";
                                 return text;
                               },
                               [](const Get& one) { return "get " + one.path + (one.watch ? " watch" : ""); },
                               [](const Exists& one) { return "exists " + one.path + (one.watch ? " watch" : ""); },
                               [](const Children& one) { return "children " + one.path + (one.watch ? " watch" : ""); },
                               [](const Sync& one) { return "sync " + one.path; },
                               [](const auto& write) { return shown(Operation(write)); }},
                    request);
}

struct Step {
  std::size_t client = 0;
  std::optional<Request> request;  // none: the client's session ends and another one begins
};

constexpr std::size_t clients = 2;

void compare(const std::vector<Step>& steps, const std::string& chroot) {
  MemorySide memory(clients);
  RealSide real(clients, chroot);
  std::string so_far;
  for (const auto& step : steps) {
    so_far += "\n  client " + std::to_string(step.client) + ": " + (step.request ? shown(*step.request) : "renew");
    if (step.request) {
      const auto expected = told(real.ask(step.client, *step.request), real, clients);
      const auto actual = told(memory.ask(step.client, *step.request), memory, clients);
      ASSERT_EQ(actual, expected) << so_far;
    } else {
      real.renew(step.client);
      memory.renew(step.client);
    }
    for (std::size_t i = 0; i < clients; ++i) {
      const auto expected = real.fired(i);
      ASSERT_EQ(memory.fired(i), expected) << "watches of client " << i << " after" << so_far;
    }
  }
}

TEST(ConformanceTest, Operations) {
  std::vector<Step> steps;
  const auto ask = [&](Request request) { steps.push_back({0, std::move(request)}); };
  ask(Create{"/", ""});
  ask(Create{"/a/b", ""});
  ask(Create{"/a", "one"});
  ask(Create{"/a", "two"});
  ask(Create{"/a/e", "x", true});
  ask(Create{"/a/e/x", ""});
  ask(Create{"/a/e/", "", false, true});
  ask(Create{"/a/e", "", true});
  ask(Create{"/a/s-", "", false, true});
  ask(Create{"/a/s-", "", true, true});
  ask(Delete{"/a/s-0000000001"});
  ask(Create{"/a/", "", false, true});
  ask(Create{"/missing/", "", false, true});
  ask(Get{"/a"});
  ask(Get{"/missing"});
  ask(Exists{"/a/e"});
  ask(Exists{"/missing"});
  ask(Children{"/a"});
  ask(Children{"/missing"});
  ask(Children{"/a/e"});
  ask(Set{"/a", "2", 1});
  ask(Set{"/a", "2", 0});
  ask(Set{"/a", "3", any_version});
  ask(Set{"/missing", "", 0});
  ask(Delete{"/a"});
  ask(Delete{"/a", 7});  // the version counts before the children
  ask(Delete{"/a/e", 7});
  ask(Delete{"/missing"});
  ask(Delete{"/missing/below"});
  ask(Sync{"/a"});
  ask(Sync{"/missing"});
  ask(Create{"no path", ""});
  ask(Get{"/a/"});
  ask(Create{"/large", std::string(largest_operation, 'x')});
  steps.push_back({0, std::nullopt});  // its ephemeral nodes go
  ask(Children{"/a"});
  ask(Exists{"/a"});
  compare(steps, "/operations");
}

TEST(ConformanceTest, Multis) {
  std::vector<Step> steps;
  const auto ask = [&](std::vector<Operation> operations) { steps.push_back({0, Multi{std::move(operations)}}); };
  ask({});
  ask({Create{"/a", ""}, Create{"/a/b", ""}, Set{"/a/b", "x", 0}, Check{"/a/b", 1}});
  ask({Create{"/a/s", "", true, true}, Create{"/a/s", "", true, true}});
  ask({Set{"/a", "y"}, Check{"/a", 0}, Create{"/c", ""}});
  ask({Set{"/a", "y"}, Check{"/a", 1}, Create{"/a", ""}, Delete{"/missing"}});
  ask({Check{"/missing"}});
  ask({Check{"/a"}});
  ask({Delete{"/a/b", 1}, Delete{"/a"}});
  ask({Create{"/a/n", "", false, true}, Set{"/missing", ""}});
  ask({Create{"/a/n", "", false, true}});  // what was rolled back has taken no number
  ask({Delete{"/a/b"}, Create{"/a/b", "again"}, Set{"/a/b", "and", 0}});
  ask({Create{"/a/b/e", "", true}, Create{"/a/b/e/f", ""}});
  ask({Set{"/a", "1"}, Set{"/a", "2"}, Set{"/a", "3"}});
  steps.push_back({0, Get{"/a"}});
  steps.push_back({0, Children{"/a"}});
  compare(steps, "/multis");
}

TEST(ConformanceTest, Watches) {
  std::vector<Step> steps;
  const auto watch = [&](Request request) { steps.push_back({0, std::move(request)}); };
  const auto write = [&](Request request) { steps.push_back({1, std::move(request)}); };
  watch(Exists{"/a", true});
  write(Create{"/a", ""});
  write(Set{"/a", "1"});
  watch(Get{"/a", true});
  watch(Exists{"/a", true});
  watch(Children{"/a", true});
  write(Create{"/a/b", ""});
  write(Set{"/a/b", "no news for /a"});
  write(Set{"/a", "2"});
  write(Delete{"/a/b"});
  watch(Children{"/a", true});
  write(Multi{{Create{"/a/c", ""}, Create{"/a/d", ""}, Set{"/a", "3"}}});
  watch(Get{"/a", true});
  watch(Children{"/a", true});
  watch(Get{"/a/c", true});
  write(Multi{{Set{"/a", "4"}, Check{"/missing"}}});
  write(Multi{{Delete{"/a/c"}, Delete{"/a/d"}, Delete{"/a"}}});
  watch(Get{"/missing", true});
  watch(Children{"/missing", true});
  write(Create{"/missing", ""});
  watch(Children{"/", true});
  write(Create{"/e", "", true});
  watch(Exists{"/e", true});
  watch(Children{"/", true});
  steps.push_back({1, std::nullopt});
  watch(Exists{"/mine", true});
  watch(Create{"/mine", ""});
  compare(steps, "/watches");
}

/// Requests that meet often: few names, versions near the real ones.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  Step step() {
    const auto client = below(clients);
    const auto kind = below(40);
    if (kind == 0) return {client, std::nullopt};
    if (kind < 10) return {client, Get{path(), below(2) == 0}};
    if (kind < 16) return {client, Exists{path(), below(2) == 0}};
    if (kind < 22) return {client, Children{path(), below(2) == 0}};
    if (kind < 28) {
      Multi multi;
      for (auto count = below(4) + 1; count > 0; --count) multi.operations.push_back(operation(true));
      return {client, std::move(multi)};
    }
    return {client, std::visit(
                        [](auto one) -> Request {
                          if constexpr (std::is_same_v<decltype(one), Check>) {
                            return Get{one.path};
                          } else {
                            return one;
                          }
                        },
                        operation(false))};
  }

 private:
  Operation operation(bool may_check) {
    const auto version = static_cast<std::int32_t>(below(4)) - 1;
    const auto kind = below(may_check ? 9 : 8);
    if (kind < 4) return Create{path(), std::string(below(3), 'x'), below(3) == 0, below(4) == 0};
    if (kind < 6) return Set{path(), std::string(below(5), 'y'), version};
    if (kind < 8) return Delete{path(), version};
    return Check{path(), version};
  }
  std::string path() {
    static const std::vector<std::string> paths = {"/a", "/b", "/a/a", "/a/b", "/b/a", "/a/a/a", "/a/b/c"};
    return paths[below(paths.size())];
  }
  std::size_t below(std::size_t end) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33U) % end;
  }
  std::uint64_t state_;
};

TEST(ConformanceTest, ByChance) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Chance chance(seed);
    std::vector<Step> steps;
    for (int i = 0; i < 120; ++i) steps.push_back(chance.step());
    compare(steps, "/chance-" + std::to_string(seed));
    if (HasFatalFailure()) {
      std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
      return;
    }
  }
}

}  // namespace
}  // namespace pilotlight::zk
