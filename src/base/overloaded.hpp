// One visitor made of several lambdas, for std::visit over the variants of events, effects and messages. Pure.
#pragma once

namespace pilotlight {

template <typename... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
// C++20 deduces this by itself, clang 16 does not yet.
template <typename... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

}  // namespace pilotlight
