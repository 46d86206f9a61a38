#include "cli/json_output.hpp"

#include <nlohmann/json.hpp>

#include "cli/terminal_text.hpp"

namespace pilotlight::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string scalar(const Json& value) {
  return visible_in_json(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Block style; texts in double quotes, where YAML's escapes are JSON's.
void write_yaml(std::string& out, const Json& value, std::size_t indent) {
  const std::string margin(indent, ' ');
  const auto write_below = [&](const Json& child, std::size_t deeper) {
    if (!child.is_structured() || child.empty()) {
      out += " " + scalar(child) + "\n";
      return;
    }
    out += "\n";
    write_yaml(out, child, deeper);
  };
  if (value.is_object()) {
    for (const auto& [name, child] : value.items()) {
      const bool plain = !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos &&
                         name != "null" && name != "true" && name != "false" && name != "yes" && name != "no" &&
                         name != "y" && name != "n" && name != "on" && name != "off";
      out += margin + (plain ? name : scalar(name)) + ":";
      write_below(child, indent + 2);
    }
    return;
  }
  for (const auto& child : value) {
    if (!child.is_structured() || child.empty()) {
      out += margin + "- " + scalar(child) + "\n";
      continue;
    }
    std::string item;
    write_yaml(item, child, indent + 2);
    item[indent] = '-';  // in place of the margin's blank: "- name: value"
    out += item;
  }
}

std::string write(const Json& value, Notation notation) {
  if (notation == Notation::yaml) {
    if (!value.is_structured() || value.empty()) return scalar(value) + "\n";
    std::string result;
    write_yaml(result, value, 0);
    return result;
  }
  const int indent = notation == Notation::json ? 2 : -1;
  return visible_in_json(value.dump(indent, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace

std::string document_text(const std::string& document, Notation notation) {
  return write(Json::parse(document, nullptr, false), notation);
}

std::string arrays_text(const std::string& document, const std::vector<std::string>& keys, Notation notation) {
  const auto json = Json::parse(document, nullptr, false);
  auto result = Json::array();
  for (const auto& key : keys) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_array()) continue;
    for (const auto& entry : *found) result.push_back(entry);
  }
  return write(result, notation);
}

std::string object_text(const std::vector<std::pair<std::string, std::string>>& members, Notation notation) {
  auto result = Json::object();
  for (const auto& [name, value] : members) result[name] = Json::parse(value, nullptr, false);
  return write(result, notation);
}

std::string json_string(std::string_view text) {
  return Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace pilotlight::cli
