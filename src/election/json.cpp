#include "election/json.hpp"

#include <nlohmann/json.hpp>

namespace pilotlight::election {

nlohmann::json json_of(const Member& member) {
  return {{"nonce", member.nonce},         {"host", member.address.host}, {"port", member.address.port},
          {"webUiUrl", member.web_ui_url}, {"webPort", member.web_port},  {"version", member.version}};
}

std::optional<Member> member_of(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  Member member;
  member.nonce = text_in(json, "nonce");
  member.address = {text_in(json, "host"), static_cast<std::int32_t>(number_in(json, "port"))};
  member.web_ui_url = text_in(json, "webUiUrl");
  member.web_port = static_cast<std::int32_t>(number_in(json, "webPort"));
  member.version = text_in(json, "version");
  const auto is_port = [](std::int32_t port) { return port >= 0 && port <= 65535; };
  if (!member.known() || member.address.host.empty() || !is_port(member.address.port) || !is_port(member.web_port))
    return std::nullopt;
  return member;
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
