#include <gtest/gtest.h>

#include "forge.hpp"
#include "golden.hpp"

namespace pilotlight::deploy::test {
namespace {

using javaser::Null;
using javaser::Value;

std::string error_of(const std::string& content) {
  auto result = decode_to_master(content);
  const auto* error = std::get_if<DecodeError>(&result);
  return error ? error->error.message : "";
}

/// Decodes in every direction; what comes out does not matter here, only that it ends well.
void decode_all(std::string_view content) {
  static_cast<void>(decode_to_master(content));
  static_cast<void>(decode_to_worker(content));
  static_cast<void>(decode_to_driver(content));
  static_cast<void>(decode_reply(content));
}

/// A golden RegisterWorker with one field changed.
std::string register_worker_with(std::string_view field, const Value& value) {
  auto stream = javaser::read(golden("4.1.4", "foreign/RegisterWorker.bin").content);
  for (auto* object : objects_in(stream->root))
    if (object->desc->name.ends_with("RegisterWorker")) set_field(object, field, value);
  return bytes_of(stream->root);
}

TEST(BadInput, EveryClassWithEveryFieldNull_InEveryDialect_IsAnErrorOrSane) {
  for (const Dialect dialect : all_dialects) {
    for (std::size_t i = 0; i < class_count; ++i) {
      const auto id = static_cast<Class>(i);
      if (id == Class::java_enum || id == Class::java_time_unit) continue;  // never objects
      Forge forge;
      const std::string name(class_name(id));
      if (name.starts_with('[')) continue;
      SCOPED_TRACE(name + " of Spark " + std::string(name_of(dialect)));
      const auto* object = forge.empty(dialect, id);
      bool has_references = false;
      for (const auto& field : object->desc->fields) has_references |= field.type == 'L';
      const std::string content = bytes_of(object);
      decode_all(content);
      auto result = decode_to_master(content);
      if (const auto* decoded = std::get_if<Decoded<ToMaster>>(&result)) {
        // A driver that was never told its id acknowledges with a null one.
        const bool is_typed = !std::holds_alternative<InternalMessage>(decoded->message) &&
                              !std::holds_alternative<UnsupportedMessage>(decoded->message) &&
                              !std::holds_alternative<MasterChangeAcknowledged>(decoded->message);
        EXPECT_FALSE(is_typed && has_references) << message_name(decoded->message);
      } else {
        const auto& error = std::get<DecodeError>(result);
        EXPECT_EQ(error.class_name, name);
        const std::string short_name = name.substr(name.find_last_of(".$") + 1);
        EXPECT_TRUE(error.error.message.starts_with(short_name + ".")) << error.error.message;
        EXPECT_TRUE(error.error.message.ends_with(" is null")) << error.error.message;
      }
    }
  }
}

TEST(BadInput, EachFieldOfEachGoldenMessageNulledOrOfAnotherType_EndsWell) {
  for (const auto& file : golden_files()) {
    if (!file.foreign() || file.variant()) continue;
    if (file.version != "3.3.4" && file.version != "4.1.4") continue;
    SCOPED_TRACE(file.version + "/" + file.name);
    auto stream = javaser::read(file.content);
    ASSERT_TRUE(stream.ok());
    Forge forge;
    for (auto* object : objects_in(stream->root)) {
      for (auto& field : object->fields) {
        const Value before = field;
        const bool reference = std::holds_alternative<Null>(field) || javaser::object_of(field) ||
                               std::holds_alternative<const javaser::StringNode*>(field) ||
                               std::holds_alternative<const javaser::ArrayNode*>(field);
        if (!reference) continue;
        for (const Value& other : {Value(Null{}), forge.text("x"), Value(forge.array({})), Value(object)}) {
          field = other;
          decode_all(bytes_of(stream->root));
        }
        field = before;
      }
    }
  }
}

TEST(BadInput, RequiredFieldMissingFromTheDescriptor_IsNamed) {
  Forge forge;
  const std::string name = "org.apache.spark.deploy.DeployMessages$Heartbeat";
  EXPECT_EQ(error_of(bytes_of(forge.object(name, {{"workerId", forge.text("w")}}))), "Heartbeat.worker is missing");
  EXPECT_EQ(error_of(bytes_of(forge.object(name, {{"workerId", std::int32_t{1}}}))),
            "Heartbeat.workerId is a int, not a String");
}

TEST(BadInput, NestedField_IsNamedWithItsPath) {
  auto stream = javaser::read(golden("3.5.6", "foreign/Heartbeat.bin").content);
  for (auto* object : objects_in(stream->root)) set_field(object, "rpcAddress", Null{});
  EXPECT_EQ(error_of(bytes_of(stream->root)), "Heartbeat.worker.endpointAddress.rpcAddress is null");
}

TEST(BadInput, HostAndPort_AreCheckedAsSparkAssertsThem) {
  Forge forge;
  for (const std::string host : {"10.0.0.2", "worker-1.example.org", "[::1]", "[fe80::1%eth0]"})
    EXPECT_EQ(error_of(register_worker_with("host", forge.text(host))), "") << host;
  for (const std::string host : {"10.0.0.2:40001", "::1", "[", "[]", "", ":"})
    EXPECT_EQ(error_of(register_worker_with("host", forge.text(host))),
              "RegisterWorker.host is no host name, IPv4 address or IPv6 address in brackets")
        << host;
  for (const std::int32_t port : {0, -1, 65'536})
    EXPECT_EQ(error_of(register_worker_with("port", port)),
              "RegisterWorker.port is " + std::to_string(port) + ", not 1 to 65535");
}

TEST(BadInput, NegativeCoresAndMemory_AreDecodedAsTheyAre) {
  auto result = decode_to_master(register_worker_with("cores", std::int32_t{-3}));
  EXPECT_EQ(std::get<RegisterWorker>(std::get<Decoded<ToMaster>>(result).message).cores, -3);
}

TEST(BadInput, EnumerationValue_OutOfRangeOrOfAnotherEnumeration_IsAnError) {
  const auto changed = [](std::string_view field, const Value& value) {
    auto stream = javaser::read(golden("4.1.4", "foreign/ExecutorStateChanged-running.bin").content);
    for (auto* object : objects_in(stream->root)) set_field(object, field, value);
    return error_of(bytes_of(stream->root));
  };
  Forge forge;
  EXPECT_EQ(changed("i", std::int32_t{6}), "");
  EXPECT_EQ(changed("i", std::int32_t{7}), "ExecutorStateChanged.state is the unknown value 7");
  EXPECT_EQ(changed("i", std::int32_t{-1}), "ExecutorStateChanged.state is the unknown value -1");
  EXPECT_EQ(changed("$outer", Null{}),
            "ExecutorStateChanged.state is of the Enumeration null, not "
            "org.apache.spark.deploy.ExecutorState$");
  EXPECT_EQ(changed("$outer", forge.module("org.apache.spark.deploy.master.DriverState$")),
            "ExecutorStateChanged.state is of the Enumeration org.apache.spark.deploy.master.DriverState$, not "
            "org.apache.spark.deploy.ExecutorState$");
}

TEST(BadInput, AmountThatNoIntHolds_IsAnError) {
  auto stream = javaser::read(golden("4.1.4", "foreign/RequestExecutors.bin").content);
  for (auto* object : objects_in(stream->root)) set_field(object, "amount", std::int64_t{1} << 40);
  EXPECT_NE(error_of(bytes_of(stream->root)).find("amount is 1099511627776, more than an int holds"),
            std::string::npos);
}

TEST(BadInput, NullInAStringOption_IsNone) {
  auto stream = javaser::read(golden("3.5.6", "foreign/ExecutorUpdated-lost.bin").content);
  for (auto* object : objects_in(stream->root))
    if (object->desc->name == "scala.Some") set_field(object, "value", Null{});
  auto result = decode_to_driver(bytes_of(stream->root));
  const auto& message = std::get<ExecutorUpdated>(std::get<Decoded<ToDriver>>(result).message);
  EXPECT_EQ(message.message, std::nullopt);
  EXPECT_EQ(message.worker_host, std::nullopt);
}

// ---- streams that are small and mean much ----

TEST(BadInput, ManyReferencesToOneLongString_AreRefused) {
  Forge forge;
  const Value text = forge.text(std::string(1 << 20, 'x'));
  const auto message = forge.kill_executors(forge.object("scala.collection.mutable.WrappedArray$ofRef",
                                                         {{"array", forge.array(std::vector(100'000, text))}}));
  EXPECT_LT(message.size(), std::size_t{2} << 20U);
  EXPECT_EQ(error_of(message),
            "the message refers to the same parts so often that reading it would take too much memory");
}

TEST(BadInput, VectorWhoseLevelsAreOneArray_IsRefused) {
  Forge forge;
  Value level = forge.array(std::vector<Value>(32, forge.text("x")));
  for (int i = 0; i < 5; ++i) level = forge.array(std::vector<Value>(32, level));
  const auto content =
      forge.kill_executors(forge.object("scala.collection.immutable.Vector", {{"depth", std::int32_t{6}},
                                                                              {"endIndex", std::int32_t{1'073'741'824}},
                                                                              {"startIndex", std::int32_t{0}},
                                                                              {"display5", level}}));
  EXPECT_LT(content.size(), 2'000U);
  EXPECT_NE(error_of(content), "");
}

TEST(BadInput, StreamThatIsARing_IsRefused) {
  Forge forge;
  auto* ring = forge.object("scala.collection.immutable.Stream$Cons",
                            {{"hd", forge.text("x")}, {"tlGen", Null{}}, {"tlVal", Null{}}});
  set_field(ring, "tlVal", ring);
  EXPECT_NE(error_of(forge.kill_executors(ring)), "");
}

/// Gives the object a field that no Spark has, before or behind its own.
void add_field(Forge& forge, javaser::ObjectNode* object, const std::string& name, const Value& value, bool first) {
  javaser::ClassDesc* desc = forge.graph().class_desc();
  *desc = *object->desc;
  const javaser::FieldDesc field{'L', forge.graph().keep(name), forge.graph().string("Ljava/lang/Object;")};
  desc->fields.insert(first ? desc->fields.begin() : desc->fields.end(), field);
  object->desc = desc;
  object->fields.insert(first ? object->fields.begin() : object->fields.end(), value);
}

TEST(BadInput, DescriptionThatIsDeepOnlyByBackReferences_IsRefused) {
  auto stream = javaser::read(golden("3.5.6", "foreign/RegisterApplication.bin").content);
  Forge forge;
  std::vector<Value> links{forge.object("org.example.Link", {{"next", Null{}}})};
  for (int i = 0; i < 5'000; ++i) {
    auto* link = forge.object("org.example.Link", {{"next", links.back()}});
    link->desc = javaser::object_of(links.front())->desc;
    links.emplace_back(link);
  }
  // The message holds every link in a flat list and its description only the last one: small and flat on the wire.
  for (auto* object : objects_in(stream->root)) {
    if (object->desc->name.ends_with("$RegisterApplication")) add_field(forge, object, "all", forge.array(links), true);
    if (object->desc->name.ends_with(".ApplicationDescription")) add_field(forge, object, "zzz", links.back(), false);
  }
  EXPECT_EQ(error_of(bytes_of(stream->root)), "RegisterApplication.appDescription nests too deep to be kept");
}

TEST(BadInput, ContentThatIsNoStream_IsAnErrorWithAnOffset) {
  auto result = decode_to_master("GET / HTTP/1.1");
  EXPECT_TRUE(std::get<DecodeError>(result).error.offset.has_value());
  EXPECT_NE(error_of(""), "");
  EXPECT_NE(error_of(golden("4.1.4", "foreign/Heartbeat.bin").content.substr(0, 200)), "");
}

TEST(BadInput, MessageOfAnotherDirection_IsUnsupported) {
  auto result = decode_to_master(golden("4.1.4", "foreign/RegisteredWorker.bin").content);
  EXPECT_EQ(std::get<UnsupportedMessage>(std::get<Decoded<ToMaster>>(result).message).class_name,
            "org.apache.spark.deploy.DeployMessages$RegisteredWorker");
  auto other = decode_to_driver(golden("4.1.4", "foreign/Heartbeat.bin").content);
  EXPECT_EQ(std::get<DecodeError>(other).error.message,
            "a org.apache.spark.deploy.DeployMessages$Heartbeat is no message to a driver");
}

TEST(BadInput, RootThatIsNoObject_IsUnsupported) {
  Forge forge;
  for (const Value& root : {Value(Null{}), forge.text("hello"), Value(forge.array({}))}) {
    auto result = decode_to_master(bytes_of(root));
    ASSERT_TRUE((std::holds_alternative<Decoded<ToMaster>>(result)));
    EXPECT_TRUE(std::holds_alternative<UnsupportedMessage>(std::get<Decoded<ToMaster>>(result).message));
  }
}

}  // namespace
}  // namespace pilotlight::deploy::test
