#include "cli/formats.hpp"
#include "cli/views.hpp"

namespace pilotlight::cli {
namespace {

int run(const Words& words) {
  return show_cluster(words, "drivers", [&](const auto& document, const auto&) {
    return list_answer(words, document, drivers_listing(document, words.has("--all")),
                       words.has("--all") ? std::vector<std::string>{"drivers", "completed_drivers"}
                                          : std::vector<std::string>{"drivers"},
                       "There are no drivers.");
  });
}

}  // namespace

CommandRow drivers_command() {
  return {
      .name = "drivers",
      .sentence = "list cluster-mode drivers and where they run",
      .examples = {{"pilotlight drivers", "those that run or wait"},
                   {"pilotlight drivers --all -o wide", "class, worker, those that have ended"}},
      .options = joined(
          {where_options(), output_options(), {{.names = "-a,--all", .sentence = "those that have ended as well"}}}),
      .exits = common_exits(),
      .run = run,
  };
}

}  // namespace pilotlight::cli
