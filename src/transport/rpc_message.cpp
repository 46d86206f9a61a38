#include "transport/rpc_message.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace pilotlight::transport {
namespace {

constexpr std::size_t longest_utf = 65535;
constexpr std::int32_t highest_port = 65535;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) - 1U < 127U; });
}

std::string_view utf(ByteReader& reader) { return reader.bytes(reader.u16()); }

void write_utf(ByteWriter& writer, std::string_view bytes) {
  bytes = bytes.substr(0, longest_utf);
  writer.u16(static_cast<std::uint16_t>(bytes.size()));
  writer.bytes(bytes);
}

Result<std::optional<deploy::Address>> read_address(ByteReader& reader, const char* whose) {
  // readBoolean takes every byte but 0 for true.
  if (reader.u8() == 0) return std::optional<deploy::Address>{};
  const std::size_t at = reader.offset();
  const std::string_view host = utf(reader);
  const std::int32_t port = reader.i32();
  if (reader.failed()) return malformed("the message ends inside the address of the " + std::string(whose), at);
  if (port < 0 || port > highest_port)
    return malformed("the port of the " + std::string(whose) + " is " + std::to_string(port), at);
  if (is_ascii(host)) return std::optional(deploy::Address{std::string(host), port});
  if (!is_modified_utf8(host)) return malformed("the host of the " + std::string(whose) + " is not UTF-8", at);
  return std::optional(deploy::Address{from_modified_utf8(host), port});
}

void write_address(ByteWriter& writer, const std::optional<deploy::Address>& address) {
  writer.u8(address ? 1 : 0);
  if (!address) return;
  if (is_ascii(address->host))
    write_utf(writer, address->host);
  else
    write_utf(writer, to_modified_utf8(address->host));
  writer.i32(address->port);
}

}  // namespace

Result<RpcMessage> decode_rpc_message(std::string_view body) {
  ByteReader reader(body);
  auto sender = read_address(reader, "sender");
  if (!sender) return sender.error();
  auto receiver = read_address(reader, "receiver");
  if (!receiver) return receiver.error();
  const std::size_t at = reader.offset();
  const std::string_view endpoint = utf(reader);
  if (reader.failed()) return malformed("the message ends inside its envelope", at);
  if (!is_ascii(endpoint) && !is_modified_utf8(endpoint)) return malformed("the endpoint's name is not UTF-8", at);
  return RpcMessage{*std::move(sender), *std::move(receiver), endpoint, reader.rest()};
}

std::string encode_envelope(const std::optional<deploy::Address>& sender,
                            const std::optional<deploy::Address>& receiver, std::string_view endpoint) {
  std::string envelope;
  envelope.reserve(16 + (sender ? sender->host.size() : 0) + (receiver ? receiver->host.size() : 0) + endpoint.size());
  ByteWriter writer(envelope);
  write_address(writer, sender);
  write_address(writer, receiver);
  write_utf(writer, endpoint);
  return envelope;
}

}  // namespace pilotlight::transport
