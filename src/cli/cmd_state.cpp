#include "cli/formats.hpp"

namespace pilotlight::cli {
namespace {

int run(const Words& words) {
  return show_cluster(words, "state", [&](const auto& document, const auto&) {
    return Answer{.out = in_notation(words, document.text, {})};
  });
}

}  // namespace

CommandRow state_command() {
  auto options = where_options();
  options.push_back({.names = "-o,--output",
                     .value = "FORMAT",
                     .sentence = "json (default) or yaml",
                     .choices = "json yaml",
                     .offer = Offer::choices});
  return {
      .name = "state",
      .sentence = "export all that the masters know, as JSON or YAML",
      .examples = {{"pilotlight state export > cluster.json", "the document of GET /cluster"},
                   {"pilotlight state export | jq '.workers[] | select(.state == \"DEAD\")'", "a part of it"}},
      .arguments = {{.name = "export", .choices = "export", .offer = Offer::choices}},
      .text = "The keys are those of GET /cluster. It holds no secret, no command line and no environment.",
      .options = std::move(options),
      .exits = common_exits(),
      .run = run,
  };
}

}  // namespace pilotlight::cli
