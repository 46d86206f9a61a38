// Strong types for the names that Spark gives to things, so that one cannot be passed for another.
//
// All are plain values: copy, compare, hash and print them as you like. Text ids keep the peer's exact
// spelling (a worker chooses its own id); the master makes application and driver ids (spec §5.1).
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace pilotlight {

/// A text id of one kind. Tag only keeps kinds apart.
template <typename Tag>
struct TextId {
  std::string text;

  TextId() = default;
  explicit TextId(std::string value) : text(std::move(value)) {}
  auto operator<=>(const TextId&) const = default;
  [[nodiscard]] bool empty() const { return text.empty(); }
};

/// A number of one kind.
template <typename Tag, typename Number>
struct NumberId {
  Number value = 0;

  NumberId() = default;
  constexpr explicit NumberId(Number number) : value(number) {}
  auto operator<=>(const NumberId&) const = default;
};

using WorkerId = TextId<struct WorkerIdTag>;  ///< worker-yyyyMMddHHmmss-host-port, chosen by the worker
using AppId = TextId<struct AppIdTag>;        ///< app-yyyyMMddHHmmss-NNNN
using DriverId = TextId<struct DriverIdTag>;  ///< driver-yyyyMMddHHmmss-NNNN
using ExecutorId = NumberId<struct ExecutorIdTag, std::int32_t>;       ///< 0, 1, 2 … within one application
using ProfileId = NumberId<struct ProfileIdTag, std::int32_t>;         ///< resource profile; 0 is the default one
using ConnectionId = NumberId<struct ConnectionIdTag, std::uint64_t>;  ///< never reused in a process; 0 = none
using Epoch = NumberId<struct EpochTag, std::uint64_t>;                ///< a leader's term; only grows

}  // namespace pilotlight

template <typename Tag>
struct std::hash<pilotlight::TextId<Tag>> {
  std::size_t operator()(const pilotlight::TextId<Tag>& id) const { return std::hash<std::string>{}(id.text); }
};
template <typename Tag, typename Number>
struct std::hash<pilotlight::NumberId<Tag, Number>> {
  std::size_t operator()(const pilotlight::NumberId<Tag, Number>& id) const { return std::hash<Number>{}(id.value); }
};
