#include "cli/command.hpp"

namespace pilotlight::cli {

std::span<const CommandRow> commands() {
  static const std::vector<CommandRow> rows = {
      status_command(),  leader_command(),   health_command(),    wait_command(),       workers_command(),
      apps_command(),    drivers_command(),  failovers_command(), kill_command(),       transfer_command(),
      state_command(),   master_command(),   config_command(),    completion_command(), man_command(),
      version_command(), complete_command(),
  };
  return rows;
}

const CommandRow* find_command(std::string_view name) {
  for (const auto& row : commands())
    if (row.name == name) return &row;
  return nullptr;
}

std::vector<OptionRow> where_options(std::string_view timeout_sentence) {
  return {
      {.names = "--master",
       .value = "URL",
       .sentence = "the cluster: spark://m1:7077,m2:7077,m3:7077, or zk://zk1:2181,zk2:2181/spark"},
      {.names = "--config",
       .value = "FILE",
       .sentence = "the cluster of this YAML configuration",
       .offer = Offer::file},
      {.names = "--properties-file",
       .value = "FILE",
       .sentence = "the cluster of this Spark properties file",
       .offer = Offer::file},
      {.names = "--timeout", .value = "TIME", .sentence = timeout_sentence},
  };
}

std::vector<OptionRow> output_options() {
  return {
      {.names = "-o,--output",
       .value = "FORMAT",
       .sentence = "table (default), wide, json, yaml, tsv or name",
       .choices = "table wide json yaml tsv name",
       .offer = Offer::choices},
      {.names = "--json", .sentence = "the same as -o json"},
      {.names = "-w,--watch",
       .value = "TIME",
       .sentence = "again and again, every 2s or as often as =TIME says, until Ctrl-C",
       .if_bare = "2s"},
      {.names = "--no-header", .sentence = "no line of titles in table, wide and tsv"},
      {.names = "--no-color", .sentence = "no colours; NO_COLOR says the same"},
  };
}

std::vector<OptionRow> secret_options() {
  return {{.names = "--secret-file",
           .value = "FILE",
           .sentence = "the cluster's secret (default: pilotlight.cluster.secretFile of the configuration)",
           .offer = Offer::file}};
}

std::vector<OptionRow> joined(std::initializer_list<std::vector<OptionRow>> lists) {
  std::vector<OptionRow> result;
  for (const auto& list : lists) result.insert(result.end(), list.begin(), list.end());
  return result;
}

std::vector<ExitRow> common_exits() {
  return {{exit_ok, "answered"}, {exit_no_leader, "nobody leads, or nobody answers"}};
}

}  // namespace pilotlight::cli
