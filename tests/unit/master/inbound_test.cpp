#include "master/inbound.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pilotlight::master {
namespace {

constexpr ConnectionId connection{7};

transport::Request request_of(const std::string& content, std::string_view endpoint, std::optional<std::int64_t> id) {
  transport::Request request;
  request.connection = connection;
  request.sender = deploy::Address{"10.0.0.2", 40001};
  request.endpoint = endpoint;
  request.content = content;
  request.request_id = id;
  return request;
}

deploy::RegisterWorker worker() {
  deploy::RegisterWorker message;
  message.id = WorkerId("worker-20250101000000-10.0.0.2-40001");
  message.host = "10.0.0.2";
  message.port = 40001;
  message.worker = {"Worker", {"10.0.0.2", 40001}};
  message.cores = 8;
  message.memory_mb = 8192;
  message.web_ui_url = "http://10.0.0.2:8081";
  message.master_address = {"10.0.0.1", 7077};
  return message;
}

/// Makes the stream that of another build by changing a descriptor's serialVersionUID where it stands.
std::string with_foreign_suid(std::string content, const std::string& class_name) {
  const auto at = content.find(class_name);
  EXPECT_NE(at, std::string::npos);
  for (std::size_t i = 0; i < 8; ++i) content[at + class_name.size() + i] = static_cast<char>(0x11 + i);
  return content;
}

TEST(Inbound, CheckExistenceOfMaster_IsAnsweredInThePeersScala) {
  for (const auto dialect : {deploy::Dialect::spark_3_4, deploy::Dialect::spark_4_3}) {
    Inbound inbound;
    const auto content = deploy::encode(deploy::ToMaster{deploy::CheckExistence{"Master"}}, dialect);
    const auto verdict = inbound.receive(request_of(content, "endpoint-verifier", 1));
    const auto& reply = std::get<ReplyWith>(verdict.action);
    EXPECT_TRUE(std::get<deploy::BooleanReply>(reply.reply).value);
    EXPECT_EQ(deploy::scala_of(reply.dialect), deploy::scala_of(dialect));
  }
}

TEST(Inbound, CheckExistenceOfAnotherName_IsFalse) {
  Inbound inbound;
  const auto content = deploy::encode(deploy::ToMaster{deploy::CheckExistence{"Worker"}}, deploy::Dialect::spark_3_4);
  const auto verdict = inbound.receive(request_of(content, "endpoint-verifier", 1));
  EXPECT_FALSE(std::get<deploy::BooleanReply>(std::get<ReplyWith>(verdict.action).reply).value);
}

TEST(Inbound, UnknownEndpoint_AskFailsWithText_OneWayIsIgnored) {
  Inbound inbound;
  const auto content = deploy::encode(deploy::ToMaster{deploy::CheckExistence{"x"}}, deploy::Dialect::spark_3_4);
  const auto asked = inbound.receive(request_of(content, "Nobody", 1));
  EXPECT_NE(std::get<FailWith>(asked.action).text.find("Could not find Nobody"), std::string::npos);
  EXPECT_TRUE(std::holds_alternative<Ignore>(inbound.receive(request_of(content, "Nobody", std::nullopt)).action));
}

TEST(Inbound, RegisterWorker_BecomesAnEventWithItsDialect) {
  Inbound inbound;
  const auto content = deploy::encode(deploy::ToMaster{worker()}, deploy::Dialect::spark_3_3);
  const auto verdict = inbound.receive(request_of(content, "Master", std::nullopt));
  const auto& event = std::get<Deliver>(verdict.action).message;
  EXPECT_EQ(event.connection, connection);
  EXPECT_EQ(event.candidates, std::vector<deploy::Dialect>{deploy::Dialect::spark_3_3});
  EXPECT_FALSE(event.ask);
  EXPECT_EQ(std::get<deploy::RegisterWorker>(event.message).cores, 8);
}

TEST(Inbound, WorkerOfAnUnknownBuild_IsToldSoInOneSentence_AndNoticedOnce) {
  Inbound inbound;
  const auto content = with_foreign_suid(deploy::encode(deploy::ToMaster{worker()}, deploy::Dialect::spark_3_4),
                                         "org.apache.spark.rpc.RpcEndpointRef");
  const auto verdict = inbound.receive(request_of(content, "Master", std::nullopt));
  const auto& back = std::get<SendBack>(verdict.action);
  const auto& refusal = std::get<deploy::RegisterWorkerFailed>(std::get<deploy::ToWorker>(back.message));
  EXPECT_NE(refusal.message.find("RpcEndpointRef"), std::string::npos) << refusal.message;
  EXPECT_NE(refusal.message.find("3.5"), std::string::npos) << refusal.message;
  EXPECT_EQ(refusal.message.find('\n'), std::string::npos);
  EXPECT_EQ(back.to.connection, connection);
  EXPECT_TRUE(verdict.notice);
  inbound.closed(connection);
  EXPECT_FALSE(inbound.receive(request_of(content, "Master", std::nullopt)).notice)
      << "once per peer, not once per try";
}

TEST(Inbound, PeerOfAnUnknownScala_AskFailsWithText) {
  Inbound inbound;
  const auto content =
      with_foreign_suid(deploy::encode(deploy::ToMaster{deploy::CheckExistence{"Master"}}, deploy::Dialect::spark_3_4),
                        "org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence");
  const auto verdict = inbound.receive(request_of(content, "endpoint-verifier", 1));
  EXPECT_NE(std::get<FailWith>(verdict.action).text.find("4.3"), std::string::npos);
}

TEST(Inbound, AskSentOneWay_IsNotServed) {
  Inbound inbound;
  const auto content =
      deploy::encode(deploy::ToMaster{deploy::RequestKillDriver{DriverId("d")}}, deploy::Dialect::spark_3_4);
  EXPECT_TRUE(std::holds_alternative<Ignore>(inbound.receive(request_of(content, "Master", std::nullopt)).action));
}

TEST(Inbound, OneWaySentAsAsk_FailsTheAsk) {
  Inbound inbound;
  const auto content = deploy::encode(deploy::ToMaster{worker()}, deploy::Dialect::spark_4_1);
  const auto verdict = inbound.receive(request_of(content, "Master", 3));
  const auto& failure = std::get<deploy::RpcFailure>(std::get<ReplyWith>(verdict.action).reply);
  EXPECT_NE(failure.exception.message.find("Unsupported message RegisterWorker"), std::string::npos);
}

TEST(Inbound, Garbage_IsRefusedNotObeyed) {
  Inbound inbound;
  EXPECT_TRUE(std::holds_alternative<FailWith>(inbound.receive(request_of("garbage", "Master", 4)).action));
  const auto verdict = inbound.receive(request_of("garbage", "Master", std::nullopt));
  EXPECT_TRUE(std::holds_alternative<Ignore>(verdict.action));
}

}  // namespace
}  // namespace pilotlight::master
