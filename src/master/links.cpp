#include "master/links.hpp"

namespace pilotlight::master {
namespace {

constexpr std::size_t remembered_complaints = 1000;

}  // namespace

void Links::send(const election::Member& to, const election::LinkMessage& message) {
  addresses_[deploy::to_string(to.address)] = to.nonce;
  const auto connection = endpoint_.send(ConnectionId(), to.address, endpoint_name, election::encode({self_, message}));
  if (connection.value != 0) masters_[connection.value] = to.nonce;
}

Result<std::optional<election::LinkFrame>> Links::receive(const transport::Request& request) {
  auto frame = election::decode(request.content);
  if (!frame) {
    const std::string host = request.sender ? request.sender->host : "?";
    if (complaints_.size() >= remembered_complaints) complaints_.clear();
    if (!complaints_.emplace(host, frame.error().message).second) return std::optional<election::LinkFrame>();
    return fatal(host + ": " + frame.error().to_string());
  }
  masters_[request.connection.value] = frame->sender;
  return std::optional(std::move(*frame));
}

void Links::close(const std::string& nonce) {
  for (const auto& [connection, master] : masters_)
    if (master == nonce) endpoint_.close_connection(ConnectionId(connection));
}

std::optional<std::string> Links::closed(ConnectionId connection) {
  const auto found = masters_.find(connection.value);
  if (found == masters_.end()) return std::nullopt;
  auto nonce = std::move(found->second);
  masters_.erase(found);
  return nonce;
}

std::optional<std::string> Links::unreachable(const deploy::Address& address) {
  const auto found = addresses_.find(deploy::to_string(address));
  return found == addresses_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace pilotlight::master
