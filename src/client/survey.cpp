#include "client/survey.hpp"

#include <algorithm>

#include "client/queue.hpp"

namespace pilotlight::client {
namespace {

/// A failover takes a few of these; a standby answers in a fraction of one.
constexpr Duration between_questions = std::chrono::milliseconds(100);
/// What masters name is asked up to here: nobody makes a command knock at a whole network.
constexpr std::size_t most_masters = 64;

std::string in_words(const Reply& reply) {
  switch (reply.outcome) {
    case Outcome::answered:
      return reply.status == 404 ? "is no Pilotlight master, or an older one (it answers 404)"
                                 : "answers with status " + std::to_string(reply.status);
    case Outcome::unknown_host: return reply.trouble;
    case Outcome::refused: return "refuses connections: no master runs there";
    case Outcome::unreachable: return "cannot be reached: " + reply.trouble;
    case Outcome::silent: return "takes connections and does not answer: frozen or cut off";
    case Outcome::not_http: return reply.trouble + " (Spark's own master does not speak HTTP on its RPC port)";
  }
  return reply.trouble;
}

}  // namespace

/// One ask(). Answers may come after it has ended: they find it finished.
class Survey::Round : public std::enable_shared_from_this<Round> {
 public:
  Round(HttpClient& http, Duration limit) : http_(http), deadline_(std::chrono::steady_clock::now() + limit) {}

  void begin(const Place& place, bool read_queue) {
    for (const auto& address : place.masters) add(address);
    if (!read_queue) return look_around();
    reading_queue_ = true;
    http_.after(left(), [] {});  // ZooKeeper's client has threads of its own, which keep no loop running
    queue_ = std::make_unique<QueueReader>(http_, *place.queue, [weak = weak_from_this()](QueueAnswer answer) {
      if (const auto self = weak.lock()) self->take_queue(std::move(answer));
    });
  }

  Picture end() {
    finished_ = true;
    if (reading_queue_ && queue_) {
      picture_.queue_trouble = queue_->trouble();
      if (picture_.queue_trouble.empty()) picture_.queue_trouble = "ZooKeeper does not answer";
    }
    queue_.reset();
    for (std::size_t i = 0; i < picture_.heard.size(); ++i) {
      auto& heard = picture_.heard[i];
      if (asked_[i].replies == 0) heard.trouble = "does not answer";
    }
    choose();
    return std::move(picture_);
  }

 private:
  struct Asked {
    bool open = false;
    std::size_t replies = 0;
  };

  [[nodiscard]] Duration left() const { return deadline_ - std::chrono::steady_clock::now(); }

  void add(const Address& address) {
    const auto& heard = picture_.heard;
    if (heard.size() >= most_masters) return;
    if (std::any_of(heard.begin(), heard.end(), [&](const auto& one) { return one.address == address; })) return;
    picture_.heard.push_back({address, {}, std::nullopt, {}});
    asked_.emplace_back();
    ask(heard.size() - 1);
  }

  void ask(std::size_t index) {
    asked_[index].open = true;
    Request request{.to = picture_.heard[index].address, .target = "/cluster"};
    http_.send(std::move(request), left(), [self = shared_from_this(), index](Reply reply) {
      if (!self->finished_) self->take(index, std::move(reply));
    });
  }

  void take(std::size_t index, Reply reply) {
    auto& asked = asked_[index];
    asked.open = false;
    ++asked.replies;
    auto& heard = picture_.heard[index];
    if (reply.outcome == Outcome::answered && reply.status == 200) {
      auto document = parse_cluster(std::move(reply.body));
      heard.trouble = document ? std::string() : document.error().message;
      if (document) heard.document = std::move(*document);
    } else {
      // What it said before it went away is still the best there may be.
      heard.trouble = in_words(reply);
    }
    heard.reply = std::move(reply);
    heard.reply.body.clear();
    if (heard.document && heard.trouble.empty()) learn(*heard.document);  // may move what `heard` refers to
    if (between_questions < left()) {
      http_.after(between_questions, [self = shared_from_this(), index] {
        if (!self->finished_ && !self->asked_[index].open) self->ask(index);
      });
    }
    look_around();
  }

  void learn(const ClusterDocument& document) {
    std::vector<Address> named;
    for (const auto& member : document.members) {
      if (member.self) continue;  // it has just answered, under whatever name
      if (auto address = parse_address(member.url)) named.push_back(std::move(*address));
    }
    for (const auto& address : named) add(address);
  }

  void take_queue(QueueAnswer answer) {
    reading_queue_ = false;
    picture_.queue_trouble = std::move(answer.trouble);
    picture_.strangers = answer.strangers;
    for (const auto& address : answer.masters) add(address);
    look_around();
  }

  void choose() {
    std::vector<const ClusterDocument*> documents;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < picture_.heard.size(); ++i) {
      if (!picture_.heard[i].document) continue;
      documents.push_back(&*picture_.heard[i].document);
      places.push_back(i);
    }
    const auto* best = best_of(documents);
    picture_.best.reset();
    for (std::size_t i = 0; i < documents.size(); ++i)
      if (documents[i] == best) picture_.best = places[i];
  }

  /// Whether all is known that this round can tell.
  void look_around() {
    choose();
    if (const auto* best = picture_.document();
        best != nullptr && best->from_leader() && best->held.empty() && picture_.heard[*picture_.best].trouble.empty())
      return http_.stop();
    const bool all_replied = std::all_of(asked_.begin(), asked_.end(), [](const auto& one) { return one.replies > 0; });
    if (!picture_.best && all_replied && !reading_queue_) http_.stop();
  }

  HttpClient& http_;
  const Instant deadline_;
  Picture picture_;
  std::vector<Asked> asked_;  // as picture_.heard
  std::unique_ptr<QueueReader> queue_;
  bool reading_queue_ = false;
  bool finished_ = false;
};

Survey::Survey(HttpClient& http, Place place) : http_(http), place_(std::move(place)) {}
Survey::~Survey() = default;

void Survey::learn(const Address& address) {
  auto& known = place_.masters;
  if (std::find(known.begin(), known.end(), address) == known.end()) known.push_back(address);
}

Picture Survey::ask(Duration limit) {
  const auto round = std::make_shared<Round>(http_, limit);
  round->begin(place_, place_.queue && !queue_helped_);
  http_.run(limit);
  auto picture = round->end();
  queue_helped_ = picture.document() != nullptr;
  for (const auto& heard : picture.heard)
    if (heard.document) learn(heard.address);
  return picture;
}

}  // namespace pilotlight::client
