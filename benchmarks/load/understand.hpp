// Decoding with a memory of one: a master says the same bytes to a thousand peers in a row (RegisteredWorker,
// ApplicationFinished, TRUE), and the same bytes mean the same message.
//
// Keeps the generator cheap without guessing at any byte. One thread; references are good until the next call.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "deploy/codec.hpp"

namespace pilotlight::load {

const Result<deploy::Reply>& understand_reply(std::string_view content);
const Result<deploy::ToWorker>& understand_to_worker(std::string_view content);
const Result<deploy::ToDriver>& understand_to_driver(std::string_view content);

}  // namespace pilotlight::load
