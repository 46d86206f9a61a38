#include <iostream>

#include "cli/cluster.hpp"
#include "cli/documents.hpp"
#include "cli/terminal_text.hpp"
#include "cli/views.hpp"

namespace pilotlight::cli {
namespace {

/// Whoever pressed the tab key waits for it.
constexpr Duration patience = std::chrono::milliseconds(300);

int run_script(const Words& words) {
  std::cout << completion_script(words.argument(0)) << std::flush;
  return std::cout ? exit_ok : exit_failed;
}

/// Of the cluster that the words on the line name; nothing when nobody answers.
std::vector<std::string> live_ids(Offer offer, const Arguments& line) {
  client::Wanted wanted;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if (line[i] == "--master") wanted.master = line[i + 1];
    if (line[i] == "--config") wanted.config_file = line[i + 1];
    if (line[i] == "--properties-file") wanted.properties_file = line[i + 1];
  }
  auto located = client::locate(wanted, quick_inputs());
  if (!located) return {};
  client::HttpClient http;
  client::Survey survey(http, std::move(located->place));
  const auto picture = survey.ask(patience);
  const auto* document = picture.document();
  if (document == nullptr) return {};
  std::vector<std::string> ids;
  if (offer == Offer::app)
    for (const auto& app : document->apps) ids.push_back(visible(app.id) + "\t" + visible(app.name));
  if (offer == Offer::driver)
    for (const auto& driver : document->drivers) ids.push_back(visible(driver.id) + "\t" + visible(driver.main_class));
  if (offer == Offer::member)
    for (const auto& member : document->members)
      ids.push_back(visible(short_name(member.url)) + "\t" + visible(member.role));
  return ids;
}

int run_complete(const Arguments& arguments) {
  auto words = arguments;
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  for (const auto& candidate : candidates(words, live_ids)) std::cout << candidate << '\n';
  std::cout << std::flush;
  return exit_ok;
}

}  // namespace

CommandRow completion_command() {
  return {
      .name = "completion",
      .sentence = "print the completion of bash, zsh or fish",
      .examples = {{"source <(pilotlight completion bash)", "in ~/.bashrc"},
                   {"pilotlight completion zsh > /usr/share/zsh/vendor-completions/_pilotlight", "for all users"}},
      .arguments = {{.name = "bash|zsh|fish", .choices = "bash zsh fish", .offer = Offer::choices}},
      .run = run_script,
  };
}

CommandRow complete_command() {
  return {.name = "__complete", .sentence = "what the shells' adaptors ask", .run_raw = run_complete, .hidden = true};
}

}  // namespace pilotlight::cli
