#include "http/documents.hpp"

#include <chrono>

#include "recovery/mirror.hpp"

namespace pilotlight::http {
namespace {

constexpr auto slice_time = std::chrono::microseconds(250);
constexpr auto fresh = std::chrono::milliseconds(50);
constexpr auto kept_unused = std::chrono::seconds(1);
constexpr std::size_t most_under_way = 256;
constexpr std::size_t most_done = 64;

/// What the document depends on, apart from the snapshot.
std::string document_of(const Request& request) {
  return request.path.starts_with("/app") ? request.path + "?" + request.query : request.path;
}

/// Spark's /json/ lists nothing on a STANDBY, and is asked by whoever waits for a leader, again and again.
bool without_records(const Request& request, const core::State& state) {
  return state.recovery == core::RecoveryState::standby && request.path.starts_with("/json");
}

}  // namespace

Documents::Documents(About about, MasterAccess& master, Stats& stats)
    : master_(master),
      stats_(stats),
      renderer_(std::move(about), [&master](std::function<void()> work) { master.post(std::move(work)); }) {}

Documents::~Documents() { *alive_ = false; }

void Documents::ask(const Request& request, const Reply& reply) {
  Asked asked{{request.method, request.path, request.query, "", request.target, {}, false}, reply};
  const auto now = master_.now();
  const auto revision = master_.revision();
  if (without_records(request, master_.state())) return render(asked, bare_snapshot(revision, now));
  used_ = now.instant;
  if (latest_ && latest_->revision == revision && now.instant < latest_->now.instant + fresh)
    return render(asked, latest_);
  if (!copy_) {
    std::vector<Asked> riders;
    riders.push_back(std::move(asked));
    return begin_copy(std::move(riders));
  }
  (copy_->revision == revision ? copy_->riders : next_).push_back(std::move(asked));
}

void Documents::begin_copy(std::vector<Asked> riders) {
  copy_.emplace();
  copy_->revision = master_.revision();
  copy_->now = master_.now();
  copy_->riders = std::move(riders);
  slice();
}

void Documents::slice() {
  const auto began = std::chrono::steady_clock::now();
  const bool whole = copy_->state.go_on(master_.state(), master_.records(),
                                        [&] { return std::chrono::steady_clock::now() - began >= slice_time; });
  stats_.copy_slice.add(std::chrono::steady_clock::now() - began);
  if (whole) return finish_copy();
  master_.post([this, alive = alive_] {
    if (*alive) slice();
  });
}

void Documents::finish_copy() {
  auto copy = std::move(*copy_);
  copy_.reset();
  forget();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->number = ++last_number_;
  snapshot->revision = copy.revision;
  snapshot->now = copy.now;
  snapshot->state = std::move(copy.state.state);
  snapshot->recorded = std::move(copy.state.recorded);
  snapshot->cluster = master_.cluster(master_.now());
  snapshot->stats = master_.stats();
  latest_ = std::move(snapshot);
  for (const auto& asked : copy.riders) render(asked, latest_);
  if (!next_.empty()) begin_copy(std::exchange(next_, {}));
  forget_later();
}

std::shared_ptr<const Snapshot> Documents::bare_snapshot(std::uint64_t revision, const Now& now) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->number = ++last_number_;
  snapshot->revision = revision;
  snapshot->now = now;
  snapshot->state.settings = master_.state().settings;
  snapshot->state.recovery = master_.state().recovery;
  snapshot->state.epoch = master_.state().epoch;
  snapshot->with_records = false;
  snapshot->cluster = master_.cluster(now);
  return snapshot;
}

void Documents::render(const Asked& asked, const std::shared_ptr<const Snapshot>& snapshot) {
  const auto document = document_of(asked.request);
  if (const auto done = done_.find(document); snapshot == latest_ && done != done_.end()) {
    ++stats_.documents_shared;
    return asked.reply(done->second);
  }
  const Key key{snapshot->number, document};
  const auto found = under_way_.find(key);
  if (found != under_way_.end()) {
    ++stats_.documents_shared;
    return found->second.push_back(asked.reply);
  }
  if (under_way_.size() >= most_under_way)
    return asked.reply(
        {503, "text/plain;charset=utf-8", "Too many pages are being made: ask again in a moment.\n", ""});
  under_way_[key].push_back(asked.reply);
  renderer_.render(snapshot, asked.request, [this, alive = alive_, key](const Response& response, Duration took) {
    if (*alive) rendered(key, response, took);
  });
}

void Documents::rendered(const Key& key, const Response& response, Duration took) {
  stats_.render.add(took);
  if (latest_ && latest_->number == key.first && done_.size() < most_done) done_.emplace(key.second, response);
  auto replies = under_way_.extract(key);
  for (const auto& reply : replies.mapped()) reply(response);
}

/// A snapshot of a large cluster takes memory: it is kept only while somebody asks.
void Documents::forget_later() {
  if (std::exchange(forgetting_, true)) return;
  master_.after(kept_unused, [this, alive = alive_] {
    if (!*alive) return;
    forgetting_ = false;
    if (!latest_) return;
    if (master_.now().instant < used_ + kept_unused) return forget_later();
    forget();
  });
}

void Documents::forget() {
  done_.clear();
  if (latest_) renderer_.drop(std::exchange(latest_, nullptr));
}

}  // namespace pilotlight::http
