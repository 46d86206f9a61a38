#include "cli/cluster.hpp"

#include <unistd.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "cli/amounts.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_text.hpp"

namespace pilotlight::cli {
namespace {

constexpr Duration default_watch = std::chrono::seconds(2);

const client::Heard* heard_from(const client::Picture& picture, const std::string& url) {
  const auto address = client::parse_address(url);
  if (!address) return nullptr;
  for (const auto& heard : picture.heard)
    if (heard.address == *address) return &heard;
  return nullptr;
}

}  // namespace

std::string short_name(const std::string& url) {
  constexpr std::string_view scheme = "spark://";
  return url.starts_with(scheme) ? url.substr(scheme.size()) : url;
}

Leadership leadership(const client::Picture& picture) {
  const auto* document = picture.document();
  if (document == nullptr) return {};
  const auto speaker = short_name(document->self);
  if (document->from_leader()) {
    if (document->held.empty()) return {document->leader.empty() ? document->self : document->leader, true, {}};
    return {document->self, false, speaker + " leads, but may not speak at the moment: " + document->held};
  }
  if (document->leader.empty()) return {};
  const auto* leader = heard_from(picture, document->leader);
  const auto why =
      leader == nullptr || leader->trouble.empty() ? std::string("does not say that it leads") : leader->trouble;
  // Who has no way to a leader that the others see asks them; who finds its process dead or frozen has a failover.
  const bool no_way = leader != nullptr && (leader->reply.outcome == client::Outcome::unreachable ||
                                            leader->reply.outcome == client::Outcome::unknown_host);
  const auto name = short_name(document->leader);
  return {document->leader, no_way,
          no_way ? "the leader " + name + " " + why + "; this is what the standby " + speaker + " knows"
                 : "nobody serves at the moment: " + name + " led last and " + why};
}

Answer nobody(const client::Picture& picture, const std::string& origin) {
  Answer answer{.out = {}, .code = exit_no_leader};
  if (picture.document() != nullptr) {
    const auto who = leadership(picture);
    answer.err = who.trouble.empty() ? "nobody leads this cluster at the moment" : who.trouble;
    answer.err = visible(answer.err) + "\n";
    return answer;
  }
  answer.err = "no master answers (asked by " + visible(origin) + ")\n";
  for (const auto& heard : picture.heard)
    answer.err += "  " + visible(client::url_of(heard.address)) + " " + visible(heard.trouble) + "\n";
  if (!picture.queue_trouble.empty()) answer.err += "  " + visible(picture.queue_trouble) + "\n";
  if (picture.strangers > 0)
    answer.err += "  " + count_text(static_cast<std::int64_t>(picture.strangers), "master") +
                  " in ZooKeeper's queue of another make: Spark's own master does not say where it listens\n";
  else if (picture.heard.empty() && picture.queue_trouble.empty())
    answer.err += "  no master stands in ZooKeeper's queue\n";
  return answer;
}

config::Inputs quick_inputs() {
  auto inputs = config::real_inputs({});
  inputs.local_host = [] {
    char name[256] = "";
    return std::string(gethostname(name, sizeof name - 1) == 0 ? name : "localhost");
  };
  return inputs;
}

client::Wanted wanted_by(const Words& words) {
  return {words.value("--master"), words.value("--config"), words.value("--properties-file")};
}

std::unique_ptr<Inquiry> Inquiry::start(const Words& words, const std::string& command, int& code) {
  auto located = client::locate(wanted_by(words), quick_inputs());
  if (!located) {
    code = usage_error(command, located.error().message);
    return nullptr;
  }
  return std::unique_ptr<Inquiry>(new Inquiry(words, std::move(*located)));
}

Inquiry::Inquiry(const Words& words, client::Located located)
    : words_(words),
      origin_(located.origin),
      limit_(words.time("--timeout", default_limit)),
      survey_(http_, std::move(located.place)) {}

Answer Inquiry::once(const std::function<Answer(const client::ClusterDocument&, const Leadership&)>& make) {
  const auto picture = ask(limit_);
  if (picture.document() == nullptr) return nobody(picture, origin_);
  const auto who = leadership(picture);
  auto answer = make(*picture.document(), who);
  if (!who.serves) {
    answer.err = nobody(picture, origin_).err + answer.err;
    answer.code = exit_no_leader;
  } else if (!who.trouble.empty()) {
    answer.err = visible(who.trouble) + "\n" + answer.err;
  }
  return answer;
}

int show_cluster(const Words& words, const std::string& command,
                 const std::function<Answer(const client::ClusterDocument&, const Leadership&)>& make) {
  int code = exit_failed;
  const auto inquiry = Inquiry::start(words, command, code);
  return inquiry ? inquiry->answer(make) : code;
}

int Inquiry::answer(const std::function<Answer(const client::ClusterDocument&, const Leadership&)>& make) {
  if (!words_.has("--watch")) return print(once(make));
  const bool terminal = stdout_is_terminal();
  const auto every = words_.time("--watch", default_watch);
  for (;;) {
    auto answer = once(make);
    if (terminal) {
      // Line by line over the old screen, so that nothing flickers.
      std::string screen = "\x1b[H";
      for (const char c : answer.out + answer.err) screen += c == '\n' ? "\x1b[K\n" : std::string(1, c);
      answer = {.out = screen + "\x1b[J", .code = answer.code};
    }
    if (print(answer) == exit_failed && !std::cout) return exit_failed;
    std::this_thread::sleep_for(every);
  }
}

int print(const Answer& answer) {
  std::cout << answer.out << std::flush;
  std::cerr << answer.err << std::flush;
  return std::cout ? answer.code : exit_failed;
}

int usage_error(std::string_view command, const std::string& message) {
  std::cerr << "pilotlight " << command << ": " << visible(message) << "\n`pilotlight " << command
            << " --help` shows how it is used.\n";
  return exit_usage;
}

}  // namespace pilotlight::cli
