#include <algorithm>

#include "cli/documents.hpp"

namespace pilotlight::cli {
namespace {

// Each hands the words up to the cursor to `pilotlight __complete` and shows what comes back: word, tab, description.
constexpr std::string_view bash = R"(# bash completion of pilotlight: source <(pilotlight completion bash)
_pilotlight() {
  local line=${COMP_LINE:0:COMP_POINT} words current prefix candidate files=
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  words=("${words[@]:1}")
  current=${words[-1]}
  # Bash parts words at : and = as well, and replaces the last part only.
  prefix=${current%"${current##*[:=]}"}
  COMPREPLY=()
  while IFS= read -r candidate; do
    candidate=${candidate%%$'\t'*}
    if [[ $candidate == :files ]]; then
      files=1
    elif [[ $candidate == "$current"* ]]; then
      COMPREPLY+=("${candidate#"$prefix"}")
    fi
  done < <(pilotlight __complete -- "${words[@]}" 2>/dev/null)
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "$current")
  fi
}
complete -F _pilotlight pilotlight
)";

constexpr std::string_view zsh = R"(#compdef pilotlight
# zsh completion of pilotlight: source <(pilotlight completion zsh), or as _pilotlight in a folder of $fpath
_pilotlight() {
  local -a candidates
  local line files=
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      files=1
    else
      candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    fi
  done < <(pilotlight __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( ${#candidates} )) && _describe -t values pilotlight candidates
  [[ -n $files ]] && _files
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _pilotlight "$@"
else
  compdef _pilotlight pilotlight
fi
)";

constexpr std::string_view fish =
    R"(# fish completion of pilotlight: pilotlight completion fish > ~/.config/fish/completions/pilotlight.fish
function __pilotlight_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (pilotlight __complete -- $words[2..] 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c pilotlight -f -a '(__pilotlight_complete)'
)";

constexpr const char* files = ":files";

void add_words(std::vector<std::string>& out, std::string_view list, std::string_view says) {
  while (!list.empty()) {
    const auto blank = std::min(list.find(' '), list.size());
    if (blank > 0) out.push_back(std::string(list.substr(0, blank)) + "\t" + std::string(says));
    list.remove_prefix(std::min(blank + 1, list.size()));
  }
}

std::string_view last_name(const OptionRow& option) { return option.name(); }

/// The option of this name in any command: options may stand before the command.
const OptionRow* option_named(const CommandRow* command, std::string_view name) {
  for (const auto& row : commands()) {
    if (command != nullptr && &row != command) continue;
    for (const auto& option : row.options) {
      std::string_view names = option.names;
      while (!names.empty()) {
        const auto comma = std::min(names.find(','), names.size());
        if (names.substr(0, comma) == name) return &option;
        names.remove_prefix(std::min(comma + 1, names.size()));
      }
    }
  }
  return nullptr;
}

bool takes_next_word(const OptionRow* option) {
  return option != nullptr && !option->value.empty() && option->if_bare.empty();
}

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return bash;
  return shell == "zsh" ? zsh : fish;
}

std::vector<std::string> candidates(const Arguments& words, std::vector<std::string> (*ids)(Offer, const Arguments&)) {
  std::vector<std::string> out;
  const std::string current = words.empty() ? std::string() : words.back();
  const auto equals = current.starts_with('-') ? current.find('=') : std::string::npos;
  const CommandRow* command = nullptr;
  const OptionRow* waiting = nullptr;  // its value comes next
  std::vector<std::string> arguments;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto& word = words[i];
    if (waiting != nullptr) {
      waiting = nullptr;
    } else if (word.starts_with('-')) {
      const auto* option = option_named(command, word);
      if (takes_next_word(option)) waiting = option;
    } else if (command == nullptr) {
      command = find_command(word);
      if (command == nullptr) return {};
    } else {
      arguments.push_back(word);
    }
  }
  const auto offer = [&](Offer kind, std::string_view choices, std::string_view says) {
    add_words(out, choices, says);
    if (kind == Offer::file) out.emplace_back(files);
    if (kind == Offer::command)
      for (const auto& row : commands())
        if (!row.hidden) out.push_back(std::string(row.name) + "\t" + std::string(row.sentence));
    if (kind == Offer::app || kind == Offer::driver || kind == Offer::member)
      for (auto& id : ids(kind, words)) out.push_back(std::move(id));
    if (kind == Offer::condition) {
      add_words(out, "leader", "somebody leads");
      add_words(out, "workers=1", "as many or more are ALIVE");
      for (const auto& id : ids(Offer::app, words)) out.push_back("app=" + id);
      for (const auto& id : ids(Offer::driver, words)) out.push_back("driver=" + id);
    }
  };
  if (waiting != nullptr) {
    offer(waiting->offer, waiting->choices, waiting->sentence);
    return out;
  }
  if (equals != std::string::npos) {  // --output=json: shells replace the whole word
    const auto* option = option_named(command, current.substr(0, equals));
    if (option == nullptr || option->value.empty()) return {};
    offer(option->offer, option->choices, option->sentence);
    for (auto& candidate : out)
      if (candidate != files) candidate.insert(0, current, 0, equals + 1);
    return out;
  }
  if (current.starts_with('-')) {
    out.emplace_back("--help\tprint a short help");
    for (const auto& row : commands())
      if (command == nullptr ? row.name == "status" : &row == command)
        for (const auto& option : row.options)
          out.push_back(std::string(last_name(option)) + "\t" + std::string(option.sentence));
    return out;
  }
  if (command == nullptr) {
    offer(Offer::command, {}, {});
    return out;
  }
  if (arguments.size() < command->arguments.size()) {
    const auto& argument = command->arguments[arguments.size()];
    auto kind = argument.offer;
    if (kind == Offer::app && !arguments.empty() && arguments.front() == "driver") kind = Offer::driver;
    offer(kind, argument.choices, argument.name);
  }
  return out;
}

}  // namespace pilotlight::cli
