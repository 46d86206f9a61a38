#include <gtest/gtest.h>

#include "forge.hpp"
#include "golden.hpp"

namespace pilotlight::deploy::test {
namespace {

template <typename Message>
Message golden_message(const std::string& version, const std::string& name) {
  const auto message = decode_any(golden(version, name).content);
  return std::visit(
      [](const auto& direction) -> Message {
        using Direction = std::decay_t<decltype(direction)>;
        if constexpr (std::is_constructible_v<Direction, Message>) return std::get<Message>(direction);
        throw std::runtime_error("another direction");
      },
      message->message);
}

LaunchDriver decoded(const std::string& content) {
  auto result = decode_to_worker(content);
  return std::get<LaunchDriver>(std::get<Decoded<ToWorker>>(result).message);
}

TEST(LaunchDriver, WithOptionsToPrepend_HasThemBeforeTheOwn) {
  for (const char* version : {"3.3.4", "3.5.6", "4.1.4"}) {
    auto message = golden_message<LaunchDriver>(version, "LaunchDriver.bin");
    const auto dialect = *dialect_of_version(version);
    ASSERT_EQ(message.description.java_opts, std::vector<std::string>{"-Dspark.app.name=org.example.Main"});
    message.prepend_java_opts = {"--add-opens=java.base/java.nio=ALL-UNNAMED", "-Dx=ä"};
    const auto read = decoded(encode(message, dialect));
    EXPECT_EQ(read.description.java_opts, (std::vector<std::string>{"--add-opens=java.base/java.nio=ALL-UNNAMED",
                                                                    "-Dx=ä", "-Dspark.app.name=org.example.Main"}));
    EXPECT_EQ(read.description.jar_url, message.description.jar_url);
    EXPECT_EQ(read.description.main_class, "org.example.Main");
    EXPECT_EQ(read.description.resources, message.description.resources);
    EXPECT_EQ(read.resources, message.resources);
    message.prepend_java_opts.clear();
    EXPECT_EQ(decoded(encode(message, dialect)).description.java_opts, message.description.java_opts);
  }
}

TEST(LaunchDriver, WithOptionsToPrepend_LeavesTheRestOfTheCommandUntouched) {
  auto message = golden_message<LaunchDriver>("3.5.6", "foreign/LaunchDriver.bin");
  const auto without = javaser::read(encode(message, Dialect::spark_3_4));
  message.prepend_java_opts = {"-Dx=y"};
  const auto with = javaser::read(encode(message, Dialect::spark_3_4));
  const auto command_of = [](const javaser::Stream& stream) {
    for (auto* object : objects_in(stream.root))
      if (object->desc->name == "org.apache.spark.deploy.Command") return object;
    throw std::runtime_error("no Command");
  };
  for (const char* field : {"arguments", "classPathEntries", "environment", "libraryPathEntries", "mainClass"})
    EXPECT_EQ(bytes_of(*command_of(*with)->field(field)), bytes_of(*command_of(*without)->field(field))) << field;
}

TEST(LaunchDriver, OfARealSpark4Client_KeepsClassesThatNobodyHereKnows) {
  std::size_t drivers = 0;
  for (const auto& frame : captured_frames()) {
    if (frame.dialect != Dialect::spark_4_1 || !frame.class_name.ends_with("$RequestSubmitDriver")) continue;
    auto result = decode_to_master(frame.content);
    const auto& request = std::get<RequestSubmitDriver>(std::get<Decoded<ToMaster>>(result).message);
    LaunchDriver launch;
    launch.driver = DriverId("driver-20250101000000-0000");
    launch.description = request.description;
    launch.prepend_java_opts = {"-Dx=y"};
    const std::string content = encode(launch, Dialect::spark_4_1);
    EXPECT_NE(content.find("java.lang.invoke.SerializedLambda"), std::string::npos);
    EXPECT_NE(content.find("Map$WithDefault"), std::string::npos);
    EXPECT_EQ(decoded(content).description.main_class, request.description.main_class);
    ++drivers;
  }
  EXPECT_GT(drivers, 0U);
}

TEST(LaunchExecutor, OfARealApplication_EchoesItsDescription) {
  std::size_t apps = 0;
  for (const auto& frame : captured_frames()) {
    if (!frame.class_name.ends_with("$RegisterApplication")) continue;
    SCOPED_TRACE(frame.file);
    auto result = decode_to_master(frame.content);
    const auto& registration = std::get<RegisterApplication>(std::get<Decoded<ToMaster>>(result).message);
    LaunchExecutor launch;
    launch.master_url = "spark://10.0.0.1:7077";
    launch.app = AppId("app-20250101000000-0000");
    launch.executor = ExecutorId(7);
    launch.description = registration.description;
    launch.cores = 2;
    launch.memory_mb = 1024;
    auto read = decode_to_worker(encode(launch, frame.dialect));
    const auto& message = std::get<LaunchExecutor>(std::get<Decoded<ToWorker>>(read).message);
    EXPECT_EQ(message.description.name, registration.description.name);
    EXPECT_EQ(message.executor, ExecutorId(7));
    // Written alone again, both descriptions are the same value: no part of the peer's graph was lost.
    auto kept = javaser::read(*registration.description.raw);
    auto echoed = javaser::read(*message.description.raw);
    EXPECT_EQ(javaser::write(kept->root, javaser::Sharing::by_value),
              javaser::write(echoed->root, javaser::Sharing::by_value));
    ++apps;
  }
  EXPECT_GT(apps, 10U);
}

Exception exception_in(const std::string& content) {
  auto result = decode_reply(content);
  return std::get<RpcFailure>(std::get<Decoded<Reply>>(result).message).exception;
}

TEST(ExceptionOnTheWire, OfJavaWithRawBytes_IsEchoedToAnyDialect) {
  const auto message = golden_message<RpcFailure>("3.5.6", "RpcFailure.bin");
  ASSERT_EQ(message.exception.class_name, "java.io.IOException");
  ASSERT_EQ(message.exception.frames.size(), 1U);
  for (const Dialect dialect : all_dialects) {
    const auto read = exception_in(encode(Reply(message), dialect));
    EXPECT_EQ(read.class_name, "java.io.IOException");
    EXPECT_EQ(read.message, message.exception.message);
    EXPECT_EQ(read.frames, message.exception.frames);
  }
}

TEST(ExceptionOnTheWire, OfSpark_IsToldInWordsUnlessBothSidesAreOneRelease) {
  auto message = golden_message<RpcFailure>("3.3.4", "RpcFailure-SparkException.bin");
  ASSERT_EQ(message.exception.class_name, "org.apache.spark.SparkException");
  message.exception.dialect = Dialect::spark_3_3;
  for (const Dialect dialect : all_dialects) {
    const auto read = exception_in(encode(Reply(message), dialect));
    const bool same = dialect == Dialect::spark_3_3;
    EXPECT_EQ(read.class_name, same ? "org.apache.spark.SparkException" : "java.lang.Exception");
    EXPECT_EQ(read.message, same ? "it failed" : "org.apache.spark.SparkException: it failed");
  }
  // 3.4 and 3.5 speak alike, but their SparkExceptions differ.
  message = golden_message<RpcFailure>("3.5.6", "RpcFailure-SparkException.bin");
  message.exception.dialect = Dialect::spark_3_4;
  EXPECT_EQ(exception_in(encode(Reply(message), Dialect::spark_3_4)).class_name, "java.lang.Exception");
}

TEST(ExceptionOnTheWire, OfOurs_HasTheClassThatWasAskedForOrSaysIt) {
  Exception ours;
  ours.message = "no";
  for (const Dialect dialect : all_dialects) {
    for (const std::string name : {"java.lang.Exception", "java.lang.RuntimeException", "java.io.IOException"}) {
      ours.class_name = name;
      const auto read = exception_in(encode(Reply(RpcFailure{ours}), dialect));
      EXPECT_EQ(read.class_name, name);
      EXPECT_EQ(read.message, "no");
    }
    ours.class_name = "org.example.Bad";
    EXPECT_EQ(exception_in(encode(Reply(RpcFailure{ours}), dialect)).message, "org.example.Bad: no");
  }
}

TEST(RequestExecutors, MadeHere_IsReadBackInEveryDialect) {
  for (const Dialect dialect : all_dialects) {
    RequestExecutors message;
    message.app = AppId("app-1");
    ResourceProfile profile;
    if (dialect != Dialect::spark_3_3) {
      profile.cores = 2;
      profile.memory_mb = 1024;
      profile.custom = {{"gpu", 1}};
    }
    message.requests = {{profile, 4}};
    auto result = decode_to_master(encode(ToMaster(message), dialect));
    const auto& read = std::get<RequestExecutors>(std::get<Decoded<ToMaster>>(result).message);
    EXPECT_EQ(read.app, message.app);
    EXPECT_EQ(read.requests, message.requests);
  }
}

TEST(InternalMessages, EncodedAndDecoded_KeepTheirClass) {
  for (const Dialect dialect : all_dialects) {
    for (const std::string name : {"org.apache.spark.deploy.master.MasterMessages$ElectedLeader$",
                                   "org.apache.spark.deploy.DeployMessages$DecommissionWorkers"}) {
      auto result = decode_to_master(encode(ToMaster(InternalMessage{name}), dialect));
      EXPECT_EQ(std::get<InternalMessage>(std::get<Decoded<ToMaster>>(result).message).class_name, name);
    }
    auto result = decode_to_master(encode(ToMaster(UnsupportedMessage{"org.example.Hello"}), dialect));
    EXPECT_EQ(std::get<UnsupportedMessage>(std::get<Decoded<ToMaster>>(result).message).class_name,
              "org.example.Hello");
  }
}

TEST(Scala213Objects, Encoded_AreModuleProxies) {
  for (const Dialect dialect : all_dialects) {
    const bool proxied = scala_of(dialect) == Scala::v2_13;
    for (const auto& content :
         {encode(ToWorker(MasterInStandby{}), dialect), encode(ToWorker(DecommissionWorker{}), dialect)}) {
      const auto stream = javaser::read(content);
      const bool is_proxy = javaser::object_of(stream->root)->desc->name == "scala.runtime.ModuleSerializationProxy";
      EXPECT_EQ(is_proxy, proxied);
    }
  }
}

TEST(DescriptionFromRaw, ThatIsBroken_IsAnError) {
  EXPECT_FALSE(application_description_from_raw(nullptr, Dialect::spark_3_4).ok());
  EXPECT_FALSE(driver_description_from_raw(std::make_shared<const std::string>("garbage")).ok());
  const auto driver = golden_message<LaunchDriver>("3.5.6", "LaunchDriver.bin").description;
  const auto wrong = application_description_from_raw(driver.raw, Dialect::spark_3_4);
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message.find("is a org.apache.spark.deploy.DriverDescription"), std::string::npos);
  const auto again = driver_description_from_raw(driver.raw);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->jar_url, driver.jar_url);
  EXPECT_EQ(again->java_opts, driver.java_opts);
  EXPECT_EQ(again->scala, Scala::v2_12);
}

TEST(EncodeDeathTest, DescriptionOfAnotherDialect_IsABug) {
  auto launch = golden_message<LaunchExecutor>("3.5.6", "LaunchExecutor.bin");
  EXPECT_DEATH(static_cast<void>(encode(ToWorker(launch), Dialect::spark_4_1)), "dialect");
  auto driver = golden_message<LaunchDriver>("3.5.6", "LaunchDriver.bin");
  EXPECT_DEATH(static_cast<void>(encode(ToWorker(driver), Dialect::spark_4_0)), "scala");
}

}  // namespace
}  // namespace pilotlight::deploy::test
