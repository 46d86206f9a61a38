// The writers of one message each: a typed struct → the root of its graph. Private to deploy; called by encode.
#pragma once

#include "deploy/build.hpp"
#include "deploy/messages.hpp"

namespace pilotlight::deploy {

javaser::Value write(Build& build, const ToMaster& message);
javaser::Value write(Build& build, const ToWorker& message);
javaser::Value write(Build& build, const ToDriver& message);
/// `master` is the reference inside the answers to a submit client. The product leaves it out: the client never reads
/// it, and without it the answer is the same for every line of one Scala version (spec §3.5).
javaser::Value write(Build& build, const Reply& message, const EndpointRef* master = nullptr);

javaser::Value write_master_changed(Build& build, const MasterChanged& message);

}  // namespace pilotlight::deploy
