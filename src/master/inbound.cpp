#include "master/inbound.hpp"

#include <utility>

#include "base/overloaded.hpp"

namespace pilotlight::master {
namespace {

/// Ask and one-way handlers are separate tables in Spark (spec §2.2): a message in the wrong way is not served.
enum class Kind { one_way, ask, either };
Kind kind_of(const deploy::ToMaster& message) {
  return std::visit(overloaded{[](const deploy::ExecutorStateChanged&) { return Kind::ask; },
                               [](const deploy::RequestExecutors&) { return Kind::ask; },
                               [](const deploy::KillExecutors&) { return Kind::ask; },
                               [](const deploy::RequestSubmitDriver&) { return Kind::ask; },
                               [](const deploy::RequestKillDriver&) { return Kind::ask; },
                               [](const deploy::RequestDriverStatus&) { return Kind::ask; },
                               [](const deploy::RequestKillAllDrivers&) { return Kind::ask; },
                               [](const deploy::RequestClearCompletedDriversAndApps&) { return Kind::ask; },
                               [](const deploy::RequestReadyz&) { return Kind::ask; },
                               [](const deploy::DecommissionWorkersOnHosts&) { return Kind::ask; },
                               [](const deploy::CheckExistence&) { return Kind::ask; },
                               [](const deploy::InternalMessage&) { return Kind::either; },
                               [](const deploy::UnsupportedMessage&) { return Kind::either; },
                               [](const auto&) { return Kind::one_way; }},
                    message);
}

std::string sender_text(const transport::Request& request) {
  return request.sender ? deploy::to_string(*request.sender) : "a peer without an address";
}

deploy::Reply spark_failure(std::string message) {
  deploy::Exception exception;
  exception.class_name = "java.lang.RuntimeException";
  exception.message = std::move(message);
  return deploy::RpcFailure{std::move(exception)};
}

/// Any dialect of the peer's Scala version can write what a refusal needs: these classes are alike within it.
deploy::Dialect refusal_dialect(deploy::Scala scala) {
  return scala == deploy::Scala::v2_12 ? deploy::Dialect::spark_3_4 : deploy::Dialect::spark_4_1;
}

constexpr std::size_t remembered_notices = 10'000;

}  // namespace

std::optional<std::string> Inbound::notice_once(const transport::Request& request, std::string_view kind,
                                                const std::string& text) {
  // Peers choose new ports at every start, so the host is what tells them apart.
  std::string key = (request.sender ? request.sender->host : std::string()) + '|' + std::string(kind);
  if (noticed_.size() >= remembered_notices) noticed_.clear();
  if (!noticed_.insert(std::move(key)).second) return std::nullopt;
  return text;
}

Verdict Inbound::receive(const transport::Request& request) {
  if (request.endpoint == "endpoint-verifier") return verify_endpoint(request);
  if (request.endpoint != "Master") {
    Verdict verdict;
    if (request.request_id)
      verdict.action =
          FailWith{"org.apache.spark.SparkException: Could not find " + std::string(request.endpoint) + "."};
    return verdict;
  }

  auto decoded = deploy::decode_to_master(request.content);
  auto& build = peers_[request.connection];
  if (auto* failed = std::get_if<deploy::DecodeError>(&decoded)) {
    build.observe(failed->evidence);
    const auto complaint = build.complaint();
    return refuse(request, build,
                  complaint ? *complaint : "this master cannot read the message: " + failed->error.to_string(),
                  nullptr);
  }
  auto& [message, evidence] = std::get<deploy::Decoded<deploy::ToMaster>>(decoded);
  build.observe(evidence);
  if (const auto complaint = build.complaint()) return refuse(request, build, *complaint, &message);

  const Kind kind = kind_of(message);
  if ((kind == Kind::ask && !request.request_id) || (kind == Kind::one_way && request.request_id))
    return wrong_kind(request, build, message);

  core::MessageReceived event;
  event.connection = request.connection;
  event.sender = request.sender;
  event.candidates = build.candidates();
  if (request.request_id) event.ask = core::AskId{request.connection, *request.request_id};
  event.message = std::move(message);
  return {Deliver{std::move(event)}, std::nullopt};
}

Verdict Inbound::verify_endpoint(const transport::Request& request) {
  auto decoded = deploy::decode_to_master(request.content);
  auto& build = peers_[request.connection];
  if (const auto* failed = std::get_if<deploy::DecodeError>(&decoded)) {
    build.observe(failed->evidence);
    const auto complaint = build.complaint();
    return refuse(request, build, complaint ? *complaint : failed->error.to_string(), nullptr);
  }
  auto& [message, evidence] = std::get<deploy::Decoded<deploy::ToMaster>>(decoded);
  build.observe(evidence);
  if (const auto complaint = build.complaint()) return refuse(request, build, *complaint, &message);
  if (!request.request_id) return {};
  const auto dialect = build.dialect();
  const auto* question = std::get_if<deploy::CheckExistence>(&message);
  if (!question || !dialect)
    return {FailWith{"org.apache.spark.SparkException: Unsupported message at endpoint-verifier."}, {}};
  return {
      ReplyWith{deploy::BooleanReply{question->name == "Master" || question->name == "endpoint-verifier"}, *dialect},
      {}};
}

Verdict Inbound::refuse(const transport::Request& request, const deploy::PeerBuild& build, const std::string& sentence,
                        const deploy::ToMaster* message) {
  Verdict verdict;
  // A build that is not served is named each; of what cannot be read at all, one line a host says enough.
  const auto complaint = build.complaint();
  verdict.notice =
      notice_once(request, complaint.value_or("unreadable"), "Refusing " + sender_text(request) + ": " + sentence);
  const auto scala = build.scala();
  if (request.request_id) {
    if (scala)
      verdict.action = ReplyWith{spark_failure(sentence), refusal_dialect(*scala)};
    else
      verdict.action = FailWith{sentence};
    return verdict;
  }
  if (!scala || !message) return verdict;
  core::Peer to;
  to.connection = request.connection;
  to.dialect = refusal_dialect(*scala);
  if (const auto* worker = std::get_if<deploy::RegisterWorker>(message)) {
    to.ref = worker->worker;
    verdict.action = SendBack{std::move(to), deploy::ToWorker{deploy::RegisterWorkerFailed{sentence}}};
  } else if (const auto* app = std::get_if<deploy::RegisterApplication>(message)) {
    to.ref = app->driver;
    verdict.action = SendBack{std::move(to), deploy::ToDriver{deploy::ApplicationRemoved{sentence}}};
  }
  return verdict;
}

Verdict Inbound::wrong_kind(const transport::Request& request, const deploy::PeerBuild& build,
                            const deploy::ToMaster& message) {
  const std::string name(deploy::message_name(message));
  Verdict verdict;
  verdict.notice = notice_once(request, name,
                               "Ignoring " + name + " from " + sender_text(request) + ": it was sent " +
                                   (request.request_id ? "as an ask" : "one-way"));
  if (request.request_id)
    verdict.action = ReplyWith{spark_failure("Unsupported message " + name + " from " + sender_text(request)),
                               build.dialect().value_or(deploy::Dialect::spark_3_4)};
  return verdict;
}

}  // namespace pilotlight::master
