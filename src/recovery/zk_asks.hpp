// What the machines of this folder ask of ZooKeeper, and where they get request ids from. Pure.
#pragma once

#include <functional>
#include <vector>

#include "zk/types.hpp"

namespace pilotlight::recovery {

/// A request under the id that its answer will bear. Submit them in order, at once.
struct ZkAsk {
  zk::RequestId id;
  zk::Request request;
};
using ZkAsks = std::vector<ZkAsk>;

/// The next free id: one session is shared by several machines, so ids are given out in one place.
using NextRequestId = std::function<zk::RequestId()>;

}  // namespace pilotlight::recovery
