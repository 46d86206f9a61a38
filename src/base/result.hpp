// Result<T>: a value or an Error. Errors of operation are values; exceptions stay at the edges (Asio, main).
//
// An Error is classed by what the caller can do about it (D11), says in one sentence what happened, to what,
// and what to do, and for byte parsers names the offset. Error messages never hold secrets: whoever builds one
// from peer data passes only names and sizes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace pilotlight {

/// What the caller can do about an error.
enum class ErrorClass {
  retryable,        ///< trying the same again later may help
  fatal,            ///< trying the same again never helps
  outcome_unknown,  ///< it may have happened: look before doing it again
};

/// An error of operation or of input.
struct Error {
  ErrorClass error_class = ErrorClass::fatal;
  std::string message;                ///< one sentence, no trailing newline
  std::optional<std::size_t> offset;  ///< byte offset in the input, for parsers

  /// "message (at byte N)".
  [[nodiscard]] std::string to_string() const {
    return offset ? message + " (at byte " + std::to_string(*offset) + ")" : message;
  }
};

inline Error fatal(std::string message) { return {ErrorClass::fatal, std::move(message), std::nullopt}; }
inline Error retryable(std::string message) { return {ErrorClass::retryable, std::move(message), std::nullopt}; }
inline Error outcome_unknown(std::string message) {
  return {ErrorClass::outcome_unknown, std::move(message), std::nullopt};
}
inline Error malformed(std::string message, std::size_t offset) {
  return {ErrorClass::fatal, std::move(message), offset};
}

/// Either a T or an Error. Reading the wrong side is a bug (assertion).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] const T& value() const& {
    PILOTLIGHT_ASSERT(ok());
    return std::get<0>(state_);
  }
  [[nodiscard]] T& value() & {
    PILOTLIGHT_ASSERT(ok());
    return std::get<0>(state_);
  }
  [[nodiscard]] T&& value() && {
    PILOTLIGHT_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  [[nodiscard]] const Error& error() const& {
    PILOTLIGHT_ASSERT(!ok());
    return std::get<1>(state_);
  }
  [[nodiscard]] Error&& error() && {
    PILOTLIGHT_ASSERT(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const {
    PILOTLIGHT_ASSERT(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace pilotlight
