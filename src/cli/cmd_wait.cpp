#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "cli/amounts.hpp"
#include "cli/cluster.hpp"
#include "cli/terminal_text.hpp"
#include "config/value.hpp"

namespace pilotlight::cli {
namespace {

constexpr Duration default_limit = std::chrono::seconds(60);
constexpr Duration between_looks = std::chrono::milliseconds(200);

enum class Kind : std::uint8_t { leader, workers, app, driver };

struct Condition {
  Kind kind = Kind::leader;
  std::string id;
  std::int64_t count = 0;
};

Result<Condition> parse_condition(const std::string& text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  const auto value = equals == std::string::npos ? std::string() : text.substr(equals + 1);
  if (name == "leader" && equals == std::string::npos) return Condition{};
  if (name == "app" && !value.empty()) return Condition{Kind::app, value, 0};
  if (name == "driver" && !value.empty()) return Condition{Kind::driver, value, 0};
  if (name == "workers") {
    if (const auto count = config::parse_integer(value); count && *count >= 0)
      return Condition{Kind::workers, {}, *count};
  }
  return fatal("'" + text + "' is nothing to wait for: leader, workers=N, app=ID or driver=ID");
}

/// The state under this id in either list; "" = unknown.
template <typename Row>
std::string state_in(const std::string& id, const std::vector<Row>& active, const std::vector<Row>& ended) {
  for (const auto* list : {&active, &ended})
    for (const auto& row : *list)
      if (row.id == id) return row.state;
  return {};
}

/// An answer once there is nothing more to wait for.
std::optional<Answer> ended(const std::string& id, const std::string& state) {
  if (state.empty())
    return Answer{.out = {}, .err = "the leader knows no " + visible(id) + "\n", .code = exit_not_found};
  const std::string line = visible(id + " " + state) + "\n";
  if (state == "FINISHED") return Answer{.out = line};
  if (state == "FAILED" || state == "KILLED" || state == "ERROR") return Answer{.out = line, .code = exit_failed};
  return std::nullopt;
}

std::optional<Answer> met(const Condition& condition, const client::ClusterDocument& document) {
  // Only the leader that serves knows; a recovering one may not have heard of everybody yet.
  if (!document.serves()) return std::nullopt;
  switch (condition.kind) {
    case Kind::leader: return Answer{.out = visible(document.leader.empty() ? document.self : document.leader) + "\n"};
    case Kind::workers:
      if (document.totals.workers_alive < condition.count) return std::nullopt;
      return Answer{.out = count_text(document.totals.workers_alive, "worker") + "\n"};
    case Kind::app: return ended(condition.id, state_in(condition.id, document.apps, document.completed_apps));
    case Kind::driver: return ended(condition.id, state_in(condition.id, document.drivers, document.completed_drivers));
  }
  return std::nullopt;
}

int run(const Words& words) {
  const auto condition = parse_condition(words.argument(0));
  if (!condition) return usage_error("wait", condition.error().message);
  int code = exit_failed;
  const auto inquiry = Inquiry::start(words, "wait", code);
  if (!inquiry) return code;
  const auto deadline = std::chrono::steady_clock::now() + words.time("--timeout", default_limit);
  std::string last;
  for (;;) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= Duration::zero()) break;
    const auto picture = inquiry->ask(std::min<Duration>(left, Inquiry::default_limit));
    if (const auto* document = picture.document()) {
      if (const auto answer = met(*condition, *document)) return print(*answer);
      const auto who = leadership(picture);
      last = who.url.empty() ? "nobody leads" : who.trouble.empty() ? "" : who.trouble;
      if (last.empty() && condition->kind == Kind::workers)
        last = count_text(document->totals.workers_alive, "worker") + " of " + std::to_string(condition->count);
      last = last.empty() ? std::string() : visible(last) + "\n";
    } else {
      last = nobody(picture, inquiry->origin()).err;
    }
    std::this_thread::sleep_until(std::min(deadline, std::chrono::steady_clock::now() + between_looks));
  }
  std::cerr << "waited " << words.value("--timeout").value_or("60s") << " for " << visible(words.argument(0))
            << " in vain" << (last.empty() ? "\n" : ": " + last);
  return exit_timeout;
}

}  // namespace

CommandRow wait_command() {
  return {
      .name = "wait",
      .sentence = "wait for a leader, workers, or the end of an application",
      .examples = {{"pilotlight wait leader --timeout 30s", "prints spark://host:port"},
                   {"pilotlight wait workers=3", "three or more are ALIVE"},
                   {"pilotlight wait app=app-20261121194053-0000 --timeout 1h", "exit 0 only if it FINISHED"},
                   {"pilotlight wait driver=driver-20261121194053-0000", "the same for a cluster-mode driver"}},
      .arguments = {{.name = "leader|workers=N|app=ID|driver=ID", .offer = Offer::condition}},
      .options = where_options("how long to wait at most (default: 60s)"),
      .exits = {{exit_ok, "it is so; an application or driver has ended well"},
                {exit_failed, "the application or driver was killed or has failed"},
                {exit_not_found, "the leader does not know this id"},
                {exit_timeout, "it was not so in time"}},
      .run = run,
  };
}

}  // namespace pilotlight::cli
