// The golden files and captures of tests/golden, as the tests of deploy see them.
#pragma once

#include <string>
#include <vector>

#include "deploy/codec.hpp"

namespace pilotlight::deploy::test {

struct GoldenFile {
  std::string version;  ///< of Spark: "4.1.4"
  std::string name;     ///< relative to the version's folder: "foreign/Heartbeat.bin"
  std::string values;   ///< the index's words for what it holds
  std::string content;  ///< the Java stream

  [[nodiscard]] Dialect dialect() const { return dialect_of_version(version).value(); }
  [[nodiscard]] bool foreign() const { return name.starts_with("foreign/"); }
  [[nodiscard]] bool variant() const { return name.find('~') != std::string::npos; }
  /// "KillDriverResponse-nullref" of foreign/KillDriverResponse-nullref.bin.
  [[nodiscard]] std::string title() const;
};

/// All messages (neither recovery/ nor live/) of all versions.
const std::vector<GoldenFile>& golden_files();
const GoldenFile& golden(const std::string& version, const std::string& name);

struct CapturedFrame {
  std::string file;  ///< captures/3.5.6/client-app/006-driver-RegisterApplication.bin
  std::string class_name;
  std::string from;  ///< worker, driver, submit, master …
  std::string to;
  std::string type;    ///< RpcRequest, RpcResponse, OneWayMessage
  std::string sender;  ///< "127.0.0.1:21211", or ""
  std::string content;
  Dialect dialect = Dialect::spark_3_4;
};
const std::vector<CapturedFrame>& captured_frames();

/// A message of any direction.
struct AnyMessage {
  std::variant<ToMaster, ToWorker, ToDriver, Reply> message;
  Evidence evidence;
};

/// Decodes in the direction in which the content is a message; nullopt when there is none.
std::optional<AnyMessage> decode_any(std::string_view content);
std::string encode_any(const AnyMessage& message, Dialect dialect);

/// The message in the words of the golden index, as a pattern: `*` stands for what a master does not read and for
/// the names of collection classes.
std::string pattern_of(const AnyMessage& message, Dialect dialect);
/// Whether the text matches a pattern in which `*` stands for any characters.
bool matches(std::string_view text, std::string_view pattern);

}  // namespace pilotlight::deploy::test
