// What ZooKeeper accepts as a path, and its parts. Pure functions, for the client's shell and the ensemble in memory.
//
// A path that valid_path refuses never goes to a server: the C client frees twice on one inside a multi.
#pragma once

#include <string>
#include <string_view>

#include "zk/types.hpp"

namespace pilotlight::zk {

/// Absolute, no empty, "." or ".." part, no control character, no slash at its end ("/" itself is valid).
bool valid_path(std::string_view path);
/// The first path of the request that ZooKeeper would refuse, or an empty string. A sequential one counts with digits.
std::string invalid_path_in(const Request& request);

/// "/a" of "/a/b", "/" of "/a". The path must be valid and not "/".
std::string parent_of(std::string_view path);
/// "b" of "/a/b".
std::string name_of(std::string_view path);
/// "/a/b" + 7 = "/a/b0000000007".
std::string with_sequence(std::string_view path, std::int32_t number);

}  // namespace pilotlight::zk
