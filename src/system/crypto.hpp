// HMAC-SHA256, unpredictable bytes and a comparison that takes the same time wherever two texts differ.
//
// A thin cover over OpenSSL's libcrypto, which nothing else of ours calls. Any thread. What libcrypto cannot do for
// want of memory or of the kernel's random device is a bug of the machine: assertion.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pilotlight::system {

inline constexpr std::size_t hmac_bytes = 32;

std::string hmac_sha256(std::string_view key, std::string_view text);
bool equal_in_constant_time(std::string_view left, std::string_view right);
std::string random_bytes(std::size_t count);

}  // namespace pilotlight::system
