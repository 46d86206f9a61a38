#include "cli/change.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/terminal_text.hpp"
#include "election/json.hpp"
#include "system/secret_file.hpp"

namespace pilotlight::cli {

Result<std::string> secret_for(const Words& words, const client::ClusterDocument& document) {
  auto file = words.value("--secret-file").value_or("");
  if (file.empty()) {
    if (!document.secret_required) return std::string();
    const auto configured = client::secret_file(wanted_by(words), quick_inputs());
    if (!configured) return configured.error();
    file = *configured;
  }
  if (file.empty())
    return fatal(
        "this cluster takes changes only from who knows its secret: name its file with --secret-file, or in "
        "pilotlight.cluster.secretFile of the configuration");
  auto secret = system::read_secret(file);
  if (!secret) return secret.error();
  return std::move(secret->text);
}

Said said_by(const client::Reply& reply) {
  Said said;
  if (reply.outcome != client::Outcome::answered) return said;
  said.status = reply.status;
  const auto json = election::parse_json(reply.body);
  if (!json.is_object()) return said;
  const auto success = json.find("success");
  said.success = success != json.end() && success->is_boolean() && success->get<bool>();
  said.message = election::text_in(json, "message");
  if (said.message.empty()) said.message = election::text_in(json, "error");
  said.leader = election::text_in(json, "leader");
  said.epoch = election::number_in(json, "epoch");
  return said;
}

Answer not_done(const Said& said, const client::Reply& reply, const std::string& whom) {
  Answer answer{.out = {}, .code = exit_failed};
  const auto name = visible(short_name(whom));
  const auto words = said.message.empty() ? "status " + std::to_string(said.status) : visible(said.message);
  if (said.status == 401)
    answer.err = name + " refuses the proof: " + words + "; is it the same secret, and are both clocks right?\n";
  else if (said.status != 0)
    answer.err = name + " says: " + words + "\n";
  else if (reply.outcome == client::Outcome::silent || reply.outcome == client::Outcome::not_http)
    answer.err = name + " was asked and did not answer: it may have been done; look before you do it again\n";
  else
    answer.err = name + " cannot be reached, nothing was done: " + visible(reply.trouble) + "\n";
  if (said.status == 404) answer.code = exit_not_found;
  if (said.status == 503) answer.code = exit_no_leader;
  return answer;
}

std::int64_t wall_clock_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace pilotlight::cli
