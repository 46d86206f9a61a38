#include "load/event_loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "base/assert.hpp"

namespace pilotlight::load {
namespace {

volatile std::sig_atomic_t stop_signal = 0;
volatile std::sig_atomic_t nudge = 0;

extern "C" void remember_signal(int number) { stop_signal = number; }
extern "C" void remember_nudge(int) { nudge = 1; }

epoll_event event_for(Watcher& watcher, bool also_writable) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (also_writable) event.events |= EPOLLOUT;
  event.data.ptr = &watcher;
  return event;
}

}  // namespace

Instant now() { return std::chrono::steady_clock::now(); }

void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = remember_signal;  // without SA_RESTART: epoll_wait must return
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

bool stop_requested() { return stop_signal != 0; }

void listen_for_nudges() {
  struct sigaction action {};
  action.sa_handler = remember_nudge;
  sigaction(SIGUSR1, &action, nullptr);
}

bool nudged() { return nudge != 0; }
void forget_nudge() { nudge = 0; }

EventLoop::EventLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) { PILOTLIGHT_ASSERT(epoll_ >= 0); }

EventLoop::~EventLoop() { close(epoll_); }

void EventLoop::watch(int descriptor, Watcher& watcher, bool also_writable) {
  auto event = event_for(watcher, also_writable);
  PILOTLIGHT_ASSERT(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0);
}

void EventLoop::change(int descriptor, Watcher& watcher, bool also_writable) {
  auto event = event_for(watcher, also_writable);
  PILOTLIGHT_ASSERT(epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event) == 0);
}

void EventLoop::forget(int descriptor) { epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr); }

void EventLoop::at(Instant when, std::function<void()> action) {
  timers_.push({when, next_order_++, std::move(action)});
}

int EventLoop::wait_milliseconds(Instant deadline) const {
  const Instant until = timers_.empty() ? deadline : std::min(deadline, timers_.top().when);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1000));
}

void EventLoop::fire_timers() {
  while (!timers_.empty() && timers_.top().when <= now()) {
    const auto action = timers_.top().action;
    timers_.pop();
    action();
  }
}

bool EventLoop::run_until(const std::function<bool()>& done, Instant deadline) {
  std::array<epoll_event, 256> events{};
  while (!done() && now() < deadline && !stop_requested()) {
    const int count = epoll_wait(epoll_, events.data(), events.size(), wait_milliseconds(deadline));
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      const bool readable = (event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0;
      static_cast<Watcher*>(event.data.ptr)->on_ready(readable, (event.events & EPOLLOUT) != 0);
    }
    fire_timers();
  }
  return done();
}

}  // namespace pilotlight::load
