// A scenario file: a sentence of purpose, then blocks of commands, "----", and the effects that are expected.
//
// Blocks are separated by empty lines; lines that begin with '#' are remarks and stay where they are.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace pilotlight::scenarios {

/// One command line: "worker w1 cores=4 supervise" → verb "worker", words {"w1", "supervise"}, options {cores: 4}.
struct Command {
  std::string line;
  std::string verb;
  std::vector<std::string> words;
  std::map<std::string, std::string> options;
  bool given = false;  ///< "given …": set-up whose effects are not shown
};
Command parse_command(const std::string& line);

struct Block {
  std::vector<std::string> commands;  ///< with remarks
  std::string expected;
  std::size_t line = 0;  ///< of the first command, from 1
};

struct Script {
  std::string purpose;
  std::vector<Block> blocks;
};

/// Empty purpose: the file is not a scenario.
Script read_script(const std::filesystem::path& path);
std::string write_script(const Script& script);

}  // namespace pilotlight::scenarios
