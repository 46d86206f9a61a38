// A part of a mirror ↔ text, for a standby that joins. Pure; reading anything odd is an Error and never throws.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "recovery/mirror.hpp"

namespace pilotlight::replica {

std::string encode(const recovery::Chunk& chunk);
Result<recovery::Chunk> decode_chunk(std::string_view text);

}  // namespace pilotlight::replica
