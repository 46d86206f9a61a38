#include "unit/recovery/zk_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "deploy/codec.hpp"

namespace pilotlight::recovery {

ZkWorld::ZkWorld()
    : client_(ensemble_.add_client(std::chrono::seconds(10))), hand_(ensemble_.add_client(std::chrono::seconds(10))) {
  EXPECT_EQ(ensemble_.connect(client_, 0), zk::Connected::yes);
  EXPECT_EQ(ensemble_.connect(hand_, 0), zk::Connected::yes);
}

NextRequestId ZkWorld::ids() {
  return [this] { return zk::RequestId(++last_id_); };
}

void ZkWorld::submit(const ZkAsks& asks) {
  for (const auto& ask : asks) {
    EXPECT_LE(zk::size_of(ask.request), zk::largest_operation);
    submitted.push_back(ask.request);
    ensemble_.submit(client_, ask.id, ask.request, faults ? faults(ask.request) : zk::Fault::none);
  }
}

std::vector<zk::Answered> ZkWorld::answers() {
  std::vector<zk::Answered> answers;
  for (auto& event : ensemble_.take_events(client_))
    if (auto* answer = std::get_if<zk::Answered>(&event)) {
      if (answer->code != zk::Code::ok && !answer->outcomes.empty()) ++refused;
      answers.push_back(std::move(*answer));
    }
  return answers;
}

void ZkWorld::reconnect() {
  if (!ensemble_.connected(client_)) {
    EXPECT_EQ(ensemble_.connect(client_, 0), zk::Connected::yes);
  }
}

zk::Answered ZkWorld::by_hand(const zk::Request& request) {
  const zk::RequestId id(++last_id_);
  ensemble_.submit(hand_, id, request);
  for (auto& event : ensemble_.take_events(hand_))
    if (auto* answer = std::get_if<zk::Answered>(&event); answer != nullptr && answer->request == id)
      return std::move(*answer);
  ADD_FAILURE() << "no answer";
  return {};
}

std::vector<std::string> ZkWorld::children(const std::string& path) {
  auto children = by_hand(zk::Children{path, false}).children;
  std::ranges::sort(children);
  return children;
}

std::optional<zk::Stat> ZkWorld::stat(const std::string& path) {
  auto answer = by_hand(zk::Exists{path, false});
  return answer.code == zk::Code::ok ? std::optional(answer.stat) : std::nullopt;
}

Leadership ZkWorld::claim() {
  Leadership leadership;
  leadership.epoch = ++epoch_;
  if (!stat(layout.epoch()))
    for (const std::string path : {"/spark", "/spark/pilotlight", "/spark/pilotlight/epoch"})
      by_hand(zk::Create{path, {}, false, false});
  leadership.fence = by_hand(zk::Set{layout.epoch(), std::to_string(epoch_), zk::any_version}).stat.version;
  return leadership;
}

FullRead ZkWorld::read(Mirror known) {
  ZkReader reader(layout, ids());
  auto asks = reader.start(std::move(known));
  for (int rounds = 0; rounds < 100'000 && reader.state() != ZkReader::State::done; ++rounds) {
    submit(asks);
    asks.clear();
    for (const auto& answer : answers())
      for (auto& ask : reader.on_answer(answer)) asks.push_back(std::move(ask));
    if (reader.state() == ZkReader::State::failed) break;
    if (reader.state() != ZkReader::State::interrupted) continue;
    reconnect();
    asks = reader.start();
  }
  if (reader.state() == ZkReader::State::done) return reader.take();
  ADD_FAILURE() << reader.error().to_string();
  std::abort();
}

Leader::Leader(ZkWorld& a_world, Mirror known) : world(a_world), journal(world.layout, mirror, world.ids()) {
  auto leadership = world.claim();
  read = world.read(std::move(known));
  leadership.commit_number = read.commit.number;
  leadership.commit_version = read.commit_version;
  journal.lead(leadership, std::move(read.orphans));
  standby = copy_of(mirror);
}

JournalNews::What Leader::run(JournalNews news) {
  for (int rounds = 0; rounds < 1000; ++rounds) {
    world.submit(news.asks);
    JournalNews next;
    const auto take = [&](JournalNews more) {
      for (auto& ask : more.asks) next.asks.push_back(std::move(ask));
      for (auto& commit : more.commits) {
        EXPECT_TRUE(standby.apply(commit));
        commits.push_back(std::move(commit));
      }
      if (more.what != JournalNews::What::nothing) next.what = more.what;
      if (more.what == JournalNews::What::failed) error = more.error;
    };
    take({news.what, {}, std::move(news.commits), news.error});
    if (next.what == JournalNews::What::nothing)
      for (const auto& answer : world.answers()) take(journal.on_answer(answer));
    if (next.what == JournalNews::What::unknown) {
      world.reconnect();
      next = {};
      next.asks = journal.resume();
    }
    if (next.what != JournalNews::What::nothing) return next.what;
    news = std::move(next);
  }
  ADD_FAILURE() << "the batch never ends";
  return JournalNews::What::nothing;
}

std::vector<RowView> rows_of(const Mirror& mirror) {
  std::vector<RowView> views;
  for (const auto& [place, row] : mirror.rows())
    views.push_back({std::string(row.kind()), std::string(row.id()), text_of(row), place, row.written, row.parts});
  return views;
}

std::vector<std::string> keys_of(const Mirror& mirror) {
  std::vector<std::string> keys;
  for (const auto& [place, row] : mirror.rows()) keys.push_back(*row.key);
  return keys;
}

Mirror copy_of(const Mirror& mirror, std::size_t chunk_bytes) {
  Mirror copy;
  for (Place after;;) {
    auto chunk = mirror.snapshot(after, chunk_bytes);
    const bool last = chunk.last;
    if (!chunk.rows.empty()) after = chunk.rows.back().created;
    EXPECT_TRUE(copy.load(std::move(chunk)));
    if (last) return copy;
  }
}

core::WorkerRecord large_worker(const std::string& id, std::size_t bytes, char fill) {
  auto worker = sample_worker(id);
  worker.web_ui_url = "http://" + std::string(bytes, fill);
  return worker;
}

core::AppRecord large_app(const std::string& id, std::size_t bytes) {
  auto app = sample_app(id);
  auto raw = *app.description.raw;
  // A short string of the stream (t, two bytes of length) becomes a long one (|, eight bytes of length).
  const auto& name = app.description.name;
  const auto at = raw.find(name);
  if (at == std::string::npos || at < 3 || raw[at - 3] != 't') std::abort();
  std::string length(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) length[7 - i] = static_cast<char>((bytes >> (8 * i)) & 0xffU);
  raw.replace(at - 3, 3 + name.size(), "|" + length + std::string(bytes, 'n'));
  auto description =
      deploy::application_description_from_raw(std::make_shared<const std::string>(std::move(raw)), app.dialect);
  if (!description) {
    ADD_FAILURE() << description.error().to_string();
    std::abort();
  }
  app.description = std::move(*description);
  return app;
}

}  // namespace pilotlight::recovery
