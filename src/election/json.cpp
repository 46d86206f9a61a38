#include "election/json.hpp"

#include <nlohmann/json.hpp>

namespace pilotlight::election {
namespace {

constexpr int deepest = 16;

}  // namespace

bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"')
      quoted = !quoted;
    else if (quoted)
      at += c == '\\' ? 1 : 0;
    else if (c == '[' || c == '{')
      ++depth;
    else if (c == ']' || c == '}')
      --depth;
    if (depth > deepest) return true;
  }
  return false;
}

nlohmann::json parse_json(std::string_view text) {
  if (nests_too_deep(text)) return nlohmann::json::value_t::discarded;
  return nlohmann::json::parse(text, nullptr, false);
}

nlohmann::json json_of(const Member& member) {
  return {{"nonce", member.nonce},         {"host", member.address.host}, {"port", member.address.port},
          {"webUiUrl", member.web_ui_url}, {"webPort", member.web_port},  {"version", member.version}};
}

std::optional<Member> member_of(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  Member member;
  member.nonce = text_in(json, "nonce");
  const auto port = number_in(json, "port");
  const auto web_port = number_in(json, "webPort");
  const auto is_port = [](std::int64_t number) { return number >= 0 && number <= 65535; };
  if (!is_port(port) || !is_port(web_port)) return std::nullopt;
  member.address = {text_in(json, "host"), static_cast<std::int32_t>(port)};
  member.web_ui_url = text_in(json, "webUiUrl");
  member.web_port = static_cast<std::int32_t>(web_port);
  member.version = text_in(json, "version");
  if (!member.known() || member.address.host.empty()) return std::nullopt;
  return member;
}

std::string text_of(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string text_in(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_in(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

}  // namespace pilotlight::election
