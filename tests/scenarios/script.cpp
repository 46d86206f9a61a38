#include "script.hpp"

#include <fstream>
#include <sstream>

namespace pilotlight::scenarios {

Command parse_command(const std::string& line) {
  Command command;
  command.line = line;
  std::istringstream words(line);
  std::string word;
  while (words >> word) {
    if (command.verb.empty() && word == "given") {
      command.given = true;
    } else if (command.verb.empty()) {
      command.verb = word;
    } else if (const auto equals = word.find('='); equals != std::string::npos) {
      command.options[word.substr(0, equals)] = word.substr(equals + 1);
    } else {
      command.words.push_back(word);
    }
  }
  return command;
}

Script read_script(const std::filesystem::path& path) {
  std::ifstream file(path);
  Script script;
  std::string line;
  std::size_t number = 0;
  bool effects = false;
  Block block;
  const auto end_block = [&] {
    if (!block.commands.empty()) script.blocks.push_back(std::move(block));
    block = {};
    effects = false;
  };
  while (std::getline(file, line)) {
    ++number;
    if (number == 1) {
      script.purpose = line;
    } else if (line.empty()) {
      end_block();
    } else if (line == "----") {
      effects = true;
    } else if (effects) {
      block.expected += line + "\n";
    } else {
      if (block.commands.empty()) block.line = number;
      block.commands.push_back(line);
    }
  }
  end_block();
  return script;
}

std::string write_script(const Script& script) {
  std::string text = script.purpose + "\n";
  for (const auto& block : script.blocks) {
    text += "\n";
    for (const auto& command : block.commands) text += command + "\n";
    text += "----\n" + block.expected;
  }
  return text;
}

}  // namespace pilotlight::scenarios
