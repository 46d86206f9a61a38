#include "load/understand.hpp"

#include <optional>
#include <string>
#include <variant>

namespace pilotlight::load {
namespace {

template <typename Message>
class LastMessage {
 public:
  template <typename Decode>
  const Result<Message>& get(std::string_view content, const Decode& decode) {
    if (message_ && content == content_) return *message_;
    auto decoded = decode(content);
    if (auto* good = std::get_if<deploy::Decoded<Message>>(&decoded))
      message_.emplace(std::move(good->message));
    else
      message_.emplace(std::get<deploy::DecodeError>(decoded).error);
    content_ = content;
    return *message_;
  }

 private:
  std::string content_;
  std::optional<Result<Message>> message_;
};

}  // namespace

const Result<deploy::Reply>& understand_reply(std::string_view content) {
  static LastMessage<deploy::Reply> last;
  return last.get(content, [](std::string_view bytes) { return deploy::decode_reply(bytes); });
}

const Result<deploy::ToWorker>& understand_to_worker(std::string_view content) {
  static LastMessage<deploy::ToWorker> last;
  return last.get(content, [](std::string_view bytes) { return deploy::decode_to_worker(bytes); });
}

const Result<deploy::ToDriver>& understand_to_driver(std::string_view content) {
  static LastMessage<deploy::ToDriver> last;
  return last.get(content, [](std::string_view bytes) { return deploy::decode_to_driver(bytes); });
}

}  // namespace pilotlight::load
