// Assertions that stay on in every build.
//
// PILOTLIGHT_ASSERT states something that only a bug in Pilotlight can make false. It prints the expression
// and the place to stderr and aborts; the supervisor restarts the process and a standby takes over meanwhile.
// Never use it for input from outside: that is a Result (base/result.hpp).
#pragma once

namespace pilotlight {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace pilotlight

#define PILOTLIGHT_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::pilotlight::assertion_failed(#expression, __FILE__, __LINE__))
