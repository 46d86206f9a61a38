// Clusters worth looking at: what pages are drawn from in the gallery. Plain values, the same at every call.
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/state.hpp"
#include "http/page_context.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::pages {

struct Scene {
  std::string name;  ///< the page's file: "busy"
  core::State state;
  replica::Cluster cluster;
  http::PageContext context;
};

Now scene_now();
/// Every scene of the main page.
std::vector<Scene> scenes();

}  // namespace pilotlight::pages
