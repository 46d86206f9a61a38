#include "cli/formats.hpp"
#include "cli/views.hpp"

namespace pilotlight::cli {
namespace {

int run(const Words& words) {
  return show_cluster(words, "workers", [&](const auto& document, const auto&) {
    return list_answer(words, document, workers_listing(document), {"workers"}, "There are no workers.");
  });
}

}  // namespace

CommandRow workers_command() {
  return {
      .name = "workers",
      .sentence = "list workers: cores, memory, last heartbeat",
      .examples = {{"pilotlight workers --master spark://m1:7077,m2:7077", "a table"},
                   {"pilotlight workers -o tsv --no-header | awk -F'\\t' '$2 == \"DEAD\"'", "for programs"},
                   {"pilotlight workers -o json | jq -r .[].host", "what the master knows of each"}},
      .options = joined({where_options(), output_options()}),
      .exits = common_exits(),
      .run = run,
  };
}

}  // namespace pilotlight::cli
