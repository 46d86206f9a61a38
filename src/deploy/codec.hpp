// Deploy messages ↔ content streams (Java serialization), in the peer's own dialect. Pure, never throws.
//
// decode_* accepts every form that a real peer of any dialect sends (spec §3.3, §3.7, golden files) and says, in
// Evidence, what the stream told about the peer's build. encode writes exactly what golden/…/foreign shows. A
// required field that is null or of the wrong type is an Error that names message and field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "deploy/messages.hpp"
#include "javaser/reader.hpp"

namespace pilotlight::deploy {

/// Bit n stands for the dialect with the value n.
using DialectSet = std::uint8_t;
inline constexpr DialectSet any_dialect = 0x1f;
constexpr DialectSet set_of(Dialect dialect) { return static_cast<DialectSet>(1U << static_cast<unsigned>(dialect)); }

/// What a stream tells about the build that wrote it (spec §3.2).
struct Evidence {
  DialectSet dialects = any_dialect;         ///< those in which every Spark class seen has the SUID seen
  std::optional<Scala> scala;                ///< from any message class's SUID
  std::optional<std::int64_t> ref_suid;      ///< descriptor of RpcEndpointRef, when there was one
  std::optional<std::int64_t> profile_suid;  ///< descriptor of ResourceProfile, when there was one
  /// A Spark class that no served dialect has: "org.apache.spark.rpc.RpcEndpointRef 123". A peer of an unknown build.
  std::optional<std::string> unknown_class;
};

/// What is known of a peer, gathered over the messages of one connection.
class PeerBuild {
 public:
  void observe(const Evidence& evidence);

  [[nodiscard]] std::optional<Scala> scala() const { return scala_; }
  /// Every dialect that fits all the evidence, oldest first. All of them before the first message; a 2.13 worker
  /// of 4.1+ leaves {4.1, 4.3}; a submit client leaves all of its Scala version; an unknown build leaves none.
  [[nodiscard]] std::vector<Dialect> candidates() const;
  /// The dialect to write in: the only candidate, or the newest one (enough for all messages but LaunchExecutor
  /// with its ResourceProfile and refs to 4.0). nullopt for an unknown build.
  [[nodiscard]] std::optional<Dialect> dialect() const;
  /// For a peer that is not served: one sentence that says what is known of its build and which are served. It fits
  /// behind "worker …: " and stands alone as well.
  [[nodiscard]] std::optional<std::string> complaint() const;

 private:
  DialectSet dialects_ = any_dialect;
  std::optional<Scala> scala_;
  std::optional<std::int64_t> ref_suid_;
  std::optional<std::string> unknown_class_;
};

template <typename Message>
struct Decoded {
  Message message;
  Evidence evidence;
};

/// A decoding failure still carries what could be seen of the peer.
struct DecodeError {
  Error error;
  Evidence evidence;
  std::string class_name;  ///< of the root object, when that much could be read
};

template <typename Message>
using DecodeResult = std::variant<Decoded<Message>, DecodeError>;

DecodeResult<ToMaster> decode_to_master(std::string_view content, const javaser::Limits& limits = {});
DecodeResult<ToWorker> decode_to_worker(std::string_view content, const javaser::Limits& limits = {});
DecodeResult<ToDriver> decode_to_driver(std::string_view content, const javaser::Limits& limits = {});
DecodeResult<Reply> decode_reply(std::string_view content, const javaser::Limits& limits = {});

/// Whole content streams. Total: any value of the type can be written. An ApplicationDescription of another
/// dialect (LaunchExecutor) or a DriverDescription of another Scala version (LaunchDriver) is a bug (assertion).
std::string encode(const ToMaster& message, Dialect dialect);
std::string encode(const ToWorker& message, Dialect dialect);
std::string encode(const ToDriver& message, Dialect dialect);
std::string encode(const Reply& message, Dialect dialect);

/// Reads a description again from the bytes a record kept (`raw`).
Result<ApplicationDescription> application_description_from_raw(RawBytes raw, Dialect dialect);
Result<DriverDescription> driver_description_from_raw(RawBytes raw);

}  // namespace pilotlight::deploy
