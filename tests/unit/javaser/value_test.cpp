#include "javaser/value.hpp"

#include <gtest/gtest.h>

namespace pilotlight::javaser {
namespace {

TEST(Graph, KeepsCopiesOfWhatItIsGiven) {
  Graph graph;
  std::string text = "driver-20250101000000-0000";
  const StringNode* node = graph.string(text);
  const std::string_view kept = graph.keep(text);
  text.assign(text.size(), '#');
  EXPECT_EQ(node->bytes, "driver-20250101000000-0000");
  EXPECT_EQ(kept, "driver-20250101000000-0000");
}

TEST(Graph, Strings_AreModifiedUtf8InsideAndUtf8Outside) {
  Graph graph;
  const std::string utf8 = "\xF0\x9D\x84\x9E";
  const StringNode* node = graph.string(utf8);
  EXPECT_EQ(node->bytes.size(), 6U);
  EXPECT_EQ(text_of(node), utf8);
  EXPECT_EQ(text_of(graph.string_raw(node->bytes)), utf8);
}

TEST(Graph, ContentsOfAnnotations_LieInTheGraph) {
  // With a leak checker this fails when an annotation takes memory of its own, for nodes are never destroyed.
  Graph graph;
  ObjectNode* node = graph.object(graph.class_desc());
  Annotation own;
  own.of = node->desc;
  own.contents.assign(100, Value(std::int32_t{1}));
  node->annotations.emplace_back().contents.assign(100, Value(std::int32_t{1}));
  node->annotations.push_back(own);
  node->annotations.push_back(std::move(own));
  EXPECT_EQ(node->annotations[0].contents.get_allocator(), node->annotations.get_allocator());
  EXPECT_EQ(node->annotations[1].contents.get_allocator(), node->annotations.get_allocator());
  EXPECT_EQ(node->annotation().size(), 100U);
}

TEST(Graph, MovedToAnother_KeepsPointers) {
  Graph first;
  const StringNode* node = first.string("x");
  Graph second = std::move(first);
  const StringNode* other = second.string("y");
  EXPECT_EQ(node->bytes, "x");
  EXPECT_EQ(other->bytes, "y");
}

TEST(ObjectNode, Field_OfTheMostDerivedClassWins) {
  const ClassDesc top{.name = "Top", .fields = {{'I', "n"}, {'I', "only"}}};
  const ClassDesc low{.name = "Low", .fields = {{'I', "n"}}, .super = &top};
  ObjectNode node{&low, {std::int32_t{1}, std::int32_t{2}, std::int32_t{3}}, {}};
  EXPECT_EQ(std::get<std::int32_t>(*node.field("n")), 3);
  EXPECT_EQ(std::get<std::int32_t>(*node.field("only")), 2);
  EXPECT_EQ(node.field("none"), nullptr);
  node.fields.clear();
  EXPECT_EQ(node.field("n"), nullptr);
}

TEST(Text, OfWhatIsNoString_IsEmpty) {
  EXPECT_EQ(text_of(Null{}), "");
  EXPECT_EQ(text_of(std::int32_t{3}), "");
  EXPECT_EQ(text_of(static_cast<const StringNode*>(nullptr)), "");
  EXPECT_EQ(object_of(Null{}), nullptr);
}

TEST(Zero, HasTheTypeOfTheField) {
  EXPECT_TRUE(std::holds_alternative<bool>(zero_of('Z')));
  EXPECT_TRUE(std::holds_alternative<std::int64_t>(zero_of('J')));
  EXPECT_TRUE(std::holds_alternative<char16_t>(zero_of('C')));
  EXPECT_TRUE(std::holds_alternative<Null>(zero_of('L')));
  EXPECT_TRUE(std::holds_alternative<Null>(zero_of('[')));
}

}  // namespace
}  // namespace pilotlight::javaser
