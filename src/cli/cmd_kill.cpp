#include <chrono>
#include <thread>

#include "cli/change.hpp"
#include "cli/json_output.hpp"
#include "cli/terminal_text.hpp"
#include "client/change.hpp"

namespace pilotlight::cli {
namespace {

constexpr Duration default_limit = std::chrono::seconds(10);
constexpr Duration between_tries = std::chrono::milliseconds(100);

/// Where the leader was reached: under the name that worked, or the one that others gave it.
Result<client::Address> leader_of(const client::Picture& picture, const Leadership& who) {
  if (picture.document()->from_leader()) return *picture.address();
  return client::parse_address(who.url);
}

int run(const Words& words) {
  int code = exit_failed;
  const auto inquiry = Inquiry::start(words, "kill", code);
  if (!inquiry) return code;
  const auto id = words.argument(1);
  const auto body = "{\"kind\":" + json_string(words.argument(0)) + ",\"id\":" + json_string(id) + "}";
  const auto deadline = std::chrono::steady_clock::now() + words.time("--timeout", default_limit);
  for (;;) {
    const auto picture = inquiry->ask();
    const auto who = leadership(picture);
    if (!who.serves) return print(nobody(picture, inquiry->origin()));
    const auto address = leader_of(picture, who);
    if (!address) return print(nobody(picture, inquiry->origin()));
    const auto secret = secret_for(words, *picture.document());
    if (!secret) return print({.out = {}, .err = visible(secret.error().message) + "\n", .code = exit_failed});

    client::Reply reply;
    const auto left = deadline - std::chrono::steady_clock::now();
    inquiry->http().send(client::change_request(*address, "/api/kill", body, *secret, wall_clock_ms()), left,
                         [&](client::Reply answer) {
                           reply = std::move(answer);
                           inquiry->http().stop();
                         });
    inquiry->http().run(left + std::chrono::milliseconds(200));
    const auto said = said_by(reply);
    if (said.status == 200 && said.success)
      return print({.out = visible(said.message.empty() ? id + " is being killed" : said.message) + "\n"});
    // It has stopped leading in between: the next one is asked, as long as there is time.
    const bool moved = said.status == 503 || reply.outcome == client::Outcome::refused;
    if (!moved || std::chrono::steady_clock::now() + between_tries >= deadline)
      return print(not_done(said, reply, who.url));
    std::this_thread::sleep_for(between_tries);
  }
}

}  // namespace

CommandRow kill_command() {
  return {
      .name = "kill",
      .sentence = "kill an application or a cluster-mode driver",
      .examples = {{"pilotlight kill app app-20261121194053-0000", "its executors end, its record says KILLED"},
                   {"pilotlight kill driver driver-20261121194053-0000", "also one that still waits"},
                   {"pilotlight apps -o name | xargs -n1 pilotlight kill app", "all of them"}},
      .arguments = {{.name = "app|driver", .choices = "app driver", .offer = Offer::choices},
                    {.name = "ID", .offer = Offer::app}},
      .text =
          "The leader is asked, whoever that is. It obeys spark.ui.killEnabled. Where the masters have a secret, the "
          "request is proven with it; the secret itself is not sent.",
      .options = joined({where_options("how long it may take (default: 10s)"), secret_options()}),
      .exits = {{exit_ok, "the leader has taken the order"},
                {exit_failed, "it was refused, or its outcome is not known"},
                {exit_not_found, "the leader does not know this id"},
                {exit_no_leader, "nobody leads, or nobody answers"}},
      .run = run,
  };
}

}  // namespace pilotlight::cli
