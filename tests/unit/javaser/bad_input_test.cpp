// Streams that nobody should send: each gives one clear error, names its place, and costs little.
#include <gtest/gtest.h>

#include "javaser/reader.hpp"
#include "javaser/writer.hpp"
#include "unit/javaser/bytes_of.hpp"

namespace pilotlight::javaser {
namespace {

using namespace bytes_of;
using namespace std::string_literals;

struct Bad {
  const char* what;  ///< a part of the error's words
  std::string body;
  std::size_t offset;  ///< within the body
};

void expect_refused(const Bad& bad, const Limits& limits = {}) {
  const auto stream = read(header() + bad.body, limits);
  ASSERT_FALSE(stream.ok()) << bad.what;
  EXPECT_NE(stream.error().message.find(bad.what), std::string::npos)
      << stream.error().message << ", not: " << bad.what;
  ASSERT_TRUE(stream.error().offset.has_value()) << bad.what;
  EXPECT_EQ(*stream.error().offset, 4 + bad.offset) << stream.error().message;
}

const std::string a_type = string("LA;");

TEST(BadInput, NoStream_IsSaidSo) {
  for (const std::string& bytes : {""s, "\xAC\xED"s, "GET / HTTP/1.1\r\n"s, "\xAC\xED\x00\x04\x70"s}) {
    const auto stream = read(bytes);
    ASSERT_FALSE(stream.ok());
    EXPECT_NE(stream.error().message.find("AC ED 00 05"), std::string::npos);
    EXPECT_EQ(stream.error().offset, 0U);
  }
  expect_refused({"before its first object", "", 0});
  expect_refused({"before its first object", reset, 1});
}

TEST(BadInput, WrongTag_IsRefusedWhereItStands) {
  const std::string list = object + desc("List", 3);
  const Bad all[] = {
      {"unknown tag 127", u8(0x7F), 0},
      {"raw data where an object", block("x"), 0},
      {"end of block data where an object", end, 0},
      {"reset inside", list + reset, list.size()},
      {"given up by its writer", list + u8(0x7B) + string("x"), list.size()},
      {"raw data where an object", array + desc("[Ljava.lang.Object;", 2) + i32(1) + block("x"),
       1 + desc("[Ljava.lang.Object;", 2).size() + 4},
      {"where a class descriptor", object + string("A"), 1},
      {"where a string", enum_constant + desc("E", 0x12) + null, 1 + desc("E", 0x12).size()},
  };
  for (const Bad& bad : all) expect_refused(bad);
}

TEST(BadInput, ReferenceOfTheWrongKind_IsRefused) {
  const std::string of_a = object + desc("A", 3);
  const std::string e = enum_constant + desc("E", 0x12);
  const Bad all[] = {
      {"does not hold", ref(0), 1},
      {"does not hold", u8(0x71) + i32(0), 1},
      {"does not hold", u8(0x71) + i32(-1), 1},
      {"does not hold", object + desc("A", 2, 1, field('L', "x", a_type)) + ref(3),
       2 + desc("A", 2, 1, field('L', "x", a_type)).size()},
      {"no class descriptor", of_a + string("x") + object + ref(2) + end, of_a.size() + string("x").size() + 1},
      {"no string", e + ref(0), e.size()},
      {"inside that descriptor itself", object + open_desc("A", 2, 1, field('L', "x", ref(0))) + end + null,
       1 + open_desc("A", 2).size() + 1 + 3 + 1},
  };
  for (const Bad& bad : all) expect_refused(bad);
  // A descriptor may not be used before it is complete: as its own superclass it would be a ring.
  expect_refused(
      {"inside that descriptor itself", object + open_desc("A", 2) + end + ref(0), 1 + open_desc("A", 2).size() + 2});
  expect_refused({"inside that descriptor itself", object + open_desc("A", 2) + object + ref(0),
                  1 + open_desc("A", 2).size() + 2});
}

TEST(BadInput, ClassesThatContradict_AreRefused) {
  const auto refused = [](const std::string& body, const std::string& words) {
    const auto stream = read(header() + body);
    ASSERT_FALSE(stream.ok()) << words;
    EXPECT_NE(stream.error().message.find(words), std::string::npos) << stream.error().message;
  };
  refused(object + null, "object without a class");
  refused(class_object + null, "class object without a class");
  refused(object + desc("A", 0), "the class A, which has no objects");
  refused(object + desc("A", 0x12), "the class A, which has no objects");
  refused(object + desc("A", 6), "both serializable and externalizable");
  refused(object + desc("A", 4), "externalizable class A in the old form");
  refused(object + desc("A", 2, 0, "", desc("B", 0x0C)) + end, "below the externalizable class B");
  refused(array + desc("A", 2) + i32(0), "array whose class is none");
  refused(array + desc("[", 2) + i32(0), "array whose class is none");
  refused(array + desc("[Q", 2) + i32(0), "unknown element type");
  refused(enum_constant + desc("A", 2) + string("X"), "no enum");
  refused(object + desc("A", 2, 1, field('Q', "x")), "field of an unknown type");
  refused(object + desc("A", 2, 1, field('L', "x", string("[I"))) + null, "two types that contradict");
}

TEST(BadInput, NamesThatAreNoModifiedUtf8_AreRefused) {
  expect_refused({"a class name that is not", object + desc("A\xFF", 2), 1 + 1 + 2});
  expect_refused({"a field name that is not", object + desc("A", 2, 1, field('I', "\xC2")) + i32(1),
                  1 + open_desc("A", 2).size() + 3});
  expect_refused({"name of an interface that is not", object + u8(0x7D) + i32(1) + utf("\x80"), 1 + 1 + 4 + 2});
}

TEST(BadInput, StringsThatAreNoModifiedUtf8_AreRefused) {
  expect_refused({"a string that is not modified UTF-8", string("worker-\xFF"), 0});
  expect_refused({"a string that is not modified UTF-8", long_string("worker-\xE2\x82"), 0});
  EXPECT_TRUE(read(header() + string("half a clef: \xED\xA0\xB4"))) << "Java writes these too";
}

TEST(BadInput, CountsBeyondTheStream_CostNothing) {
  const std::string bytes = array + desc("[B", 2);
  const std::string strings = array + desc("[Ljava.lang.String;", 2);
  Limits wide;
  wide.array_items = wide.string_bytes = wide.memory = wide.fields = SIZE_MAX;
  expect_refused({"allowed are 4194304", bytes + i32(INT32_MAX), bytes.size()});
  expect_refused({"ends inside an array", bytes + i32(INT32_MAX), bytes.size() + 4}, wide);
  expect_refused({"ends inside an array", strings + i32(INT32_MAX) + null, strings.size() + 4}, wide);
  expect_refused({"negative size", bytes + i32(-1), bytes.size()});
  expect_refused({"allowed are 16777216", u8(0x7C) + i64(INT64_MAX), 0});
  expect_refused({"ends inside a string", u8(0x7C) + i64(INT64_MAX), 9}, wide);
  expect_refused({"negative length", u8(0x7C) + i64(-1), 0});
  const std::string list = object + desc("List", 3) + u8(0x7A);
  expect_refused({"ends inside raw data", list + i32(INT32_MAX), list.size() + 4});
  expect_refused({"negative length", list + i32(-1), list.size() + 4});
  expect_refused({"allowed are 1000", object + open_desc("A", 2, 65'535), 1 + open_desc("A", 2).size()});
  expect_refused({"ends inside the fields", object + open_desc("A", 2, 65'535), 1 + open_desc("A", 2).size()}, wide);
  expect_refused({"allowed are 1000", object + u8(0x7D) + i32(INT32_MAX), 6});
  expect_refused({"allowed are 1000", object + u8(0x7D) + i32(-1), 6}, {});
}

TEST(BadInput, MillionHandles_HitTheLimits) {
  std::string body = object + desc("List", 3);
  for (int i = 0; i < 1'000'000; ++i) body += string("");
  const auto by_default = read(header() + body + end);
  ASSERT_FALSE(by_default.ok());
  EXPECT_NE(by_default.error().message.find("of memory"), std::string::npos) << by_default.error().message;
  const auto stream = read(header() + body + end, {.memory = SIZE_MAX});
  ASSERT_FALSE(stream.ok());
  EXPECT_NE(stream.error().message.find("more than 500000"), std::string::npos) << stream.error().message;
}

TEST(BadInput, ManySmallThings_HitTheMemoryLimit) {
  std::string nulls = object + desc("List", 3);
  nulls.append(4'000'000, '\x70');
  EXPECT_NE(read(header() + nulls + end).error().message.find("of memory"), std::string::npos);
  // Objects of six bytes each with a thousand fields in memory.
  std::string fields;
  for (int i = 0; i < 1000; ++i) fields += field('I', "f");
  std::string buffers =
      object + desc("List", 3) + object + desc("scala.collection.mutable.ListBuffer", 3, 1000, fields) + end;
  for (int i = 0; i < 10'000; ++i) buffers += object + ref(2) + end;
  EXPECT_NE(read(header() + buffers + end).error().message.find("of memory"), std::string::npos);
}

TEST(BadInput, DepthBomb_HitsTheLimitWhateverItIsMadeOf) {
  std::string objects;
  std::string arrays;
  std::string supers = class_object;
  std::string annotated = object;
  for (int i = 0; i < 100'000; ++i) {
    objects += object + (i == 0 ? desc("A", 2, 1, field('L', "a", a_type)) : ref(0));
    arrays += array + (i == 0 ? desc("[[L", 2) : ref(0)) + i32(1);
    supers += open_desc("A", 2) + end;
    annotated += open_desc("A", 2) + object;
  }
  for (const std::string& bomb : {objects, arrays, supers, annotated}) {
    const auto stream = read(header() + bomb);
    ASSERT_FALSE(stream.ok());
    EXPECT_NE(stream.error().message.find("deeper than 200"), std::string::npos) << stream.error().message;
  }
}

TEST(BadInput, LongChainOfClassesFromAFlatStream_HitsTheLimit) {
  std::string body = object + desc("List", 3);
  std::int32_t last = 1;
  for (int i = 0; i < 1000; ++i, ++last) body += open_desc("A", 2) + end + (i == 0 ? null : ref(last));
  const auto stream = read(header() + body + end);
  ASSERT_FALSE(stream.ok());
  EXPECT_NE(stream.error().message.find("more than 200 superclasses"), std::string::npos) << stream.error().message;
}

TEST(BadInput, DeepButAllowed_IsReadAndWritten) {
  std::string body;
  for (int i = 0; i < 200; ++i) body += object + (i == 0 ? desc("A", 2, 1, field('L', "a", a_type)) : ref(0));
  body += null;
  const auto stream = read(header() + body);
  ASSERT_TRUE(stream.ok()) << stream.error().to_string();
  EXPECT_EQ(write(stream->root, Sharing::by_identity), header() + body);
}

TEST(BadInput, Limits_AreWhatTheCallerSays) {
  const std::string text = string("0123456789");
  Limits small;
  small.bytes = text.size() + 3;
  EXPECT_FALSE(read(header() + text, small).ok());
  small.bytes += 1;
  EXPECT_TRUE(read(header() + text, small).ok());
  small.string_bytes = 9;
  expect_refused({"allowed are 9", text, 0}, small);
  const std::string three = array + desc("[I", 2) + i32(3) + i32(0) + i32(0) + i32(0);
  small = {};
  small.array_items = 2;
  expect_refused({"allowed are 2", three, three.size() - 16}, small);
  small = {};
  small.handles = 1;
  EXPECT_FALSE(read(header() + three, small).ok());
  small.handles = 2;
  EXPECT_TRUE(read(header() + three, small).ok());
}

TEST(BadInput, Errors_ShowNoValues) {
  const std::string secret = object + desc("A", 3) + string("hunter2") + u8(0x7F);
  EXPECT_EQ(read(header() + secret).error().message.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::javaser
