#include "client/queue.hpp"

#include <map>

#include "base/overloaded.hpp"
#include "election/contender.hpp"
#include "election/member.hpp"
#include "system/secret_file.hpp"
#include "zk/client.hpp"
#include "zk/connect_string.hpp"

namespace pilotlight::client {
namespace {

constexpr Duration patience = std::chrono::milliseconds(250);
/// More than any election has; keeps a foreign node with many children from being read to the end.
constexpr std::size_t most_candidates = 64;

}  // namespace

QueueAnswer masters_of(const std::vector<std::string>& children, const std::vector<std::string>& data) {
  std::map<std::string, std::string> data_of;
  for (std::size_t i = 0; i < children.size() && i < data.size(); ++i) data_of[children[i]] = data[i];
  QueueAnswer answer;
  for (const auto& candidate : election::in_order(children)) {
    const auto member = election::member_from_json(data_of[candidate.node]);
    auto address = member ? parse_address(member->url()) : Result<Address>(fatal("not one of ours"));
    if (address)
      answer.masters.push_back(std::move(*address));
    else
      ++answer.strangers;
  }
  return answer;
}

class QueueReader::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(HttpClient& http, Queue queue, std::function<void(QueueAnswer)> done)
      : http_(http), queue_(std::move(queue)), done_(std::move(done)) {}

  void begin() {
    auto digest = system::read_digest(queue_.digest_file);
    if (!digest) return give_up(digest.error().message);
    digest_ = std::move(*digest);
    const auto servers = zk::parse_connect_string(queue_.servers);
    if (!servers) return give_up("ZooKeeper: " + servers.error().message);
    add_session(queue_.servers);
    if (servers->hosts.size() < 2) return;
    http_.after(patience, [weak = weak_from_this(), hosts = servers->hosts] {
      const auto self = weak.lock();
      if (!self || !self->done_) return;
      for (const auto& [host, port] : hosts) {
        const bool six = host.find(':') != std::string::npos;
        self->add_session((six ? "[" + host + "]" : host) + ":" + std::to_string(port));
      }
    });
  }

  void end() {
    done_ = nullptr;
    sessions_.clear();
  }

  [[nodiscard]] std::string trouble() const { return trouble_; }

 private:
  struct Session {
    std::unique_ptr<zk::Client> client;
    std::vector<std::string> children;
    std::vector<std::string> data;
    std::size_t unread = 0;
  };

  void add_session(const std::string& servers) {
    const auto index = sessions_.size();
    auto client = zk::make_client(
        {.hosts = servers, .digest = digest_}, [this](std::function<void()> f) { http_.post(std::move(f)); },
        [weak = weak_from_this(), index](zk::Event event) {
          if (const auto self = weak.lock()) self->take(index, event);
        });
    if (!client) return give_up("ZooKeeper: " + client.error().message);
    sessions_.push_back(std::make_unique<Session>());
    sessions_.back()->client = std::move(*client);
    sessions_.back()->client->start();
  }

  void take(std::size_t index, const zk::Event& event) {
    if (!done_ || index >= sessions_.size()) return;
    auto& session = *sessions_[index];
    std::visit(
        overloaded{[&](const zk::SessionChanged& change) {
                     if (change.state == zk::SessionState::connected)
                       session.client->submit(children_request,
                                              zk::Children{election::election_path(queue_.directory)});
                     else if (!change.detail.empty())
                       trouble_ = "ZooKeeper: " + change.detail;
                   },
                   [&](const zk::Answered& answer) { take_answer(session, answer); }, [](const zk::WatchFired&) {}},
        event);
  }

  void take_answer(Session& session, const zk::Answered& answer) {
    const auto path = election::election_path(queue_.directory);
    if (zk::is_lost(answer.code)) return;  // another session, or the next connection, will answer
    if (answer.request == children_request) {
      if (answer.code == zk::Code::no_node)
        return give_up("ZooKeeper has no " + path + ": no master has ever been elected there");
      if (answer.code != zk::Code::ok)
        return give_up("ZooKeeper: " + path + ": " + std::string(to_string(answer.code)) + " " + answer.text);
      session.children.clear();
      for (const auto& candidate : election::in_order(answer.children))
        if (session.children.size() < most_candidates) session.children.push_back(candidate.node);
      session.data.assign(session.children.size(), {});
      session.unread = session.children.size();
      if (session.unread == 0) return finish(session);
      for (std::size_t i = 0; i < session.children.size(); ++i)
        session.client->submit(zk::RequestId(first_data_request + i), zk::Get{path + "/" + session.children[i]});
      return;
    }
    const auto index = static_cast<std::size_t>(answer.request.value - first_data_request);
    if (index >= session.data.size() || session.unread == 0) return;
    if (answer.code == zk::Code::ok)
      session.data[index] = answer.data;
    else
      session.children[index].clear();  // it has left the queue meanwhile
    if (--session.unread == 0) finish(session);
  }

  void finish(const Session& session) { tell(masters_of(session.children, session.data)); }

  void give_up(std::string why) {
    // Not from inside the constructor of the reader.
    http_.after(Duration::zero(), [weak = weak_from_this(), why = std::move(why)] {
      if (const auto self = weak.lock()) self->tell({.masters = {}, .strangers = 0, .trouble = why});
    });
  }

  void tell(QueueAnswer answer) {
    if (done_) std::exchange(done_, nullptr)(std::move(answer));
  }

  static constexpr zk::RequestId children_request{1};
  static constexpr std::uint64_t first_data_request = 2;

  HttpClient& http_;
  const Queue queue_;
  std::function<void(QueueAnswer)> done_;  // empty once it was called
  std::string digest_;
  std::string trouble_;
  std::vector<std::unique_ptr<Session>> sessions_;
};

QueueReader::QueueReader(HttpClient& http, const Queue& queue, std::function<void(QueueAnswer)> done)
    : impl_(std::make_shared<Impl>(http, queue, std::move(done))) {
  impl_->begin();
}
QueueReader::~QueueReader() { impl_->end(); }
std::string QueueReader::trouble() const { return impl_->trouble(); }

}  // namespace pilotlight::client
