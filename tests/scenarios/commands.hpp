// What a scenario can do: one verb for each thing that can happen to a master. commands.cpp has the table.
#pragma once

#include <optional>
#include <string>

#include "script.hpp"
#include "support/core_world.hpp"

namespace pilotlight::scenarios {

class Stage {
 public:
  /// The lines of what happened; throws std::runtime_error for a command that does not exist or lacks something.
  std::string run(const Command& command);
  [[nodiscard]] const std::vector<std::string>& violations() const { return world_->violations; }

 private:
  using Result = core::Effects;
  std::optional<Result> act(const Command& command);
  std::string look(const Command& command);
  Result worker_answers(const Command& command);
  Result request_executors(const Command& command);
  Result submit_driver(const Command& command);
  Result restart(bool take_over);
  void change_settings(const Command& command);
  /// Ids of applications and drivers as the names that the scenario gave them.
  [[nodiscard]] std::string with_names(std::string text) const;

  testing::CoreWorld& world();

  core::Settings settings_ = testing::CoreWorld::default_settings();
  std::optional<testing::CoreWorld> world_;
  std::map<std::string, std::string> names_;  ///< id → name
  /// What ran on each worker when the master was restarted: what its worker would report.
  std::map<std::string, std::vector<deploy::WorkerExecutorStateResponse>> executors_;
  std::map<std::string, std::vector<deploy::WorkerDriverStateResponse>> drivers_;
};

}  // namespace pilotlight::scenarios
