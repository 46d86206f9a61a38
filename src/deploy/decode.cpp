#include <array>

#include "deploy/codec.hpp"
#include "deploy/dialect.hpp"
#include "deploy/raw.hpp"
#include "deploy/read.hpp"
#include "deploy/scala_read.hpp"

namespace pilotlight::deploy {
namespace {

template <typename Message>
using Reader = Message (*)(const Fields&);
template <typename Message>
using Readers = std::array<Reader<Message>, class_count>;

template <typename Message>
Readers<Message> indexed(std::span<const MessageReader<Message>> readers) {
  Readers<Message> table{};
  for (const auto& [id, read] : readers) table[static_cast<std::size_t>(id)] = read;
  return table;
}

std::string_view short_name(std::string_view class_name) {
  return class_name.substr(class_name.find_last_of(".$") + 1);
}

/// The reader for a root object; null when its class is no message of this direction.
template <typename Message>
Reader<Message> reader_of(const Readers<Message>& readers, std::string_view name) {
  const auto id = class_by_name(name);
  return id ? readers[static_cast<std::size_t>(*id)] : nullptr;
}

template <typename Message>
DecodeResult<Message> decode(std::string_view content, const javaser::Limits& limits, const Readers<Message>& readers,
                             std::string_view direction) {
  const auto stream = javaser::read(content, limits);
  if (!stream.ok()) return DecodeError{stream.error(), {}, {}};
  const std::string_view name = class_of(stream->root);
  const javaser::ObjectNode* object = javaser::object_of(stream->root);
  Decoding decoding(content.size());
  const auto read = object ? reader_of(readers, name) : nullptr;
  if (object) {
    const javaser::ClassDesc* module = module_of(stream->root);
    decoding.see(module ? module : object->desc);
  }
  if (!read) {
    if constexpr (std::is_same_v<Message, ToMaster>)
      return Decoded<Message>{UnsupportedMessage{std::string(name)}, decoding.evidence()};
    decoding.fail("a " + std::string(name) + " is no message " + std::string(direction));
    return DecodeError{decoding.error(), decoding.evidence(), std::string(name)};
  }
  Message message = read(Fields(decoding, object, short_name(name)));
  if (decoding.failed()) return DecodeError{decoding.error(), decoding.evidence(), std::string(name)};
  return Decoded<Message>{std::move(message), decoding.evidence()};
}

}  // namespace

DecodeResult<ToMaster> decode_to_master(std::string_view content, const javaser::Limits& limits) {
  static const auto readers = indexed(to_master_readers());
  return decode(content, limits, readers, "to a master");
}

DecodeResult<ToWorker> decode_to_worker(std::string_view content, const javaser::Limits& limits) {
  static const auto readers = indexed(to_worker_readers());
  return decode(content, limits, readers, "to a worker");
}

DecodeResult<ToDriver> decode_to_driver(std::string_view content, const javaser::Limits& limits) {
  static const auto readers = indexed(to_driver_readers());
  return decode(content, limits, readers, "to a driver");
}

DecodeResult<Reply> decode_reply(std::string_view content, const javaser::Limits& limits) {
  static const auto readers = indexed(reply_readers());
  return decode(content, limits, readers, "that answers an ask");
}

Result<ApplicationDescription> application_description_from_raw(RawBytes raw, Dialect dialect) {
  const auto stream = read_raw(raw);
  if (!stream.ok()) return fatal("ApplicationDescription cannot be read: " + stream.error().to_string());
  Decoding decoding(raw->size());
  auto description =
      read_application_description(Fields(decoding, nullptr, "kept"), "ApplicationDescription", stream->root);
  if (decoding.failed()) return decoding.error();
  description.dialect = dialect;
  description.raw = std::move(raw);
  return description;
}

Result<DriverDescription> driver_description_from_raw(RawBytes raw) {
  const auto stream = read_raw(raw);
  if (!stream.ok()) return fatal("DriverDescription cannot be read: " + stream.error().to_string());
  Decoding decoding(raw->size());
  auto description = read_driver_description(Fields(decoding, nullptr, "kept"), "DriverDescription", stream->root);
  if (decoding.failed()) return decoding.error();
  description.raw = std::move(raw);
  return description;
}

}  // namespace pilotlight::deploy
