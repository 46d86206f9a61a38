#include "transport/resolver.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>

namespace pilotlight::transport {
namespace {

constexpr int most_threads = 4;

struct Job {
  std::uint64_t id = 0;
  std::string host;
  std::uint16_t port = 0;
};

/// Lives on the runtime's thread only: an Answer owns Asio objects, which no other thread may destroy.
struct Waiting {
  Resolver::Answer answer;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keeps_io_running;
};

}  // namespace

struct Resolver::Shared {
  std::mutex mutex;
  boost::asio::io_context* io = nullptr;  // null after stop(): then nothing is posted any more
  std::deque<Job> jobs;
  int threads = 0;

  // On the runtime's thread only:
  std::uint64_t last_id = 0;
  std::unordered_map<std::uint64_t, Waiting> waiting;

  void answer(std::uint64_t id, Result<std::vector<SocketAddress>> result) {
    auto found = waiting.extract(id);
    if (!found.empty()) found.mapped().answer(std::move(result));
  }
};

Resolver::Resolver(boost::asio::io_context& io) : shared_(std::make_shared<Shared>()) { shared_->io = &io; }
Resolver::~Resolver() { stop(); }

void Resolver::resolve(const std::string& host, std::uint16_t port, Answer answer) {
  const std::scoped_lock lock(shared_->mutex);
  if (shared_->io == nullptr) return;
  const std::uint64_t id = ++shared_->last_id;
  shared_->waiting.emplace(id, Waiting{std::move(answer), boost::asio::make_work_guard(*shared_->io)});
  shared_->jobs.push_back({id, host, port});
  if (shared_->threads == most_threads) return;
  try {
    std::thread(&Resolver::work, shared_).detach();
    ++shared_->threads;
  } catch (const std::system_error&) {
    if (shared_->threads > 0) return;  // one of them will come to it
    shared_->jobs.pop_back();
    boost::asio::post(*shared_->io, [shared = shared_, id, host] {
      shared->answer(id, retryable("the host name " + host + " cannot be looked up: no thread can be started"));
    });
  }
}

void Resolver::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  while (!shared->jobs.empty()) {
    const Job job = std::move(shared->jobs.front());
    shared->jobs.pop_front();
    lock.unlock();
    auto result = resolve_host(job.host, job.port);
    lock.lock();
    if (shared->io == nullptr) continue;
    boost::asio::post(*shared->io, [shared, id = job.id, result = std::move(result)]() mutable {
      shared->answer(id, std::move(result));
    });
  }
  --shared->threads;
}

void Resolver::stop() {
  const std::scoped_lock lock(shared_->mutex);
  shared_->io = nullptr;
  shared_->jobs.clear();
  shared_->waiting.clear();
}

}  // namespace pilotlight::transport
