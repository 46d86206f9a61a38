#include <gtest/gtest.h>

#include <map>
#include <set>

#include "deploy/write.hpp"
#include "golden.hpp"

namespace pilotlight::deploy::test {
namespace {

const EndpointRef master{"Master", {"10.0.0.1", 7077}};

/// Answers to a submit client: the product leaves out the reference that these golden files have.
bool has_master_ref(const GoldenFile& file) {
  return file.values.find("Response(NettyRpcEndpointRef") != std::string::npos;
}

std::string encode_with_ref(const AnyMessage& message, Dialect dialect) {
  Build build(dialect);
  return build.finish(write(build, std::get<Reply>(message.message), &master));
}

/// Never messages to a master, a worker or a driver in their own right, or forms that no JVM accepts.
bool is_no_message(const GoldenFile& file) { return file.title() == "BoundPortsResponse"; }

TEST(Golden, EveryFile_Decoded_HasTheValuesOfTheIndex) {
  std::size_t read = 0;
  for (const auto& file : golden_files()) {
    if (is_no_message(file)) continue;
    SCOPED_TRACE(file.version + "/" + file.name);
    const auto message = decode_any(file.content);
    ASSERT_TRUE(message.has_value());
    EXPECT_TRUE(matches(file.values, pattern_of(*message, file.dialect()))) << file.values << "\n"
                                                                            << pattern_of(*message, file.dialect());
    EXPECT_FALSE(message->evidence.unknown_class.has_value()) << *message->evidence.unknown_class;
    EXPECT_TRUE(message->evidence.dialects & set_of(file.dialect()));
    ++read;
  }
  EXPECT_GT(read, 350U);
}

TEST(Golden, ForeignFile_DecodedAndEncoded_IsByteForByteTheSame) {
  std::size_t written = 0;
  for (const auto& file : golden_files()) {
    if (!file.foreign() || file.variant()) continue;
    SCOPED_TRACE(file.version + "/" + file.name);
    const auto message = decode_any(file.content);
    ASSERT_TRUE(message.has_value());
    const std::string ours =
        has_master_ref(file) ? encode_with_ref(*message, file.dialect()) : encode_any(*message, file.dialect());
    EXPECT_EQ(ours, file.content);
    ++written;
  }
  EXPECT_GT(written, 130U);
}

TEST(Golden, AnswerToASubmitClient_Encoded_HasANullReference) {
  for (const char* version : {"3.3.4", "3.5.6", "4.1.4"}) {
    for (const std::string name : {"SubmitDriverResponse", "KillDriverResponse"}) {
      const auto& with_ref = golden(version, "foreign/" + name + ".bin");
      const auto message = decode_any(with_ref.content);
      ASSERT_TRUE(message.has_value());
      EXPECT_EQ(encode_any(*message, with_ref.dialect()), golden(version, "foreign/" + name + "-nullref.bin").content);
    }
  }
}

TEST(Golden, ExceptionOfOurs_Encoded_IsTheForeignFile) {
  for (const auto& file : golden_files()) {
    if (!file.foreign() || file.variant()) continue;
    if (file.title() != "RpcFailure" && file.title() != "DriverStatusResponse-error" &&
        file.title() != "DriverStateChanged-error")
      continue;
    SCOPED_TRACE(file.version + "/" + file.name);
    auto message = decode_any(file.content);
    ASSERT_TRUE(message.has_value());
    if (auto* reply = std::get_if<Reply>(&message->message)) {
      if (auto* failure = std::get_if<RpcFailure>(reply)) failure->exception.raw = nullptr;
      if (auto* status = std::get_if<DriverStatusResponse>(reply)) status->exception->raw = nullptr;
    }
    if (auto* to_master = std::get_if<ToMaster>(&message->message))
      std::get<DriverStateChanged>(*to_master).exception->raw = nullptr;
    EXPECT_EQ(encode_any(*message, file.dialect()), file.content);
  }
}

TEST(Golden, JvmFile_DecodedAndEncoded_SaysTheSameAndIsAFixpoint) {
  for (const auto& file : golden_files()) {
    if (is_no_message(file)) continue;
    SCOPED_TRACE(file.version + "/" + file.name);
    const auto first = decode_any(file.content);
    ASSERT_TRUE(first.has_value());
    const std::string once = encode_any(*first, file.dialect());
    const auto second = decode_any(once);
    ASSERT_TRUE(second.has_value());
    // A SparkException is told in words to a peer that may be of another release.
    if (file.title() != "RpcFailure-SparkException") {
      EXPECT_EQ(pattern_of(*second, file.dialect()), pattern_of(*first, file.dialect()));
    }
    EXPECT_EQ(encode_any(*second, file.dialect()), once);
  }
}

TEST(Golden, MessageWithoutRefOrProfile_EncodedForAnyLineOfScala213_IsTheSame) {
  const std::set<std::string> differ = {"KillDriverResponse",           "KillAllDriversResponse",
                                        "WorkerDecommissioning",        "SubmitDriverResponse-refused",
                                        "RequestExecutors-taskprofile", "LaunchExecutor-plain"};
  std::size_t compared = 0;
  for (const auto& file : golden_files()) {
    if (file.version != "4.1.4" || !file.foreign() || file.variant() || differ.contains(file.title())) continue;
    for (const std::string version : {"4.0.5", "4.3.0"}) {
      bool has_own = false;
      for (const auto& other : golden_files()) has_own |= other.version == version && other.name == file.name;
      if (has_own) continue;
      SCOPED_TRACE(file.name + " for " + version);
      const auto message = decode_any(file.content);
      ASSERT_TRUE(message.has_value());
      EXPECT_EQ(encode_any(*message, *dialect_of_version(version)), file.content);
      ++compared;
    }
  }
  EXPECT_GT(compared, 40U);
}

TEST(Golden, ReferenceOfEachLine_Decoded_TellsTheDialect) {
  for (const char* version : {"3.3.4", "3.5.6", "4.0.5"}) {
    const auto message = decode_any(golden(version, "foreign/RegisterWorker.bin").content);
    EXPECT_EQ(message->evidence.dialects, set_of(*dialect_of_version(version)));
  }
  for (const char* version : {"4.1.4", "4.3.0"}) {
    const auto worker = decode_any(golden(version, "foreign/RegisterWorker.bin").content);
    EXPECT_EQ(worker->evidence.dialects, set_of(Dialect::spark_4_1) | set_of(Dialect::spark_4_3));
    const auto app = decode_any(golden(version, "foreign/RegisterApplication.bin").content);
    EXPECT_EQ(app->evidence.dialects, set_of(*dialect_of_version(version)));
  }
}

std::string class_of_message(const AnyMessage& message) {
  return std::visit([](const auto& one) { return std::string(message_name(one)); }, message.message);
}

TEST(Captures, EveryFrame_Decoded_IsTheMessageThatTheIndexNames) {
  std::size_t read = 0;
  for (const auto& frame : captured_frames()) {
    SCOPED_TRACE(frame.file);
    const auto message = decode_any(frame.content);
    ASSERT_TRUE(message.has_value());
    std::string name = frame.class_name;
    while (name.ends_with('$')) name.pop_back();
    EXPECT_EQ(class_of_message(*message), name.substr(name.find_last_of(".$") + 1));
    EXPECT_TRUE(message->evidence.dialects & set_of(frame.dialect));
    EXPECT_FALSE(message->evidence.unknown_class);
    ++read;
  }
  EXPECT_GT(read, 800U);
}

TEST(Captures, EveryFrame_DecodedAndEncoded_IsAFixpoint) {
  for (const auto& frame : captured_frames()) {
    SCOPED_TRACE(frame.file);
    const auto first = decode_any(frame.content);
    ASSERT_TRUE(first.has_value());
    const std::string once = encode_any(*first, frame.dialect);
    const auto second = decode_any(once);
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(pattern_of(*second, frame.dialect), pattern_of(*first, frame.dialect));
    EXPECT_EQ(encode_any(*second, frame.dialect), once);
  }
}

TEST(Captures, PeersOwnReference_Decoded_IsTheAddressThatItSendsFrom) {
  std::size_t references = 0;
  for (const auto& frame : captured_frames()) {
    if (frame.sender.empty() || !frame.to.starts_with("master")) continue;
    SCOPED_TRACE(frame.file);
    auto result = decode_to_master(frame.content);
    const auto* decoded = std::get_if<Decoded<ToMaster>>(&result);
    ASSERT_NE(decoded, nullptr);
    std::optional<EndpointRef> ref;
    if (const auto* message = std::get_if<Heartbeat>(&decoded->message)) ref = message->worker;
    if (const auto* message = std::get_if<RegisterWorker>(&decoded->message)) ref = message->worker;
    if (const auto* message = std::get_if<RegisterApplication>(&decoded->message)) ref = message->driver;
    if (const auto* message = std::get_if<WorkerDecommissioning>(&decoded->message)) ref = message->worker;
    if (!ref) continue;
    EXPECT_EQ(to_string(ref->address), frame.sender);
    ++references;
  }
  EXPECT_GT(references, 200U);
}

TEST(Captures, ApplicationDescription_FromItsRawBytes_IsReadTheSame) {
  std::size_t read = 0;
  for (const auto& frame : captured_frames()) {
    auto result = decode_to_master(frame.content);
    const auto* decoded = std::get_if<Decoded<ToMaster>>(&result);
    const auto* message = decoded ? std::get_if<RegisterApplication>(&decoded->message) : nullptr;
    if (!message) continue;
    SCOPED_TRACE(frame.file);
    EXPECT_EQ(message->description.dialect, frame.dialect);
    const auto again = application_description_from_raw(message->description.raw, message->description.dialect);
    ASSERT_TRUE(again.ok()) << again.error().to_string();
    EXPECT_EQ(again->name, message->description.name);
    EXPECT_EQ(again->user, message->description.user);
    EXPECT_EQ(again->max_cores, message->description.max_cores);
    EXPECT_EQ(again->default_profile, message->description.default_profile);
    EXPECT_EQ(again->dialect, frame.dialect);
    EXPECT_EQ(again->raw, message->description.raw);
    ++read;
  }
  EXPECT_GT(read, 10U);
}

}  // namespace
}  // namespace pilotlight::deploy::test
