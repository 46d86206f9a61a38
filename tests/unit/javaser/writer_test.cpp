// Graphs made by hand: what is shared, what is not, and how deep they may be.
#include "javaser/writer.hpp"

#include <gtest/gtest.h>

#include "javaser/reader.hpp"
#include "unit/javaser/bytes_of.hpp"

namespace pilotlight::javaser {
namespace {

using namespace bytes_of;

std::string body(const Value& root, Sharing sharing) { return write(root, sharing).substr(4); }

/// An array of objects that stands for "several values in one stream": its own two handles are 0 and 1.
const std::string three_objects = array + desc("[Ljava.lang.Object;", 2) + i32(3);

struct Three : ::testing::Test {
  ArrayNode* list(std::initializer_list<Value> values) {
    ClassDesc* desc = graph.class_desc();
    desc->name = "[Ljava.lang.Object;";
    desc->suid = 1;
    ArrayNode* node = graph.array(desc);
    node->items.assign(values);
    return node;
  }
  ClassDesc* class_named(std::string_view name, const ClassDesc* super = nullptr) {
    ClassDesc* desc = graph.class_desc();
    desc->name = name;
    desc->suid = 1;
    desc->super = super;
    return desc;
  }
  Graph graph;
};
using Writer = Three;

TEST_F(Writer, SameNode_IsABackReferenceInBothModes) {
  const StringNode* text = graph.string("x");
  const Value root = list({text, text, Null{}});
  for (const Sharing sharing : {Sharing::by_identity, Sharing::by_value})
    EXPECT_EQ(body(root, sharing), three_objects + string("x") + ref(2) + null);
}

TEST_F(Writer, EqualStrings_AreSharedByValueOnly) {
  const Value root = list({graph.string("x"), graph.string("x"), graph.string("y")});
  EXPECT_EQ(body(root, Sharing::by_identity), three_objects + string("x") + string("x") + string("y"));
  EXPECT_EQ(body(root, Sharing::by_value), three_objects + string("x") + ref(2) + string("y"));
}

TEST_F(Writer, TypeStringsAndValues_AreSharedWithEachOther) {
  ClassDesc* desc = class_named("A");
  desc->fields.push_back({'L', "a", graph.string("LA;")});
  ObjectNode* node = graph.object(desc);
  node->fields.push_back(graph.string("LA;"));
  EXPECT_EQ(body(node, Sharing::by_value), object + bytes_of::desc("A", 2, 1, field('L', "a", string("LA;"))) + ref(1));
}

TEST_F(Writer, EqualDescriptors_AreSharedByValueOnly) {
  const Value root = list(
      {graph.object(class_named("A", class_named("Top"))), graph.object(class_named("A", class_named("Top"))), Null{}});
  const std::string first = object + desc("A", 2, 0, "", desc("Top", 2));
  EXPECT_EQ(body(root, Sharing::by_identity), three_objects + first + first + null);
  EXPECT_EQ(body(root, Sharing::by_value), three_objects + first + object + ref(2) + null);
}

TEST_F(Writer, SuperclassMetBefore_IsShared) {
  const Value root =
      list({graph.object(class_named("Top")), graph.object(class_named("A", class_named("Top"))), Null{}});
  EXPECT_EQ(body(root, Sharing::by_value),
            three_objects + object + desc("Top", 2) + object + desc("A", 2, 0, "", ref(2)) + null);
}

TEST_F(Writer, DescriptorsThatDifferInAnything_AreNotShared) {
  const auto differs = [this](auto change) {
    ClassDesc* plain = class_named("A");
    plain->fields.push_back({'L', "f", graph.string("LF;")});
    ClassDesc* other = class_named("A");
    other->fields.push_back({'L', "f", graph.string("LF;")});
    const auto size_of = [&] { return write(list({plain, other, Null{}}), Sharing::by_value).size(); };
    const std::size_t shared = size_of();
    change(*other);
    return size_of() > shared;
  };
  EXPECT_FALSE(differs([](ClassDesc&) {}));
  EXPECT_TRUE(differs([](ClassDesc& desc) { desc.name = "B"; }));
  EXPECT_TRUE(differs([](ClassDesc& desc) { desc.suid = 2; }));
  EXPECT_TRUE(differs([](ClassDesc& desc) { desc.flags = 3; }));
  EXPECT_TRUE(differs([](ClassDesc& desc) { desc.fields[0].name = "g"; }));
  EXPECT_TRUE(differs([](ClassDesc& desc) { desc.fields[0] = {'I', "f", nullptr}; }));
  EXPECT_TRUE(differs([this](ClassDesc& desc) { desc.fields[0].type_name = graph.string("LG;"); }));
  EXPECT_TRUE(differs([](ClassDesc& desc) { desc.fields.clear(); }));
  EXPECT_TRUE(differs([this](ClassDesc& desc) { desc.super = class_named("Top"); }));
  EXPECT_TRUE(differs([](ClassDesc& desc) { desc.annotation.push_back(Null{}); }));
}

TEST_F(Writer, UnsharedDescriptor_IsWrittenOutEachTime) {
  ClassDesc* bare = class_named("State$", class_named("Enumeration"));
  bare->unshared = true;
  const Value root = list({graph.object(bare), graph.object(bare), graph.string("x")});
  const std::string again = object + desc("State$", 2, 0, "", ref(3));
  EXPECT_EQ(body(root, Sharing::by_value),
            three_objects + object + desc("State$", 2, 0, "", desc("Enumeration", 2)) + again + string("x"));
}

TEST_F(Writer, UnsharedDescriptor_TakesAHandleEachTime) {
  ClassDesc* bare = class_named("A");
  bare->unshared = true;
  const StringNode* text = graph.string("x");
  ArrayNode* root = list({bare, bare, text});
  root->items.push_back(text);
  EXPECT_EQ(body(root, Sharing::by_value),
            array + desc("[Ljava.lang.Object;", 2) + i32(4) + desc("A", 2) + desc("A", 2) + string("x") + ref(4));
}

TEST_F(Writer, EqualObjects_AreNeverShared) {
  const ClassDesc* desc = class_named("A");
  const Value root = list({graph.object(desc), graph.object(desc), Null{}});
  EXPECT_EQ(body(root, Sharing::by_value), three_objects + object + bytes_of::desc("A", 2) + object + ref(2) + null);
}

TEST_F(Writer, DescriptorsOutsideAnyGraph_Serve) {
  const StringNode type{"Ljava/lang/String;"};
  const ClassDesc desc{.name = "A", .suid = 1, .fields = {{'I', "n"}, {'L', "s", &type}}};
  ObjectNode* node = graph.object(&desc);
  node->fields = {std::int32_t{7}, graph.string("x")};
  EXPECT_EQ(body(node, Sharing::by_value),
            object + bytes_of::desc("A", 2, 2, field('I', "n") + field('L', "s", string("Ljava/lang/String;"))) +
                i32(7) + string("x"));
}

TEST_F(Writer, SubgraphOfAnotherStream_IsEmbeddedAndShared) {
  const auto peer = read(header() + object + desc("A", 3) + string("theirs") + end);
  const Value root = list({graph.string("theirs"), graph.object(class_named("A")), peer->root});
  const ClassDesc* theirs = object_of(peer->root)->desc;
  EXPECT_EQ(theirs->flags, 3);
  EXPECT_EQ(body(root, Sharing::by_value),
            three_objects + string("theirs") + object + desc("A", 2) + object + desc("A", 3) + ref(2) + end);
}

TEST_F(Writer, NumbersOfAnotherType_AreWrittenWithTheFieldsType) {
  ClassDesc* desc = class_named("A");
  desc->fields = {{'J', "j"}, {'Z', "z"}, {'D', "d"}};
  ObjectNode* node = graph.object(desc);
  node->fields = {std::int32_t{-1}, std::int32_t{1}, std::int32_t{0}};
  EXPECT_EQ(body(node, Sharing::by_value),
            object + bytes_of::desc("A", 2, 3, field('J', "j") + field('Z', "z") + field('D', "d")) + i64(-1) + u8(1) +
                i64(0));
}

TEST_F(Writer, NullPointers_AreNull) {
  const Value root = list({static_cast<const ObjectNode*>(nullptr), static_cast<const StringNode*>(nullptr),
                           static_cast<const ClassDesc*>(nullptr)});
  EXPECT_EQ(body(root, Sharing::by_value), three_objects + null + null + null);
}

TEST_F(Writer, DeepChainOfObjects_NeedsNoNativeStack) {
  ClassDesc* desc = class_named("Node");
  desc->fields.push_back({'L', "next", graph.string("LNode;")});
  Value next = Null{};
  for (int i = 0; i < 300'000; ++i) {
    ObjectNode* node = graph.object(desc);
    node->fields.push_back(next);
    next = node;
  }
  EXPECT_EQ(write(next, Sharing::by_identity).size(),
            write(Value(Null{}), Sharing::by_identity).size() + 300'000U * 6 - 5 +
                bytes_of::desc("Node", 2, 1, field('L', "next", string("LNode;"))).size());
}

TEST_F(Writer, FieldsThatDoNotFitTheClass_AreABug) {
  ClassDesc* desc = class_named("A");
  desc->fields = {{'I', "n"}};
  ObjectNode* none = graph.object(desc);
  EXPECT_DEATH(write(none, Sharing::by_value), "fields");
  ObjectNode* text = graph.object(desc);
  text->fields.push_back(graph.string("no number"));
  EXPECT_DEATH(write(text, Sharing::by_value), "a number where");
  ObjectNode* many = graph.object(desc);
  many->fields = {std::int32_t{1}, std::int32_t{2}};
  EXPECT_DEATH(write(many, Sharing::by_value), "fields");
}

}  // namespace
}  // namespace pilotlight::javaser
