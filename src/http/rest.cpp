#include "http/rest.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "http/json_writer.hpp"

namespace pilotlight::http {
namespace {

constexpr std::string_view prefix = "/v1/submissions/";
constexpr int unknown_version = 468;
constexpr const char* where = " Please submit requests through http://[host]:[port]/v1/submissions/...";
constexpr const char* no_answer =
    "No answer came in time, or this master lost its leadership: look before asking again.";

/// The keys of an answer in alphabetical order, as Spark writes them; nullopt is left out.
class Answer {
 public:
  Answer(std::string action, const About& about) {
    text("action", std::move(action));
    text("serverSparkVersion", "Pilotlight " + about.version);
  }
  Answer& text(const std::string& key, std::optional<std::string> value) {
    if (value) fields_[key] = std::move(*value);
    return *this;
  }
  Answer& success(bool value) {
    success_ = value;
    return *this;
  }
  [[nodiscard]] Response response(int status = 200) {
    if (success_) fields_["success"];
    JsonWriter json;
    json.begin_object();
    for (const auto& [key, value] : fields_)
      if (key == "success")
        json.flag(key, *success_);
      else
        json.field(key, value);
    json.end_object();
    return {status, "application/json;charset=utf-8", json.take(), ""};
  }

 private:
  std::map<std::string, std::string> fields_;
  std::optional<bool> success_;
};

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (end > 0) parts.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

/// What Spark says to a path that is none of the protocol.
Response misdirected(const std::vector<std::string>& parts, const About& about) {
  if (parts.empty()) return rest_error(400, std::string("Missing protocol version.") + where, about);
  if (parts.front() == "v1" && parts.size() == 1)
    return rest_error(400, std::string("Missing the /submissions prefix.") + where, about);
  if (parts.front() == "v1" && parts[1] == "submissions")
    return rest_error(400, std::string("Missing an action: please specify one of /create, /kill, or /status.") + where,
                      about);
  return Answer("ErrorResponse", about)
      .text("highestProtocolVersion", "v1")
      .text("message", "Unknown protocol version '" + parts.front() + "'." + where)
      .response(unknown_version);
}

Response wrong_method(const char* allowed) {
  return {405, "text/plain;charset=utf-8", std::string("This address answers ") + allowed + " only.\n", "", allowed};
}

std::string not_alive(const char* what) {
  return std::string("Current state is not alive: STANDBY. Can only ") + what + " in ALIVE state.";
}

template <typename Expected>
const Expected* reply_as(const std::optional<deploy::Reply>& reply) {
  return reply ? std::get_if<Expected>(&*reply) : nullptr;
}

}  // namespace

bool is_rest(const Request& request) { return request.path.starts_with(prefix); }

bool rest_changes(const Request& request) { return request.method == "POST"; }

Response rest_error(int status, const std::string& sentence, const About& about) {
  return Answer("ErrorResponse", about).text("message", sentence).response(status);
}

void Rest::answer(const Request& request, const Reply& reply) {
  const auto parts = parts_of(request.path);
  const std::string action = parts.size() > 2 && parts[0] == "v1" && parts[1] == "submissions" ? parts[2] : "";
  const std::string id = parts.size() > 3 ? parts[3] : "";
  const bool reads = action == "status" || action == "readyz";
  const bool known = reads || action == "create" || action == "kill" || action == "killall" || action == "clear";
  if (!known) return reply(misdirected(parts, about_));
  if (reads ? request.method != "GET" && request.method != "HEAD" : request.method != "POST")
    return reply(wrong_method(reads ? "GET, HEAD" : "POST"));
  if (action == "status") return status(id, reply);
  if (action == "readyz") return reply(readyz());
  if (action == "create")
    return reply(rest_error(501,
                            "Pilotlight takes submissions over Spark's RPC only. Use: spark-submit --master " +
                                master_.state().master_url() +
                                " --deploy-mode cluster (with spark.master.rest.enabled=false, the default).",
                            about_));
  if (!about_.kill_enabled && action != "clear")
    return reply(rest_error(403, "Killing is switched off: spark.ui.killEnabled is false.", about_));
  if (action == "kill") return kill(id, reply);
  if (action == "killall") return kill_all(reply);
  clear(reply);
}

void Rest::kill(const std::string& id, const Reply& reply) {
  if (id.empty()) return reply(rest_error(400, "Submission ID is missing in kill request.", about_));
  const auto tell = [this, id, reply](bool success, const std::string& message) {
    reply(Answer("KillSubmissionResponse", about_)
              .text("message", message)
              .text("submissionId", id)
              .success(success)
              .response());
  };
  if (standby()) return tell(false, not_alive("kill drivers"));
  master_.ask(deploy::RequestKillDriver{DriverId(id)}, [tell](const std::optional<deploy::Reply>& answer) {
    const auto* killed = reply_as<deploy::KillDriverResponse>(answer);
    tell(killed != nullptr && killed->success, killed == nullptr ? no_answer : killed->message);
  });
}

void Rest::status(const std::string& id, const Reply& reply) {
  if (id.empty()) return reply(rest_error(400, "Submission ID is missing in status request.", about_));
  const auto tell = [this, id, reply](const deploy::DriverStatusResponse& status) {
    std::optional<std::string> message;
    if (status.exception)
      message = "Exception from the cluster:\njava.lang.Exception: " + status.exception->message + "\n";
    std::optional<std::string> state;
    if (status.state) state = std::string(deploy::to_string(*status.state));
    reply(Answer("SubmissionStatusResponse", about_)
              .text("driverState", state)
              .text("message", message)
              .text("submissionId", id)
              .text("workerHostPort",
                    status.worker_address ? std::optional(deploy::to_string(*status.worker_address)) : std::nullopt)
              .text("workerId", status.worker ? std::optional(status.worker->text) : std::nullopt)
              .success(status.found)
              .response());
  };
  const auto fail = [tell](const std::string& why) {
    deploy::DriverStatusResponse failed;
    failed.exception.emplace();
    failed.exception->message = why;
    tell(failed);
  };
  if (standby()) return fail(not_alive("request driver status"));
  master_.ask(deploy::RequestDriverStatus{DriverId(id)}, [tell, fail](const std::optional<deploy::Reply>& answer) {
    if (const auto* status = reply_as<deploy::DriverStatusResponse>(answer)) return tell(*status);
    fail(no_answer);
  });
}

void Rest::kill_all(const Reply& reply) {
  const auto tell = [this, reply](bool success, const std::string& message) {
    reply(Answer("KillAllSubmissionResponse", about_).text("message", message).success(success).response());
  };
  if (standby()) return tell(false, not_alive("kill drivers"));
  master_.ask(deploy::RequestKillAllDrivers{}, [tell](const std::optional<deploy::Reply>& answer) {
    const auto* killed = reply_as<deploy::KillAllDriversResponse>(answer);
    tell(killed != nullptr && killed->success, killed == nullptr ? no_answer : killed->message);
  });
}

void Rest::clear(const Reply& reply) {
  const auto tell = [this, reply](bool success, const std::string& message) {
    reply(Answer("ClearResponse", about_).text("message", message).success(success).response());
  };
  if (standby()) return tell(false, not_alive("clear what has ended"));
  master_.ask(deploy::RequestClearCompletedDriversAndApps{}, [tell](const std::optional<deploy::Reply>& answer) {
    const auto* cleared = reply_as<deploy::BooleanReply>(answer);
    tell(cleared != nullptr && cleared->value, cleared == nullptr ? no_answer : "");
  });
}

Response Rest::readyz() const {
  const bool ready = !standby();
  return Answer("ReadyzResponse", about_).text("message", "").success(ready).response(ready ? 200 : 503);
}

}  // namespace pilotlight::http
