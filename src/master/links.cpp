#include "master/links.hpp"

#include "system/crypto.hpp"

namespace pilotlight::master {
namespace {

constexpr std::size_t remembered_complaints = 1000;

}  // namespace

Links::Links(transport::Endpoint& endpoint, std::string self, const std::string& secret)
    : endpoint_(endpoint), self_(std::move(self)) {
  endpoint_.keep_descriptors_for(std::string(endpoint_name));
  if (!secret.empty()) auth_.emplace(secret, self_, system::random_bytes);
}

void Links::send(const election::Member& to, const election::LinkMessage& message) {
  addresses_[deploy::to_string(to.address)] = to.nonce;
  auto content = election::encode({self_, message});
  if (auth_)
    send(to.nonce, to.address, auth_->seal(to.nonce, std::move(content)));
  else
    send(to.nonce, to.address, {std::move(content)});
}

void Links::send(const std::string& nonce, const deploy::Address& address, const std::vector<std::string>& contents) {
  for (const auto& content : contents) {
    const auto connection = endpoint_.send(ConnectionId(), address, endpoint_name, content);
    if (connection.value == 0) continue;
    masters_[connection.value] = nonce;
    endpoint_.make_urgent(connection);
  }
}

std::optional<Error> Links::complain(const transport::Request& request, const Error& error) {
  ++refused_;
  const std::string host = request.sender ? request.sender->host : "?";
  if (complaints_.size() >= remembered_complaints) complaints_.clear();
  if (!complaints_.emplace(host, error.message).second) return std::nullopt;
  return fatal(host + ": " + error.to_string());
}

Result<std::optional<election::LinkFrame>> Links::receive(const transport::Request& request) {
  const std::optional<election::LinkFrame> nothing;
  const auto refuse = [&](const Error& error) -> Result<std::optional<election::LinkFrame>> {
    if (auto complaint = complain(request, error)) return std::move(*complaint);
    return nothing;
  };
  std::string content(request.content);
  std::string proven;
  if (auth_) {
    auto opened = auth_->open(content);
    if (!opened) return refuse(opened.error());
    proven = opened->sender;
    // Along the way that our own messages take, so that none overtakes another.
    if (request.sender) send(proven, *request.sender, opened->answers);
    if (!opened->message) return nothing;
    content = std::move(*opened->message);
  }
  auto frame = election::decode(content);
  if (!frame) return refuse(frame.error());
  if (auth_ && frame->sender != proven) return refuse(fatal("a message between masters names another sender"));
  masters_[request.connection.value] = frame->sender;
  endpoint_.make_urgent(request.connection);
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
  if (auth_) auth_->broken(nonce);
  return nonce;
}

std::optional<std::string> Links::unreachable(const deploy::Address& address) {
  const auto found = addresses_.find(deploy::to_string(address));
  if (found == addresses_.end()) return std::nullopt;
  if (auth_) auth_->broken(found->second);
  return found->second;
}

}  // namespace pilotlight::master
