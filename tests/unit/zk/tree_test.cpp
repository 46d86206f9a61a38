// The rules of one data tree. The same rules are compared with a real server in conformance_test.cpp.
#include "zk/tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "zk/path.hpp"

namespace pilotlight::zk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t session = 77;

class TreeTest : public testing::Test {
 protected:
  Written write(std::vector<Operation> operations) { return tree_.write(operations, session, ++zxid_); }
  Code code(Operation operation) { return write({std::move(operation)}).code; }
  Tree::Node at(const std::string& path) { return tree_.find(path) == nullptr ? Tree::Node{} : *tree_.find(path); }

  Tree tree_;
  std::int64_t zxid_ = 0;
};

TEST_F(TreeTest, CreatesUnderAParentOnly) {
  EXPECT_EQ(code(Create{"/a/b", ""}), Code::no_node);
  EXPECT_EQ(code(Create{"/a", "x"}), Code::ok);
  EXPECT_EQ(code(Create{"/a/b", ""}), Code::ok);
  EXPECT_EQ(code(Create{"/a", "y"}), Code::node_exists);
  EXPECT_EQ(code(Create{"/", ""}), Code::node_exists);
  EXPECT_EQ(at("/a").data, "x");
}

TEST_F(TreeTest, SequentialNodesCountTheCreationsOfTheParent) {
  write({Create{"/a", ""}});
  EXPECT_EQ(write({Create{"/a/n-", "", true, true}}).outcomes[0].path, "/a/n-0000000000");
  write({Create{"/a/plain", ""}});
  EXPECT_EQ(code(Delete{"/a/plain"}), Code::ok);
  // The plain one counts, its removal does not.
  EXPECT_EQ(write({Create{"/a/", "", false, true}}).outcomes[0].path, "/a/0000000002");
}

TEST_F(TreeTest, EphemeralNodesHaveAnOwnerAndNoChildren) {
  write({Create{"/a", ""}, Create{"/a/e", "", true}});
  EXPECT_EQ(code(Create{"/a/e/x", ""}), Code::no_children_for_ephemerals);
  EXPECT_EQ(at("/a/e").stat().ephemeral_owner, session);
  EXPECT_THAT(tree_.owned_by(session), ElementsAre("/a/e"));
  write({Delete{"/a/e"}});
  EXPECT_THAT(tree_.owned_by(session), IsEmpty());
}

TEST_F(TreeTest, VersionsGuardSetDeleteAndCheck) {
  write({Create{"/a", ""}});
  EXPECT_EQ(code(Set{"/a", "1", 1}), Code::bad_version);
  EXPECT_EQ(code(Set{"/a", "1", 0}), Code::ok);
  EXPECT_EQ(at("/a").stat().version, 1);
  EXPECT_EQ(code(Check{"/a", 0}), Code::bad_version);
  EXPECT_EQ(code(Check{"/a", 1}), Code::ok);
  EXPECT_EQ(code(Check{"/b", any_version}), Code::no_node);
  EXPECT_EQ(code(Delete{"/a", 0}), Code::bad_version);
  EXPECT_EQ(code(Delete{"/a", 1}), Code::ok);
  EXPECT_EQ(code(Set{"/a", "", any_version}), Code::no_node);
}

TEST_F(TreeTest, NodesWithChildrenStay) {
  write({Create{"/a", ""}, Create{"/a/b", ""}});
  EXPECT_EQ(code(Delete{"/a"}), Code::not_empty);
  EXPECT_EQ(code(Delete{"/a/b"}), Code::ok);
  EXPECT_EQ(code(Delete{"/a"}), Code::ok);
}

TEST_F(TreeTest, AGroupSeesItsOwnOperations) {
  const auto written = write({Create{"/a", ""}, Create{"/a/b", "1"}, Set{"/a/b", "2", 0}, Delete{"/a/b", 1}});
  EXPECT_EQ(written.code, Code::ok);
  EXPECT_EQ(written.outcomes[2].stat.version, 1);
  EXPECT_THAT(at("/a").children, IsEmpty());
}

TEST_F(TreeTest, AGroupIsAllOrNone) {
  write({Create{"/a", "old"}, Create{"/a/gone", "data", true}, Create{"/a/kept", ""}});
  const auto before = at("/a");
  const auto written =
      write({Set{"/a", "new"}, Create{"/a/x", "", true, true}, Delete{"/a/gone"}, Check{"/a", 9}, Delete{"/a/kept"}});
  EXPECT_EQ(written.code, Code::bad_version);
  std::vector<Code> codes;
  for (const auto& outcome : written.outcomes) codes.push_back(outcome.code);
  EXPECT_THAT(codes, ElementsAre(Code::rolled_back, Code::rolled_back, Code::rolled_back, Code::bad_version,
                                 Code::rolled_back));
  EXPECT_THAT(written.changes, IsEmpty());
  EXPECT_EQ(at("/a").data, "old");
  EXPECT_EQ(at("/a").version, before.version);
  EXPECT_EQ(at("/a").modified_zxid, before.modified_zxid);
  EXPECT_EQ(at("/a").creations, before.creations);
  EXPECT_EQ(at("/a").children_zxid, before.children_zxid);
  EXPECT_THAT(at("/a").children, ElementsAre("gone", "kept"));
  EXPECT_EQ(at("/a/gone").data, "data");
  EXPECT_THAT(tree_.owned_by(session), ElementsAre("/a/gone"));
}

TEST_F(TreeTest, ChangesMakeAnotherTreeTheSame) {
  Tree follower;
  for (auto operations : {std::vector<Operation>{Create{"/a", "1"}, Create{"/a/e", "", true}},
                          {Set{"/a", "2"}, Create{"/a/s", "", false, true}},
                          {Delete{"/a/e"}}}) {
    for (const auto& change : write(operations).changes) follower.apply(change, zxid_);
  }
  for (const auto* path : {"/", "/a", "/a/s0000000001"}) {
    ASSERT_NE(follower.find(path), nullptr) << path;
    EXPECT_EQ(follower.find(path)->data, at(path).data);
    EXPECT_EQ(follower.find(path)->version, at(path).version);
    EXPECT_EQ(follower.find(path)->creations, at(path).creations);
    EXPECT_EQ(follower.find(path)->modified_zxid, at(path).modified_zxid);
    EXPECT_EQ(follower.find(path)->children, at(path).children);
  }
  EXPECT_EQ(follower.find("/a/e"), nullptr);
}

TEST(PathTest, KnowsWhatAPathIs) {
  for (const auto* path : {"/", "/a", "/a/b", "/a..b/.c", "/\xC3\xA9"}) EXPECT_TRUE(valid_path(path)) << path;
  for (const auto* path : {"", "a", "/a/", "//", "/a//b", "/.", "/a/..", "/a/./b", "/a\n"}) {
    EXPECT_FALSE(valid_path(path)) << path;
  }
  EXPECT_EQ(parent_of("/a"), "/");
  EXPECT_EQ(parent_of("/a/b"), "/a");
  EXPECT_EQ(name_of("/a/b"), "b");
  EXPECT_EQ(with_sequence("/a-", 42), "/a-0000000042");
}

TEST(PathTest, FindsTheWrongPathOfARequest) {
  EXPECT_EQ(invalid_path_in(Create{"/a/", "", true, true}), "");
  EXPECT_EQ(invalid_path_in(Create{"/a/", ""}), "/a/");
  EXPECT_EQ(invalid_path_in(Get{""}), "(empty)");
  EXPECT_EQ(invalid_path_in(Multi{{Check{"/a"}, Delete{"b"}}}), "b");
}

}  // namespace
}  // namespace pilotlight::zk
