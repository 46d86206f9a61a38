#include "cli/formats.hpp"
#include "cli/views.hpp"

namespace pilotlight::cli {
namespace {

int run(const Words& words) {
  return show_cluster(words, "failovers", [&](const auto& document, const auto&) {
    return list_answer(words, document, failovers_listing(document), {"failovers"}, "There was no failover yet.");
  });
}

}  // namespace

CommandRow failovers_command() {
  return {
      .name = "failovers",
      .sentence = "list changes of the leader, with their phases",
      .examples = {{"pilotlight failovers", "oldest first"},
                   {"pilotlight failovers -o json | jq .[-1].phases_ms", "the last one"}},
      .text =
          "READY: the new leader has the whole state. WORKERS, APPS: all of them have answered it. Times count from "
          "the "
          "moment at which it noticed that it is to lead.",
      .options = joined({where_options(), output_options()}),
      .exits = common_exits(),
      .run = run,
  };
}

}  // namespace pilotlight::cli
