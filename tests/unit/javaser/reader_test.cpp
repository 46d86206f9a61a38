// Each construct of the grammar (spec §3.1): read, looked at, written back.
#include "javaser/reader.hpp"

#include <gtest/gtest.h>

#include "javaser/writer.hpp"
#include "unit/javaser/bytes_of.hpp"

namespace pilotlight::javaser {
namespace {

using namespace bytes_of;
using namespace std::string_literals;

/// Reads what must be readable.
Stream stream_of(const std::string& body) {
  auto result = read(header() + body);
  if (!result.ok()) {
    ADD_FAILURE() << result.error().to_string();
    return {};
  }
  return std::move(result).value();
}

/// The bytes after the header that come back.
std::string again(const std::string& body, Sharing sharing = Sharing::by_identity) {
  return write(stream_of(body).root, sharing).substr(4);
}

template <typename Node>
const Node* node_of(const Stream& stream) {
  const auto* held = std::get_if<const Node*>(&stream.root);
  return held ? *held : nullptr;
}

TEST(Reader, Null_IsNull) {
  EXPECT_TRUE(std::holds_alternative<Null>(stream_of(null).root));
  EXPECT_EQ(again(null), null);
}

TEST(Reader, String_IsItsText) {
  EXPECT_EQ(text_of(stream_of(string("Master")).root), "Master");
  EXPECT_EQ(text_of(stream_of(string("")).root), "");
  EXPECT_EQ(text_of(stream_of(string("a\xC0\x80z")).root), "a\0z"s);
}

TEST(Reader, LongString_IsReadAtAnySizeAndWrittenShortWhenItFits) {
  const std::string big(70'000, 'x');
  EXPECT_EQ(text_of(stream_of(long_string(big)).root), big);
  EXPECT_EQ(again(long_string(big)), long_string(big));
  EXPECT_EQ(again(long_string("small")), string("small"));
  const std::string limit(65'535, 'x');
  EXPECT_EQ(again(long_string(limit)), string(limit));
}

TEST(Reader, Object_HasTheFieldsOfItsWholeChainTopmostFirst) {
  const std::string type = string("Ljava/lang/String;");
  const std::string top = desc("Top", 2, 2, field('I', "id") + field('L', "name", ref(1)));
  const std::string low = desc("Low", 2, 2, field('Z', "on") + field('L', "name", type), top);
  const std::string body = object + low + i32(-5) + string("upper") + u8(1) + string("lower");
  const Stream stream = stream_of(body);
  const ObjectNode* node = object_of(stream.root);
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->desc->name, "Low");
  ASSERT_EQ(node->fields.size(), 4U);
  EXPECT_EQ(std::get<std::int32_t>(node->fields[0]), -5);
  EXPECT_EQ(text_of(*node->field("name")), "lower");
  EXPECT_EQ(std::get<std::int32_t>(*node->field("id")), -5);
  EXPECT_EQ(std::get<bool>(*node->field("on")), true);
  EXPECT_EQ(node->field("absent"), nullptr);
  EXPECT_EQ(again(body), body);
}

TEST(Reader, EveryPrimitive_KeepsItsValueAndType) {
  const std::string fields = field('B', "b") + field('C', "c") + field('D', "d") + field('F', "f") + field('I', "i") +
                             field('J', "j") + field('S', "s") + field('Z', "z");
  const std::string body = object + desc("All", 2, 8, fields) + u8(0x80) + u16(0xFFFE) + i64(0x3FF8000000000000) +
                           i32(0x40200000) + i32(INT32_MIN) + i64(INT64_MIN) + u16(0x8000) + u8(1);
  const Stream stream = stream_of(body);
  const Values& values = object_of(stream.root)->fields;
  EXPECT_EQ(std::get<std::int8_t>(values[0]), -128);
  EXPECT_EQ(std::get<char16_t>(values[1]), 0xFFFE);
  EXPECT_EQ(std::get<double>(values[2]), 1.5);
  EXPECT_EQ(std::get<float>(values[3]), 2.5F);
  EXPECT_EQ(std::get<std::int32_t>(values[4]), INT32_MIN);
  EXPECT_EQ(std::get<std::int64_t>(values[5]), INT64_MIN);
  EXPECT_EQ(std::get<std::int16_t>(values[6]), INT16_MIN);
  EXPECT_EQ(std::get<bool>(values[7]), true);
  EXPECT_EQ(again(body), body);
}

TEST(Reader, NotANumber_KeepsItsBits) {
  const std::string body =
      object + desc("Odd", 2, 2, field('D', "d") + field('F', "f")) + i64(0x7FF0000000000001) + i32(0x7F800001);
  EXPECT_EQ(again(body), body);
}

TEST(Reader, Annotation_HoldsObjectsAndBlocksInOrder) {
  const std::string big(300, 'b');
  const std::string body =
      object + desc("List", 3) + block("") + block("abcd") + string("x") + long_block(big) + null + end;
  const Stream stream = stream_of(body);
  const Values& contents = object_of(stream.root)->annotation();
  ASSERT_EQ(contents.size(), 5U);
  EXPECT_EQ(std::get<Block>(contents[0]).bytes, "");
  EXPECT_EQ(std::get<Block>(contents[1]).bytes, "abcd");
  EXPECT_EQ(text_of(contents[2]), "x");
  EXPECT_EQ(std::get<Block>(contents[3]).bytes, big);
  EXPECT_EQ(again(body), body);
}

TEST(Reader, AnnotationOfASuperclass_IsNotTheObjectsOwn) {
  const std::string body = object + desc("Low", 2, 0, "", desc("Top", 3)) + string("top's") + end;
  const Stream stream = stream_of(body);
  const ObjectNode* node = object_of(stream.root);
  ASSERT_EQ(node->annotations.size(), 1U);
  EXPECT_EQ(node->annotations[0].of->name, "Top");
  EXPECT_TRUE(node->annotation().empty());
  EXPECT_EQ(again(body), body);
}

TEST(Reader, ListBuffer_WritesNoneOfItsFields) {
  const std::string fields = field('Z', "exported") + field('I', "len") + field('L', "start", string("LList;"));
  const std::string body = object + desc("scala.collection.mutable.ListBuffer", 3, 3, fields) + string("one") +
                           block("\x01\x00\x00\x00\x01"s) + end;
  const Stream stream = stream_of(body);
  const ObjectNode* node = object_of(stream.root);
  ASSERT_EQ(node->fields.size(), 3U);
  EXPECT_EQ(std::get<bool>(node->fields[0]), false);
  EXPECT_EQ(std::get<std::int32_t>(node->fields[1]), 0);
  EXPECT_TRUE(std::holds_alternative<Null>(node->fields[2]));
  EXPECT_EQ(node->annotation().size(), 2U);
  EXPECT_EQ(again(body), body);
}

TEST(Reader, Externalizable_IsAnAnnotationInBlockMode) {
  const std::string body =
      object + desc("Ext", 0x0C, 0, "", desc("Top", 3, 1, field('I', "n"))) + block("data") + string("s") + end;
  const Stream stream = stream_of(body);
  const ObjectNode* node = object_of(stream.root);
  EXPECT_EQ(node->annotation().size(), 2U);
  EXPECT_EQ(std::get<std::int32_t>(*node->field("n")), 0);
  EXPECT_EQ(again(body), body);
}

TEST(Reader, Arrays_OfEveryElementType) {
  const auto of = [](std::string_view name, std::int32_t count, const std::string& items) {
    return array + desc(name, 2) + i32(count) + items;
  };
  const std::string bodies[] = {
      of("[B", 3, "abc"),
      of("[Z", 2, u8(1) + u8(0)),
      of("[C", 1, u16(0x20AC)),
      of("[S", 1, u16(7)),
      of("[I", 2, i32(1) + i32(2)),
      of("[J", 1, i64(9)),
      of("[F", 1, i32(0x40200000)),
      of("[D", 1, i64(0x3FF8000000000000)),
      of("[Ljava.lang.String;", 3, string("a") + null + ref(1 + 1)),
      of("[[I", 1, array + desc("[I", 2) + i32(1) + i32(4)),
      of("[I", 0, ""),
  };
  for (const std::string& body : bodies) EXPECT_EQ(again(body), body);
  const Stream bytes = stream_of(bodies[0]);
  EXPECT_EQ(node_of<ArrayNode>(bytes)->bytes, "abc");
  const Stream strings = stream_of(bodies[8]);
  EXPECT_EQ(text_of(node_of<ArrayNode>(strings)->items[2]), "a");
}

TEST(Reader, Enum_HasClassAndConstant) {
  const std::string body = enum_constant +
                           desc("java.util.concurrent.TimeUnit", 0x12, 0, "", desc("java.lang.Enum", 0x12)) +
                           string("SECONDS");
  const Stream stream = stream_of(body);
  const EnumNode* node = node_of<EnumNode>(stream);
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->desc->super->name, "java.lang.Enum");
  EXPECT_EQ(node->constant->bytes, "SECONDS");
  EXPECT_EQ(again(body), body);
}

TEST(Reader, ClassOfAnUnserializableClass_IsRead) {
  const std::string body = class_object + open_desc("scala.None$", 0, 0, "", 0) + end + null;
  const Stream stream = stream_of(body);
  EXPECT_EQ(node_of<ClassNode>(stream)->desc->name, "scala.None$");
  EXPECT_EQ(again(body), body);
}

TEST(Reader, ClassDescriptorAsAValue_IsRead) {
  const std::string body = array + desc("[Ljava.lang.Object;", 2) + i32(3) + desc("A", 2) + ref(2) + null;
  const Stream stream = stream_of(body);
  EXPECT_EQ(std::get<const ClassDesc*>(node_of<ArrayNode>(stream)->items[1])->name, "A");
  EXPECT_EQ(again(body), body);
}

TEST(Reader, Proxy_HasInterfacesAndItsHandler) {
  const std::string super =
      desc("java.lang.reflect.Proxy", 2, 1, field('L', "h", string("Ljava/lang/reflect/InvocationHandler;")));
  const std::string body = object + u8(0x7D) + i32(2) + utf("a.A") + utf("b.B") + end + super + string("handler");
  const Stream stream = stream_of(body);
  const ObjectNode* node = object_of(stream.root);
  EXPECT_TRUE(node->desc->proxy);
  ASSERT_EQ(node->desc->interfaces.size(), 2U);
  EXPECT_EQ(node->desc->interfaces[1], "b.B");
  EXPECT_EQ(text_of(*node->field("h")), "handler");
  EXPECT_EQ(again(body), body);
}

TEST(Reader, ClassAnnotation_IsKept) {
  const std::string body = object + open_desc("A", 2) + block("codebase") + string("url") + end + desc("B", 2);
  const Stream stream = stream_of(body);
  EXPECT_EQ(object_of(stream.root)->desc->annotation.size(), 2U);
  EXPECT_EQ(again(body), body);
  EXPECT_EQ(again(body, Sharing::by_value), body);
}

TEST(Reader, Cycles_AreLegal) {
  const std::string body = object + desc("Throwable", 2, 1, field('L', "cause", string("LThrowable;"))) + ref(2);
  const Stream self = stream_of(body);
  EXPECT_EQ(object_of(*object_of(self.root)->field("cause")), object_of(self.root));
  EXPECT_EQ(again(body), body);
  const std::string in_itself = array + desc("[Ljava.lang.Object;", 2) + i32(2) + ref(1) + null;
  EXPECT_EQ(again(in_itself), in_itself);
}

TEST(Reader, ResetsBeforeTheObject_AreSkipped) { EXPECT_EQ(again(reset + reset + string("x")), string("x")); }

TEST(Reader, MovedStream_KeepsItsNodes) {
  Stream first = stream_of(object + desc("A", 3) + string("kept") + end);
  const ObjectNode* node = object_of(first.root);
  const Stream second = std::move(first);
  EXPECT_EQ(object_of(second.root), node);
  EXPECT_EQ(text_of(node->annotation()[0]), "kept");
}

TEST(Reader, TheCallersBytes_MayGoAtOnce) {
  auto bytes = std::make_unique<std::string>(header() + string("kept by the graph, not by the caller"));
  const Stream stream = read(*bytes).value();
  bytes.reset();
  EXPECT_EQ(text_of(stream.root), "kept by the graph, not by the caller");
}

}  // namespace
}  // namespace pilotlight::javaser
