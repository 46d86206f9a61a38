#include "cli/formats.hpp"
#include "cli/views.hpp"

namespace pilotlight::cli {
namespace {

int run(const Words& words) {
  return show_cluster(words, "apps", [&](const auto& document, const auto&) {
    return list_answer(
        words, document, apps_listing(document, words.has("--all")),
        words.has("--all") ? std::vector<std::string>{"apps", "completed_apps"} : std::vector<std::string>{"apps"},
        "There are no applications.");
  });
}

}  // namespace

CommandRow apps_command() {
  return {
      .name = "apps",
      .sentence = "list applications, and what they wait for",
      .examples = {{"pilotlight apps", "those that run or wait"},
                   {"pilotlight apps --all -o wide", "those that have ended as well"},
                   {"pilotlight apps -o name", "their ids, one a line"}},
      .options = joined(
          {where_options(), output_options(), {{.names = "-a,--all", .sentence = "those that have ended as well"}}}),
      .exits = common_exits(),
      .run = run,
  };
}

}  // namespace pilotlight::cli
