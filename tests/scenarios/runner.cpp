// Runs every scenario under tests/scenarios and compares the effects with what the file expects.
//
//   scenarios [--rewrite] [name…]    only files whose path contains one of the names; --rewrite writes what happened
//
// Exit code 0 when all are as expected and no invariant was violated.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "commands.hpp"

namespace {

using namespace pilotlight::scenarios;

struct Outcome {
  Script script;
  std::vector<std::string> failures;
};

Outcome play(const std::filesystem::path& path) {
  Outcome outcome{read_script(path), {}};
  if (outcome.script.purpose.empty() || outcome.script.blocks.empty())
    outcome.failures.push_back("no purpose or no commands");
  Stage stage;
  for (auto& block : outcome.script.blocks) {
    std::string happened;
    for (const auto& line : block.commands) {
      if (line.starts_with('#')) continue;
      try {
        happened += stage.run(parse_command(line));
      } catch (const std::exception& problem) {
        outcome.failures.push_back("line " + std::to_string(block.line) + ": " + line + ": " + problem.what());
        return outcome;
      }
    }
    if (happened != block.expected) {
      outcome.failures.push_back("line " + std::to_string(block.line) + ": " + block.commands.back() +
                                 "\n  expected:\n" + block.expected + "  happened:\n" + happened);
      block.expected = happened;
    }
    for (const auto& violated : stage.violations()) outcome.failures.push_back("INVARIANT " + violated);
    if (!stage.violations().empty()) return outcome;
  }
  return outcome;
}

bool only_differs(const Outcome& outcome) {
  return std::none_of(outcome.failures.begin(), outcome.failures.end(),
                      [](const std::string& failure) { return failure.find("\n  happened:\n") == std::string::npos; });
}

}  // namespace

int main(int argc, char** argv) {
  bool rewrite = false;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--rewrite")
      rewrite = true;
    else
      names.emplace_back(argv[i]);
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(PILOTLIGHT_TESTS_DIR "/scenarios"))
    if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());

  int passed = 0;
  int failed = 0;
  for (const auto& file : files) {
    const std::string text = file.string();
    if (!names.empty() && std::none_of(names.begin(), names.end(),
                                       [&](const auto& name) { return text.find(name) != std::string::npos; }))
      continue;
    const Outcome outcome = play(file);
    if (outcome.failures.empty()) {
      ++passed;
    } else if (rewrite && only_differs(outcome)) {
      std::ofstream(file) << write_script(outcome.script);
      std::cout << "rewritten: " << text << "\n";
      ++passed;
    } else {
      ++failed;
      std::cout << "FAILED: " << text << ": " << outcome.script.purpose << "\n";
      for (const auto& failure : outcome.failures) std::cout << failure << "\n";
    }
  }
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed == 0 && passed > 0 ? 0 : 1;
}
