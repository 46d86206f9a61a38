#include "cli/formats.hpp"
#include "cli/json_output.hpp"
#include "cli/terminal_text.hpp"
#include "cli/views.hpp"

namespace pilotlight::cli {
namespace {

Answer show(const Words& words, const client::ClusterDocument& document, const Leadership& who) {
  Answer answer{.out = {}, .code = document.has_critical() ? exit_critical : exit_ok};
  switch (format_of(words)) {
    case Format::table: answer.out = status_screen(document, who, look_of(words), false); break;
    case Format::wide: answer.out = status_screen(document, who, look_of(words), true); break;
    case Format::json:
    case Format::yaml: answer.out = in_notation(words, document.text, {}); break;
    case Format::tsv: answer.out = status_tsv(document, who); break;
    case Format::name: answer.out = who.url.empty() ? std::string() : visible(who.url) + "\n"; break;
  }
  return answer;
}

int run(const Words& words) {
  return show_cluster(words, "status",
                      [&](const auto& document, const auto& who) { return show(words, document, who); });
}

}  // namespace

CommandRow status_command() {
  return {
      .name = "status",
      .sentence = "show a cluster on one screen",
      .examples = {{"pilotlight status --master spark://m1:7077,m2:7077,m3:7077", "any of them that lives is enough"},
                   {"pilotlight status --master zk://zk1:2181,zk2:2181/spark", "ZooKeeper knows the masters"},
                   {"PILOTLIGHT_MASTER=m1,m2,m3 pilotlight status --watch", "again every 2 s"},
                   {"pilotlight status -o json | jq .epoch", "all that the masters know"}},
      .text =
          "Who leads, who stands by and how far behind, what runs, the last failover, and findings about the cluster's "
          "health "
          "with a hint each.\n\n"
          "All masters are asked at once, and those that their answers name as well; the leader's answer is shown as "
          "soon as it is there. Without one, what a standby knows is shown, and stderr says so.",
      .options = joined({where_options(), output_options()}),
      .exits = {{exit_ok, "answered, and no critical finding"},
                {exit_no_leader, "nobody leads, or nobody answers"},
                {exit_critical, "answered, and a critical finding stands"}},
      .run = run,
  };
}

}  // namespace pilotlight::cli
