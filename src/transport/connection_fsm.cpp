#include "transport/connection_fsm.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/overloaded.hpp"

namespace pilotlight::transport {
namespace {

bool is_ascii_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string hex(char c) {
  constexpr char digits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return {'0', 'x', digits[byte >> 4U], digits[byte & 15U]};
}

long long in_seconds(Duration duration) {
  return static_cast<long long>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

ConnectionFsm::ConnectionFsm(OpenedBy opened_by, std::size_t max_frame_bytes, Patience patience)
    : opened_by_(opened_by), patience_(patience), decoder_(max_frame_bytes) {}

void ConnectionFsm::receive(std::string_view bytes, Instant now) {
  if (bytes.empty() || state_ == State::ended) return;
  last_traffic_ = now;
  if (state_ == State::fresh) {
    // A frame of Spark's is shorter than 2^56 bytes, so it begins with 0x00; an HTTP method is a word (D9).
    if (bytes.front() == 0)
      state_ = State::spark;
    else
      state_ = opened_by_ == OpenedBy::peer && is_ascii_letter(bytes.front()) ? State::http : State::stranger;
  }
  if (state_ == State::spark)
    decoder_.feed(bytes);
  else
    unread_ = bytes;
}

void ConnectionFsm::expect_reply(std::int64_t request_id, Instant deadline, Instant now) {
  // The wait begins with the ask, however long the connection was quiet before.
  if (outstanding_.empty()) last_traffic_ = std::max(last_traffic_, now);
  const bool inserted = outstanding_.emplace(request_id, deadline).second;
  PILOTLIGHT_ASSERT(inserted);
}

void ConnectionFsm::advance(Instant now) {
  if (state_ == State::ended) return;
  for (auto ask = outstanding_.begin(); ask != outstanding_.end();) {
    if (ask->second > now) {
      ++ask;
      continue;
    }
    expired_.push_back(ask->first);
    ask = outstanding_.erase(ask);
  }
  if (!outstanding_.empty() && now - last_traffic_ >= patience_.idle) state_ = State::idle_too_long;
  if (frame_began_ && now - *frame_began_ >= patience_.frame) state_ = State::frame_too_slow;
}

void ConnectionFsm::restart_frame_time(Instant now) {
  if (frame_began_) frame_began_ = now;
}

std::optional<Instant> ConnectionFsm::deadline() const {
  std::optional<Instant> next;
  if (frame_began_) next = *frame_began_ + patience_.frame;
  if (outstanding_.empty()) return next;
  const auto first = std::min_element(outstanding_.begin(), outstanding_.end(),
                                      [](const auto& a, const auto& b) { return a.second < b.second; });
  const Instant of_asks = std::min(first->second, last_traffic_ + patience_.idle);
  return next ? std::min(*next, of_asks) : of_asks;
}

std::vector<std::int64_t> ConnectionFsm::abandon_asks() {
  std::vector<std::int64_t> ids = std::exchange(expired_, {});
  for (const auto& [id, deadline] : outstanding_) ids.push_back(id);
  outstanding_.clear();
  std::sort(ids.begin(), ids.end());
  return ids;
}

/// The time of a frame begins when its first bytes are seen.
void ConnectionFsm::note_unfinished_frame() {
  if (decoder_.buffered_bytes() == 0) return frame_began_.reset();
  if (!frame_began_ || frame_offset_ != decoder_.offset()) frame_began_ = last_traffic_;
  frame_offset_ = decoder_.offset();
}

Action ConnectionFsm::end(Action last) {
  state_ = State::ended;
  unread_ = {};
  return last;
}

Action ConnectionFsm::next() {
  if (!expired_.empty()) {
    const std::int64_t id = expired_.front();
    expired_.erase(expired_.begin());
    return ReplyReceived{id, outcome_unknown("no answer came in time")};
  }
  switch (state_) {
    case State::fresh:
    case State::ended: return Idle{};
    case State::http: return end(HandOver{std::string(unread_)});
    case State::stranger:
      return end(Close{"its first byte is " + hex(unread_.front()) +
                       (opened_by_ == OpenedBy::peer ? ": neither Spark's RPC nor HTTP" : ": not Spark's RPC")});
    case State::idle_too_long:
      return end(Close{"an answer is awaited and nothing was read or written for " +
                       std::to_string(in_seconds(patience_.idle)) + " s"});
    case State::frame_too_slow:
      return end(Close{"it began a message and did not finish it within " +
                       std::to_string(in_seconds(patience_.frame)) + " s (pilotlight.rpc.frameTimeout)"});
    case State::spark: break;
  }
  for (;;) {
    const auto frame = decoder_.next();
    if (!frame) return end(Close{frame.error().to_string()});
    if (!*frame) {
      note_unfinished_frame();
      return Idle{};
    }
    Action action = on_frame(**frame);
    if (!std::holds_alternative<Idle>(action)) return action;
  }
}

Action ConnectionFsm::on_frame(const Frame& frame) {
  return std::visit(
      overloaded{
          [&](const RpcRequest& request) { return on_request(request.body, request.request_id); },
          [&](const OneWayMessage& message) { return on_request(message.body, std::nullopt); },
          [&](const RpcResponse& response) { return on_answer(response.request_id, std::string(response.body)); },
          [&](const RpcFailure& failure) { return on_answer(failure.request_id, fatal(std::string(failure.error))); },
          [&](const StreamRequest& request) -> Action {
            const std::string error = "Stream '" + std::string(request.stream_id) + "' was not found.";
            return SendFrame{encode_stream_failure(request.stream_id, error)};
          }},
      frame);
}

Action ConnectionFsm::on_request(std::string_view body, std::optional<std::int64_t> request_id) {
  auto message = decode_rpc_message(body);
  if (message) return RequestReceived{*std::move(message), request_id};
  const std::string text = "a request could not be read: " + message.error().to_string();
  // As Spark: the asker learns of it, a one-way message is only logged, and the connection lives on (spec §1.3).
  if (request_id) return SendFrame{encode_rpc_failure(*request_id, text)};
  return Notice{text};
}

/// An answer that nobody waits for is ignored (spec §1.3).
Action ConnectionFsm::on_answer(std::int64_t request_id, Result<std::string> content) {
  if (outstanding_.erase(request_id) == 0) return Idle{};
  return ReplyReceived{request_id, std::move(content)};
}

}  // namespace pilotlight::transport
