#include "cli/amounts.hpp"
#include "cli/formats.hpp"
#include "cli/json_output.hpp"
#include "cli/terminal_text.hpp"

namespace pilotlight::cli {
namespace {

Answer show(const Words& words, const client::ClusterDocument& document, const Leadership& who) {
  if (!who.serves) return {};  // who led last is no answer
  const auto format = format_of(words);
  Listing listing{{{.title = "LEADER"}, {.title = "EPOCH", .number = true}, {.title = "SINCE"}, {.title = "WEBUI"}},
                  {}};
  listing.rows.push_back(
      {{{who.url}, {std::to_string(document.epoch)}, {moment_text(document.since)}, {document.leader_webui}}});
  if (format == Format::tsv) return {.out = as_tsv(listing, look_of(words))};
  if (format == Format::wide) return {.out = as_table(listing, look_of(words), true)};
  if (format == Format::json || format == Format::yaml) {
    const auto notation = format == Format::yaml ? Notation::yaml
                          : words.has("--watch") ? Notation::json_line
                                                 : Notation::json;
    return {.out = object_text({{"leader", json_string(who.url)},
                                {"epoch", std::to_string(document.epoch)},
                                {"since", std::to_string(document.since)},
                                {"webui", json_string(document.leader_webui)}},
                               notation)};
  }
  return {.out = visible(who.url) + "\n"};
}

int run(const Words& words) {
  return show_cluster(words, "leader",
                      [&](const auto& document, const auto& who) { return show(words, document, who); });
}

}  // namespace

CommandRow leader_command() {
  return {
      .name = "leader",
      .sentence = "print who leads, as spark://host:port",
      .examples = {{"pilotlight leader --master spark://m1:7077,m2:7077,m3:7077", "one line: spark://m2:7077"},
                   {"ssh \"$(pilotlight leader -o json | jq -r .webui | cut -d/ -f3 | cut -d: -f1)\"", "its host"},
                   {"pilotlight leader || echo 'nobody leads'", "exit 4 when nobody does"}},
      .options = joined({where_options(), output_options()}),
      .exits = {{exit_ok, "somebody leads"}, {exit_no_leader, "nobody leads, or nobody answers"}},
      .run = run,
  };
}

}  // namespace pilotlight::cli
