// What the fuzz targets of the deploy decoders have in common: decode → encode → decode → encode is a fixpoint.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "deploy/codec.hpp"

namespace pilotlight::deploy {

/// Small enough for a fuzzer to reach them.
inline constexpr javaser::Limits fuzz_limits{.bytes = 1U << 20U,
                                             .depth = 100,
                                             .handles = 10'000,
                                             .string_bytes = 1U << 18U,
                                             .array_items = 10'000,
                                             .fields = 100};

/// Descriptions are only ever written in the form that they were read in.
template <typename Message>
bool fits(const Message& message, Dialect dialect) {
  return std::visit(
      [&](const auto& one) {
        if constexpr (requires { one.description.dialect; })
          return one.description.dialect == dialect;
        else if constexpr (requires { one.description.scala; })
          return one.description.scala == scala_of(dialect);
        else
          return true;
      },
      message);
}

/// The message as a master would change it before it sends it on.
template <typename Message>
Message prepared(Message message) {
  if constexpr (std::is_same_v<Message, ToWorker>)
    if (auto* launch = std::get_if<LaunchDriver>(&message)) launch->prepend_java_opts = {"-Dfirst=1", "-Dsecond=2"};
  return message;
}

template <typename Message, typename Decode>
int fuzz(const std::uint8_t* data, std::size_t size, Decode decode) {
  const auto first = decode(std::string_view(reinterpret_cast<const char*>(data), size));
  const auto* decoded = std::get_if<Decoded<Message>>(&first);
  if (!decoded) return 0;
  for (const Dialect dialect : all_dialects) {
    if ((decoded->evidence.dialects & set_of(dialect)) == 0 || !fits(decoded->message, dialect)) continue;
    const std::string once = encode(prepared(decoded->message), dialect);
    const auto second = decode(once);
    const auto* again = std::get_if<Decoded<Message>>(&second);
    if (!again) {
      std::fprintf(stderr, "what was encoded cannot be decoded: %s\n",
                   std::get<DecodeError>(second).error.to_string().c_str());
      std::abort();
    }
    if (fits(again->message, dialect) && encode(again->message, dialect) != once) {
      std::fprintf(stderr, "a message for Spark %s changes when it is read and written again\n",
                   std::string(name_of(dialect)).c_str());
      std::abort();
    }
  }
  return 0;
}

}  // namespace pilotlight::deploy
