// One thread that turns snapshots into documents, so that the loop does not wait for them.
//
// Owned by Documents. Jobs are done in their order; each comes back through `post`, which runs a function on the
// strand. The destructor waits for the job under way and drops the others without an answer.
#pragma once

#include <functional>
#include <memory>

#include "http/about.hpp"
#include "http/message.hpp"
#include "http/snapshot.hpp"

namespace pilotlight::http {

class Renderer {
 public:
  using Post = std::function<void(std::function<void()>)>;
  using Rendered = std::function<void(Response, Duration)>;  ///< and how long it took

  Renderer(About about, Post post);
  ~Renderer();
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;

  /// `rendered` is called on the strand.
  void render(std::shared_ptr<const Snapshot> snapshot, Request request, Rendered rendered);
  /// Freeing a large snapshot takes a while too.
  void drop(std::shared_ptr<const Snapshot> snapshot);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pilotlight::http
