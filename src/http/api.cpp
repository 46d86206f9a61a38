#include "http/api.hpp"

#include <nlohmann/json.hpp>

#include "http/text.hpp"

namespace pilotlight::http {
namespace {

using nlohmann::json;

constexpr const char* json_type = "application/json";

/// A text field of an object; "" when there is none.
std::string text_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Response answer(const Outcome& outcome) {
  if (outcome.status >= 400) return api_error(outcome.status, outcome.message, outcome.leader);
  std::string body = R"({"success":true,"message":)" + json_quoted(outcome.message);
  if (!outcome.leader.empty())
    body += ",\"leader\":" + json_quoted(outcome.leader) + ",\"epoch\":" + std::to_string(outcome.epoch.value);
  return {outcome.status, json_type, body + "}\n", ""};
}

void kill(const json& wish, Actions& actions, const Reply& reply) {
  const auto kind = text_in(wish, "kind");
  const auto id = text_in(wish, "id");
  const auto done = [reply](const Outcome& outcome) { reply(answer(outcome)); };
  if (id.empty()) return reply(api_error(400, R"(The body must be {"kind":"app" or "driver","id":"…"}.)"));
  if (kind == "app") return actions.kill_app(id, done);
  if (kind == "driver") return actions.kill_driver(id, done);
  reply(api_error(400, R"("kind" must be "app" or "driver".)"));
}

}  // namespace

Response api_error(int status, std::string_view sentence, std::string_view leader) {
  std::string body = "{\"error\":" + json_quoted(sentence);
  if (status == 503) body += ",\"leader\":" + json_quoted(leader);
  return {status, json_type, body + "}\n", "", "POST"};
}

bool api(const Request& request, Actions& actions, const Reply& reply) {
  if (request.path != "/api/kill" && request.path != "/api/transfer") return false;
  const auto wish = json::parse(request.body.empty() ? "{}" : request.body, nullptr, false);
  if (!wish.is_object())
    reply(api_error(400, "The body is not a JSON object."));
  else if (request.path == "/api/kill")
    kill(wish, actions, reply);
  else
    actions.transfer(text_in(wish, "to"), [reply](const Outcome& outcome) { reply(answer(outcome)); });
  return true;
}

}  // namespace pilotlight::http
