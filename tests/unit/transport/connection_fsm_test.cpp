#include "transport/connection_fsm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::transport {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const Instant start = Instant{} + 1h;
constexpr Duration idle = 120s;
constexpr Patience patience{.idle = idle, .frame = 60s};

std::string name_of(const std::optional<deploy::Address>& address) { return address ? address->host : "-"; }

/// All that the machine wants done, in words.
std::vector<std::string> actions(ConnectionFsm& fsm) {
  std::vector<std::string> all;
  for (;;) {
    const Action action = fsm.next();
    if (std::holds_alternative<Idle>(action)) return all;
    if (const auto* request = std::get_if<RequestReceived>(&action))
      all.push_back("request " + (request->request_id ? std::to_string(*request->request_id) : std::string("one-way")) +
                    " from " + name_of(request->message.sender) + " to " + std::string(request->message.endpoint) +
                    ": " + std::string(request->message.content));
    if (const auto* reply = std::get_if<ReplyReceived>(&action))
      all.push_back("reply " + std::to_string(reply->request_id) + ": " +
                    (reply->content ? *reply->content : "error: " + reply->content.error().message));
    if (const auto* send = std::get_if<SendFrame>(&action)) all.push_back("send " + send->frame);
    if (const auto* over = std::get_if<HandOver>(&action)) all.push_back("http " + over->first_bytes);
    if (const auto* notice = std::get_if<Notice>(&action)) all.push_back("notice " + notice->text);
    if (const auto* close = std::get_if<Close>(&action)) all.push_back("close " + close->reason);
  }
}

std::vector<std::string> on(ConnectionFsm& fsm, std::string_view bytes, Instant now = start) {
  fsm.receive(bytes, now);
  return actions(fsm);
}

ConnectionFsm opened_by_peer() { return {OpenedBy::peer, 1U << 20U, patience}; }
ConnectionFsm opened_by_us() { return {OpenedBy::us, 1U << 20U, patience}; }

const std::string envelope = encode_envelope(deploy::Address{"w1", 4000}, deploy::Address{"m1", 7077}, "Master");

TEST(ConnectionFsm, AskAndOneWay_AreRequestsOnBothKindsOfConnection) {
  for (const OpenedBy opened_by : {OpenedBy::peer, OpenedBy::us}) {
    ConnectionFsm fsm(opened_by, 1U << 20U, patience);
    EXPECT_THAT(on(fsm, encode_rpc_request(5, envelope, "A") + encode_one_way_message(envelope, "B")),
                ElementsAre("request 5 from w1 to Master: A", "request one-way from w1 to Master: B"));
  }
}

TEST(ConnectionFsm, StreamRequest_IsAnsweredAsASparkMasterDoes) {
  auto fsm = opened_by_peer();
  const std::string request = std::string("\0\0\0\0\0\0\0\x15\x06\0\0\0\x08", 13) + "/files/x";
  EXPECT_THAT(on(fsm, request),
              ElementsAre("send " + encode_stream_failure("/files/x", "Stream '/files/x' was not found.")));
}

TEST(ConnectionFsm, UnreadableAsk_IsAnsweredByAFailureAndTheConnectionLives) {
  auto fsm = opened_by_peer();
  const auto result = on(fsm, encode_rpc_request(9, "\x01\xff", "") + encode_rpc_request(10, envelope, "A"));
  EXPECT_THAT(result, ElementsAre("send " + encode_rpc_failure(9,
                                                               "a request could not be read: the message ends inside "
                                                               "the address of the sender (at byte 1)"),
                                  "request 10 from w1 to Master: A"));
}

TEST(ConnectionFsm, UnreadableOneWay_IsNoticedAndTheConnectionLives) {
  auto fsm = opened_by_peer();
  EXPECT_THAT(on(fsm, encode_one_way_message("\x01\xff", "") + encode_one_way_message(envelope, "B")),
              ElementsAre(StartsWith("notice a request could not be read"), "request one-way from w1 to Master: B"));
}

TEST(ConnectionFsm, BadFrame_ClosesAndNothingFollows) {
  auto fsm = opened_by_peer();
  EXPECT_THAT(on(fsm, std::string("\0\0\0\0\0\0\0\x01\x03", 9)), ElementsAre(StartsWith("close a frame length of 1")));
  EXPECT_THAT(on(fsm, encode_one_way_message(envelope, "B")), ElementsAre());
}

TEST(ConnectionFsm, FirstByte_DecidesWhoSpeaks) {
  for (int byte = 0; byte < 256; ++byte) {
    auto fsm = opened_by_peer();
    EXPECT_TRUE(fsm.is_fresh());
    const std::string bytes(1, static_cast<char>(byte));
    const auto result = on(fsm, bytes);
    EXPECT_FALSE(fsm.is_fresh());
    const bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
    if (byte == 0)
      EXPECT_THAT(result, ElementsAre());
    else if (letter)
      EXPECT_THAT(result, ElementsAre("http " + bytes));
    else
      EXPECT_THAT(result, ElementsAre(AllOf(StartsWith("close its first byte is 0x"), HasSubstr("neither"))));
  }
}

TEST(ConnectionFsm, Http_IsHandedOverWithAllThatWasReadOnce) {
  auto fsm = opened_by_peer();
  EXPECT_THAT(on(fsm, "GET /json/ HTTP/1.1\r\n"), ElementsAre("http GET /json/ HTTP/1.1\r\n"));
  EXPECT_THAT(on(fsm, "more"), ElementsAre());
}

TEST(ConnectionFsm, HttpOnAConnectionThatWeOpened_IsAStranger) {
  auto fsm = opened_by_us();
  EXPECT_THAT(on(fsm, "HTTP/1.1 400"), ElementsAre("close its first byte is 0x48: not Spark's RPC"));
}

TEST(ConnectionFsm, Answers_EndTheAsksTheyBelongTo) {
  auto fsm = opened_by_us();
  fsm.expect_reply(1, start + 10s, start);
  fsm.expect_reply(2, start + 10s, start);
  EXPECT_THAT(on(fsm, encode_rpc_failure(2, "Could not find Worker.") + encode_rpc_response(1, "yes")),
              ElementsAre("reply 2: error: Could not find Worker.", "reply 1: yes"));
  EXPECT_FALSE(fsm.has_outstanding_asks());
  EXPECT_FALSE(fsm.deadline().has_value());
}

TEST(ConnectionFsm, AnswerThatNobodyAwaits_IsIgnored) {
  auto fsm = opened_by_us();
  EXPECT_THAT(
      on(fsm, encode_rpc_response(77, "?") + encode_rpc_failure(78, "?") + encode_one_way_message(envelope, "B")),
      ElementsAre("request one-way from w1 to Master: B"));
}

TEST(ConnectionFsm, Ask_FailsAtItsDeadlineAndALateAnswerIsIgnored) {
  auto fsm = opened_by_us();
  fsm.expect_reply(1, start + 10s, start);
  fsm.expect_reply(2, start + 5s, start);
  EXPECT_EQ(fsm.deadline(), start + 5s);
  fsm.advance(start + 5s - 1ns);
  EXPECT_THAT(actions(fsm), ElementsAre());
  fsm.advance(start + 5s);
  EXPECT_THAT(actions(fsm), ElementsAre("reply 2: error: no answer came in time"));
  EXPECT_EQ(fsm.deadline(), start + 10s);
  EXPECT_THAT(on(fsm, encode_rpc_response(2, "late") + encode_rpc_response(1, "good")), ElementsAre("reply 1: good"));
}

TEST(ConnectionFsm, SilenceWhileAnAnswerIsAwaited_Closes) {
  auto fsm = opened_by_us();
  fsm.expect_reply(1, start + 1h, start);
  EXPECT_EQ(fsm.deadline(), start + idle);
  on(fsm, encode_one_way_message(envelope, "B"), start + 60s);
  fsm.bytes_sent(start + 70s);
  EXPECT_EQ(fsm.deadline(), start + 70s + idle);
  fsm.advance(start + 70s + idle - 1ns);
  EXPECT_THAT(actions(fsm), ElementsAre());
  fsm.advance(start + 70s + idle);
  EXPECT_THAT(actions(fsm), ElementsAre("close an answer is awaited and nothing was read or written for 120 s"));
  EXPECT_THAT(fsm.abandon_asks(), ElementsAre(1));
}

TEST(ConnectionFsm, SilenceWhileNothingIsAwaited_IsFineForever) {
  auto fsm = opened_by_peer();
  on(fsm, encode_one_way_message(envelope, "B"));
  EXPECT_FALSE(fsm.deadline().has_value());
  fsm.advance(start + 1000h);
  EXPECT_THAT(actions(fsm), ElementsAre());
}

TEST(ConnectionFsm, AskAfterLongSilence_StartsTheWaitAnew) {
  auto fsm = opened_by_peer();
  on(fsm, encode_one_way_message(envelope, "B"));
  fsm.expect_reply(1, start + 2h, start + 1h);
  fsm.advance(start + 1h + 1s);
  EXPECT_THAT(actions(fsm), ElementsAre());
}

TEST(ConnectionFsm, FrameThatIsNotFinishedInTime_Closes) {
  auto fsm = opened_by_peer();
  const std::string frame = encode_one_way_message(envelope, "A");
  EXPECT_THAT(on(fsm, frame.substr(0, 1)), IsEmpty());
  EXPECT_EQ(fsm.deadline(), start + 60s);
  EXPECT_THAT(on(fsm, frame.substr(1, 20), start + 59s), IsEmpty());
  EXPECT_EQ(fsm.deadline(), start + 60s) << "more bytes of it do not give it more time";
  fsm.advance(start + 59s);
  EXPECT_THAT(actions(fsm), IsEmpty());
  fsm.advance(start + 60s);
  EXPECT_THAT(actions(fsm), ElementsAre("close it began a message and did not finish it within 60 s "
                                        "(pilotlight.rpc.frameTimeout)"));
}

TEST(ConnectionFsm, EachFrame_HasItsOwnTime) {
  auto fsm = opened_by_peer();
  const std::string frame = encode_one_way_message(envelope, "A");
  on(fsm, frame.substr(0, 30));
  EXPECT_THAT(on(fsm, frame.substr(30) + frame.substr(0, 30), start + 50s), SizeIs(1));
  EXPECT_EQ(fsm.deadline(), start + 110s);
  fsm.advance(start + 109s);
  EXPECT_THAT(on(fsm, frame.substr(30), start + 109s), SizeIs(1));
  EXPECT_EQ(fsm.deadline(), std::nullopt) << "nothing is begun";
  fsm.advance(start + 1h);
  EXPECT_THAT(actions(fsm), IsEmpty());
}

TEST(ConnectionFsm, FrameOfAPeerThatIsNotReadFrom_HasItsTimeAnew) {
  auto fsm = opened_by_peer();
  fsm.restart_frame_time(start);
  EXPECT_EQ(fsm.deadline(), std::nullopt);
  on(fsm, encode_one_way_message(envelope, "A").substr(0, 30));
  fsm.restart_frame_time(start + 59s);
  EXPECT_EQ(fsm.deadline(), start + 119s);
}

TEST(ConnectionFsm, AsksAndABegunFrame_ShareTheNextDeadline) {
  auto fsm = opened_by_us();
  fsm.expect_reply(1, start + 10s, start);
  on(fsm, encode_one_way_message(envelope, "A").substr(0, 30));
  EXPECT_EQ(fsm.deadline(), start + 10s);
  fsm.advance(start + 10s);
  EXPECT_EQ(fsm.deadline(), start + 60s);
}

TEST(ConnectionFsm, ConnectionLost_AbandonsEveryAskOnce) {
  auto fsm = opened_by_us();
  for (const int id : {3, 1, 2}) fsm.expect_reply(id, start + 1s, start);
  EXPECT_THAT(fsm.abandon_asks(), ElementsAre(1, 2, 3));
  EXPECT_THAT(fsm.abandon_asks(), ElementsAre());
}

TEST(ConnectionFsm, SplitAtEveryByte_GivesTheSameActions) {
  const std::string bytes = encode_rpc_request(5, envelope, "A") + encode_one_way_message(envelope, "B");
  for (std::size_t at = 1; at < bytes.size(); ++at) {
    auto fsm = opened_by_peer();
    auto all = on(fsm, std::string_view(bytes).substr(0, at));
    for (auto& action : on(fsm, std::string_view(bytes).substr(at))) all.push_back(action);
    ASSERT_THAT(all, ElementsAre("request 5 from w1 to Master: A", "request one-way from w1 to Master: B")) << at;
  }
}

}  // namespace
}  // namespace pilotlight::transport
