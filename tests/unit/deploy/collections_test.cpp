#include <gtest/gtest.h>

#include "forge.hpp"
#include "golden.hpp"

namespace pilotlight::deploy::test {
namespace {

using javaser::Null;
using javaser::Value;
using Texts = std::vector<std::string>;

/// The ids of a KillExecutors; "error: …" when it cannot be read.
Texts ids_in(const std::string& content) {
  auto result = decode_to_master(content);
  if (const auto* error = std::get_if<DecodeError>(&result)) return {"error: " + error->error.message};
  return std::get<KillExecutors>(std::get<Decoded<ToMaster>>(result).message).executors;
}

class Collections : public ::testing::Test {
 protected:
  Texts read(const Value& ids) { return ids_in(forge.kill_executors(ids)); }
  Value a() { return forge.text("a"); }
  Value b() { return forge.text("b"); }
  Value vector(std::int32_t depth, std::int32_t start, std::int32_t end, Value display0, Value display1 = Null{}) {
    return forge.object("scala.collection.immutable.Vector", {{"depth", depth},
                                                              {"dirty", false},
                                                              {"endIndex", end},
                                                              {"focus", std::int32_t{0}},
                                                              {"startIndex", start},
                                                              {"display0", display0},
                                                              {"display1", display1}});
  }

  Forge forge;
  const Texts both{"a", "b"};
};

TEST_F(Collections, Scala212ListProxy_Read_HasItsElements) {
  const Value end = forge.object("scala.collection.immutable.ListSerializeEnd$");
  EXPECT_EQ(read(forge.annotated("scala.collection.immutable.List$SerializationProxy", {a(), b(), end})), both);
  EXPECT_EQ(read(forge.annotated("scala.collection.immutable.List$SerializationProxy", {end})), Texts{});
}

TEST_F(Collections, Scala212Buffers_Read_StopAtTheirSize) {
  const Value array = forge.array({a(), b(), Null{}, Null{}});
  EXPECT_EQ(read(forge.object("scala.collection.mutable.ArrayBuffer",
                              {{"initialSize", std::int32_t{16}}, {"size0", std::int32_t{2}}, {"array", array}})),
            both);
  EXPECT_EQ(read(forge.object("scala.collection.mutable.ArraySeq", {{"length", std::int32_t{2}}, {"array", array}})),
            both);
}

TEST_F(Collections, WrappedArrays_Read_AreWhole) {
  const Value array = forge.array({a(), b()}, "[Ljava.lang.String;");
  EXPECT_EQ(read(forge.object("scala.collection.mutable.WrappedArray$ofRef", {{"array", array}})), both);
  EXPECT_EQ(read(forge.object("scala.collection.mutable.ArraySeq$ofRef", {{"array", array}})), both);
  EXPECT_EQ(read(forge.object("scala.collection.immutable.ArraySeq$ofRef", {{"unsafeArray", array}})), both);
}

TEST_F(Collections, Scala212Vector_OfOneAndTwoLevels_IsReadFromItsStart) {
  EXPECT_EQ(read(vector(0, 0, 0, Null{})), Texts{});
  EXPECT_EQ(read(vector(1, 1, 3, forge.array({Null{}, a(), b(), Null{}}))), both);
  std::vector<Value> leaf(32, Null{});
  leaf[31] = a();
  const Value top = forge.array({forge.array(leaf), forge.array({b()})});
  EXPECT_EQ(read(vector(2, 31, 33, Null{}, top)), both);
}

TEST_F(Collections, Scala212Vector_WithIndicesThatLie_IsAnError) {
  for (const auto& broken : {vector(1, 0, 3, forge.array({a(), b()})), vector(1, 2, 1, forge.array({a(), b()})),
                             vector(1, -1, 1, forge.array({a()})), vector(2, 0, 1, forge.array({a()})),
                             vector(0, 0, 1, Null{}), vector(7, 0, 1, forge.array({a()}))})
    EXPECT_TRUE(read(broken).at(0).starts_with("error: KillExecutors.executorIds is a Vector")) << read(broken).at(0);
}

TEST_F(Collections, Scala212Stream_Evaluated_IsReadAndAClosureIsAnError) {
  const auto cell = [&](Value head, Value rest, Value thunk) {
    return forge.object("scala.collection.immutable.Stream$Cons", {{"hd", head}, {"tlGen", thunk}, {"tlVal", rest}});
  };
  const Value empty = forge.object("scala.collection.immutable.Stream$Empty$");
  EXPECT_EQ(read(cell(a(), cell(b(), empty, Null{}), Null{})), both);
  EXPECT_TRUE(read(cell(a(), Null{}, forge.object("some.Closure"))).at(0).starts_with("error: "));
}

TEST_F(Collections, Sets_Read_AsSequences) {
  EXPECT_EQ(read(forge.annotated("scala.collection.immutable.HashSet$SerializationProxy", {forge.ints({2}), a(), b()})),
            both);
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Set$Set2", {{"elem1", a()}, {"elem2", b()}})), both);
}

TEST_F(Collections, Scala213Proxy_WithSizeOrEndMark_HasItsElements) {
  const std::string proxy = "scala.collection.generic.DefaultSerializationProxy";
  const Value end = forge.module("scala.collection.generic.SerializeEnd$");
  EXPECT_EQ(read(forge.annotated(proxy, {forge.ints({2}), a(), b()}, {{"factory", Null{}}})), both);
  EXPECT_EQ(read(forge.annotated(proxy, {forge.ints({-1}), a(), b(), end}, {{"factory", Null{}}})), both);
  EXPECT_EQ(read(forge.annotated(proxy, {forge.ints({0})}, {{"factory", Null{}}})), Texts{});
}

TEST_F(Collections, SizeThatLies_IsAnError) {
  const std::string proxy = "scala.collection.generic.DefaultSerializationProxy";
  for (const std::int32_t size : {3, 2'000'000'000, -2, -1})
    EXPECT_TRUE(read(forge.annotated(proxy, {forge.ints({size}), a(), b()})).at(0).starts_with("error: ")) << size;
  EXPECT_TRUE(read(forge.annotated(proxy, {})).at(0).starts_with("error: "));
  EXPECT_TRUE(read(forge.annotated(proxy, {forge.block("x"), a()})).at(0).starts_with("error: "));
  const Value array = forge.array({a()});
  for (const std::int32_t size : {2, -1})
    EXPECT_TRUE(read(forge.object("scala.collection.mutable.ArraySeq", {{"length", size}, {"array", array}}))
                    .at(0)
                    .starts_with("error: "));
}

TEST_F(Collections, WhatIsNoSequence_IsNamedInTheError) {
  EXPECT_EQ(read(forge.text("a")), Texts{"error: KillExecutors.executorIds is a java.lang.String, not a sequence"});
  EXPECT_EQ(read(forge.object("org.example.Lazy")),
            Texts{"error: KillExecutors.executorIds is a org.example.Lazy, not a sequence that is known here"});
  EXPECT_EQ(read(Null{}), Texts{"error: KillExecutors.executorIds is null"});
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Set$Set1", {{"elem1", Null{}}})),
            Texts{"error: KillExecutors.executorIds holds null"});
}

// ---- maps, through the resources of a RegisterWorker ----

class Maps : public ::testing::Test {
 protected:
  Value gpu() {
    auto* information = forge.empty(dialect, Class::resource_information);
    set_field(information, "name", forge.text("gpu"));
    set_field(information, "addresses", forge.array({forge.text("0"), forge.text("1")}, "[Ljava.lang.String;"));
    return information;
  }
  Value key(const std::string& text) { return forge.text(text); }

  /// The resources of a RegisterWorker with this map, or an error's words.
  std::string read(const Value& map) {
    auto worker = javaser::read(golden("3.5.6", "foreign/RegisterWorker.bin").content);
    set_field(objects_in(worker->root).front(), "resources", map);
    auto result = decode_to_master(bytes_of(worker->root));
    if (const auto* error = std::get_if<DecodeError>(&result)) return error->error.message;
    std::string words;
    for (const auto& [name, addresses] :
         std::get<RegisterWorker>(std::get<Decoded<ToMaster>>(result).message).resources) {
      words += name + ":";
      for (const auto& address : addresses) words += " " + address;
      words += ";";
    }
    return words;
  }

  Dialect dialect = Dialect::spark_3_4;
  Forge forge;
};

TEST_F(Maps, Scala212Forms_Read_HaveTheirEntries) {
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Map$EmptyMap$")), "");
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Map$Map1", {{"key1", key("gpu")}, {"value1", gpu()}})),
            "gpu: 0 1;");
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Map$Map2",
                              {{"key1", key("fpga")}, {"key2", key("gpu")}, {"value1", gpu()}, {"value2", gpu()}})),
            "fpga: 0 1;gpu: 0 1;");
  EXPECT_EQ(read(forge.annotated("scala.collection.immutable.HashMap$SerializationProxy",
                                 {forge.ints({1}), key("gpu"), gpu()})),
            "gpu: 0 1;");
  const Value mutable_head = forge.ints({750, 1, 0}, std::string(1, '\0'));
  EXPECT_EQ(read(forge.annotated("scala.collection.mutable.HashMap", {mutable_head, key("gpu"), gpu()})), "gpu: 0 1;");
  EXPECT_EQ(read(forge.annotated("scala.collection.mutable.LinkedHashMap", {mutable_head, key("gpu"), gpu()})),
            "gpu: 0 1;");
}

TEST_F(Maps, Scala213Forms_Read_HaveTheirEntries) {
  const Value tuple = forge.object("scala.Tuple2", {{"_1", key("gpu")}, {"_2", gpu()}});
  const Value proxy = forge.annotated("scala.collection.generic.DefaultSerializationProxy", {forge.ints({1}), tuple});
  const std::string prefix = "scala$collection$immutable$Map$Map2$$";
  EXPECT_EQ(read(forge.module("scala.collection.immutable.Map$EmptyMap$")), "");
  EXPECT_EQ(read(proxy), "gpu: 0 1;");
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Map$Map2", {{prefix + "key1", key("fpga")},
                                                                      {prefix + "key2", key("gpu")},
                                                                      {prefix + "value1", gpu()},
                                                                      {prefix + "value2", gpu()}})),
            "fpga: 0 1;gpu: 0 1;");
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Map$WithDefault",
                              {{"defaultValue", Null{}}, {"underlying", proxy}})),
            "gpu: 0 1;");
}

TEST_F(Maps, MapWithDefaultInsideItself_IsAnErrorAndEnds) {
  auto* ring = forge.object("scala.collection.immutable.Map$WithDefault", {{"underlying", Null{}}});
  set_field(ring, "underlying", ring);
  EXPECT_EQ(read(ring),
            "RegisterWorker.resources is a scala.collection.immutable.Map$WithDefault, not a map that is known here");
}

TEST_F(Maps, BrokenEntries_AreErrorsThatNameTheField) {
  const auto proxy = [&](const Value& element) {
    return forge.annotated("scala.collection.generic.DefaultSerializationProxy", {forge.ints({1}), element});
  };
  EXPECT_EQ(read(proxy(gpu())), "RegisterWorker.resources is a map with an entry that is no Tuple2");
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Map$Map1", {{"key1", key("gpu")}, {"value1", Null{}}})),
            "RegisterWorker.resources holds null");
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Map$Map1", {{"key1", Null{}}, {"value1", gpu()}})),
            "RegisterWorker.resources holds null");
  EXPECT_EQ(read(forge.object("scala.collection.immutable.Map$Map1", {{"key1", key("gpu")}})),
            "RegisterWorker.resources is a Map with an entry missing");
  EXPECT_EQ(
      read(forge.object("scala.collection.immutable.Map$Map1", {{"key1", key("gpu")}, {"value1", key("no object")}})),
      "RegisterWorker.resources is a java.lang.String, not a org.apache.spark.resource.ResourceInformation");
}

}  // namespace
}  // namespace pilotlight::deploy::test
