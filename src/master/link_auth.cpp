#include "master/link_auth.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "system/crypto.hpp"

namespace pilotlight::master {
namespace {

// envelope = magic, kind, sender, receiver, body, MAC over all before it. A nonce is one byte of length and its text.
// handshake body = own challenge, the receiver's challenge (zeros: not heard yet). sealed body = number, message.
constexpr std::string_view magic = "PLM1";
constexpr char handshake_kind = 'H';
constexpr char sealed_kind = 'S';
constexpr std::size_t number_bytes = 8;
constexpr std::size_t longest_nonce = 64;

void put(std::string& out, std::string_view text) {
  PILOTLIGHT_ASSERT(text.size() <= 255);
  out += static_cast<char>(text.size());
  out += text;
}

std::string head(char kind, std::string_view from, std::string_view to) {
  std::string out(magic);
  out += kind;
  put(out, from);
  put(out, to);
  return out;
}

std::string with_mac(std::string text, const std::string& key) {
  text += system::hmac_sha256(key, text);
  return text;
}

/// Both sides list what is theirs in one order, so that they derive one key.
std::string key_of(std::string_view secret, std::string_view label, std::pair<std::string, std::string> one,
                   std::pair<std::string, std::string> other) {
  if (other < one) std::swap(one, other);
  std::string text(label);
  for (const auto* part : {&one.first, &one.second, &other.first, &other.second}) put(text, *part);
  return system::hmac_sha256(secret, text);
}

}  // namespace

struct LinkAuth::Parts {
  char kind = 0;
  std::string sender;
  std::string receiver;
  std::string_view body;
  std::string_view signed_text;
  std::string_view mac;

  [[nodiscard]] bool genuine(const std::string& key) const {
    return system::equal_in_constant_time(system::hmac_sha256(key, signed_text), mac);
  }
};

LinkAuth::LinkAuth(std::string secret, std::string self, std::function<std::string(std::size_t)> random)
    : secret_(std::move(secret)), self_(std::move(self)), random_(std::move(random)) {}

LinkAuth::Peer& LinkAuth::peer(const std::string& nonce) {
  auto found = peers_.find(nonce);
  if (found == peers_.end()) {
    if (peers_.size() >= most_peers)
      peers_.erase(std::min_element(peers_.begin(), peers_.end(), [](const auto& one, const auto& other) {
        return one.second.used < other.second.used;
      }));
    found = peers_.emplace(nonce, Peer{}).first;
    found->second.own = random_(challenge_bytes);
  }
  found->second.used = ++uses_;
  return found->second;
}

std::string LinkAuth::handshake_key(const std::string& nonce) const {
  return key_of(secret_, "pilotlight handshake 1", {self_, {}}, {nonce, {}});
}

std::string LinkAuth::handshake(const std::string& to, const Peer& peer) const {
  std::string text = head(handshake_kind, self_, to) + peer.own;
  text += peer.theirs.empty() ? std::string(challenge_bytes, '\0') : peer.theirs;
  return with_mac(std::move(text), handshake_key(to));
}

std::string LinkAuth::sealed(const std::string& to, const Peer& peer, std::string_view message) {
  std::string text = head(sealed_kind, self_, to);
  const auto number = ++sent_;
  for (std::size_t byte = number_bytes; byte-- > 0;) text += static_cast<char>((number >> (8 * byte)) & 0xffU);
  text += message;
  return with_mac(std::move(text), peer.key);
}

std::vector<std::string> LinkAuth::seal(const std::string& to, std::string message) {
  auto& known = peer(to);
  if (!known.key.empty()) return {sealed(to, known, message)};
  // Each message asks anew: the one before may have got lost.
  if (known.waiting.size() < most_waiting) known.waiting.push_back(std::move(message));
  return {handshake(to, known)};
}

Result<LinkAuth::Opened> LinkAuth::open(std::string_view envelope) {
  Parts parts;
  if (!envelope.starts_with(magic)) return fatal("a message between masters is not authenticated");
  if (envelope.size() < magic.size() + 1 + system::hmac_bytes) return fatal("a message between masters is cut");
  parts.kind = envelope[magic.size()];
  parts.mac = envelope.substr(envelope.size() - system::hmac_bytes);
  parts.signed_text = envelope.substr(0, envelope.size() - system::hmac_bytes);
  parts.body = parts.signed_text.substr(magic.size() + 1);
  for (auto* nonce : {&parts.sender, &parts.receiver}) {
    const std::size_t size = parts.body.empty() ? 0 : static_cast<unsigned char>(parts.body.front());
    if (size == 0 || size > longest_nonce || parts.body.size() < 1 + size)
      return fatal("a message between masters is cut");
    *nonce = parts.body.substr(1, size);
    parts.body.remove_prefix(1 + size);
  }
  if (parts.receiver != self_) return Opened{};  // for the process that was here before
  if (parts.sender == self_) return fatal("a message between masters comes back to its sender");
  if (parts.kind == handshake_kind) return open_handshake(parts);
  if (parts.kind == sealed_kind) return open_sealed(parts);
  return fatal("a message between masters is of an unknown kind");
}

Result<LinkAuth::Opened> LinkAuth::open_handshake(const Parts& parts) {
  if (parts.body.size() != 2 * challenge_bytes) return fatal("a handshake between masters is cut");
  if (!parts.genuine(handshake_key(parts.sender))) return fatal("a handshake between masters is not genuine");
  auto& known = peer(parts.sender);
  const std::string challenge(parts.body.substr(0, challenge_bytes));
  // Another one than before: it forgot us, or somebody sends what he has recorded. Then our answer tells it, it answers
  // with the right one, and numbers that were received before are refused under any key.
  if (challenge != known.theirs) {
    known.theirs = challenge;
    known.key = key_of(secret_, "pilotlight sealed 1", {self_, known.own}, {parts.sender, known.theirs});
  }
  Opened opened{parts.sender, std::nullopt, {}};
  if (parts.body.substr(challenge_bytes) != known.own) opened.answers.push_back(handshake(parts.sender, known));
  for (const auto& message : std::exchange(known.waiting, {}))
    opened.answers.push_back(sealed(parts.sender, known, message));
  return opened;
}

Result<LinkAuth::Opened> LinkAuth::open_sealed(const Parts& parts) {
  if (parts.body.size() < number_bytes) return fatal("a message between masters is cut");
  const auto found = peers_.find(parts.sender);
  // No place is given to one who has proven nothing. If it is a master, ours will call it.
  if (found == peers_.end() || found->second.key.empty()) return Opened{};
  auto& known = found->second;
  if (!parts.genuine(known.key)) return fatal("a message between masters is not genuine");
  std::uint64_t number = 0;
  for (const char byte : parts.body.substr(0, number_bytes)) number = number << 8U | static_cast<unsigned char>(byte);
  if (number <= known.received) return fatal("a message between masters comes again, or too late");
  known.received = number;
  known.used = ++uses_;
  return Opened{parts.sender, std::string(parts.body.substr(number_bytes)), {}};
}

void LinkAuth::broken(const std::string& peer) {
  if (const auto found = peers_.find(peer); found != peers_.end()) found->second.waiting.clear();
}

}  // namespace pilotlight::master
