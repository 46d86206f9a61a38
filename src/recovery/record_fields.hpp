// Reads the fields of one JSON object and remembers the first thing that is wrong. Private to the record codec.
//
// Getters of required fields yield an empty value after a failure, so a reader fills its whole record and asks once.
// Errors name the path ("endpoint.port") and what was expected, never the value. Pure; lives during one call.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "deploy/types.hpp"

namespace pilotlight::recovery {

class Fields {
 public:
  /// `error` and `object` must outlive this; anything but an object fails at once.
  Fields(const nlohmann::json& object, std::string path, std::optional<std::string>& error);

  std::string text(std::string_view name);
  std::string text_or_empty(std::string_view name);
  std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most);
  /// Absent and null are both nullopt.
  std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t least, std::int64_t most);
  /// 0 … 2^31-1: cores, memory, counters.
  std::int32_t count(std::string_view name) {
    return static_cast<std::int32_t>(number(name, 0, std::numeric_limits<std::int32_t>::max()));
  }
  std::optional<std::int32_t> optional_count(std::string_view name);
  std::int32_t port(std::string_view name) { return static_cast<std::int32_t>(number(name, 0, 65535)); }
  /// Milliseconds since 1970, up to the year 9999; absent: nullopt.
  std::optional<WallTime> optional_time(std::string_view name);
  std::vector<std::string> texts(std::string_view name);

  deploy::Address address(std::string_view name);
  deploy::EndpointRef endpoint(std::string_view name);
  /// {"gpu": ["0", "1"]}; absent: none.
  deploy::Resources resources(std::string_view name);
  deploy::RawBytes raw(std::string_view name);

  /// nullptr when absent or null.
  [[nodiscard]] const nlohmann::json* find(std::string_view name) const;
  [[nodiscard]] std::string path_of(std::string_view name) const;
  /// Keeps the first complaint: `field "path" complaint`.
  void fail(std::string_view name, std::string_view complaint);
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] std::optional<std::string>& error() { return error_; }

 private:
  const nlohmann::json* required(std::string_view name);
  std::optional<std::int64_t> whole_number(const nlohmann::json& value, std::string_view name, std::int64_t least,
                                           std::int64_t most);

  const nlohmann::json& object_;
  std::string path_;
  std::optional<std::string>& error_;
};

}  // namespace pilotlight::recovery
