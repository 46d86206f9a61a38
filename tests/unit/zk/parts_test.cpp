// Small parts: sizes, connect strings, the list for the C client, its codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "zk/c_codes.hpp"
#include "zk/connect_string.hpp"
#include "zk/types.hpp"

namespace pilotlight::zk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SizeTest, CountsPathsAndDataOfAllOperations) {
  EXPECT_EQ(size_of(Request{Create{"/a", "1234"}}), 64U + 6U);
  EXPECT_EQ(size_of(Request{Get{"/abc"}}), 64U + 4U);
  EXPECT_EQ(size_of(Request{Multi{{Set{"/a", "1"}, Delete{"/b"}, Check{"/c"}}}}), 64U + 3 * 64U + 3U + 2U + 2U);
}

TEST(ConnectStringTest, ReadsHostsPortsAndChroot) {
  const auto parsed = parse_connect_string(" zk1:2182, zk2 ,[::1]:2183,fe80::1/spark/ha ");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  std::vector<std::string> hosts;
  for (const auto& host : parsed->hosts) hosts.push_back(host.host + " " + std::to_string(host.port));
  EXPECT_THAT(hosts, ElementsAre("zk1 2182", "zk2 2181", "::1 2183", "fe80::1 2181"));
  EXPECT_EQ(parsed->chroot, "/spark/ha");
  EXPECT_EQ(parse_connect_string("zk/")->chroot, "");
}

TEST(ConnectStringTest, SaysWhatIsWrong) {
  EXPECT_THAT(parse_connect_string("").error().message, HasSubstr("host"));
  EXPECT_THAT(parse_connect_string("a,,b").error().message, HasSubstr("host"));
  EXPECT_THAT(parse_connect_string("a:x").error().message, HasSubstr("a:x"));
  EXPECT_THAT(parse_connect_string("a:65536").error().message, HasSubstr("65535"));
  EXPECT_THAT(parse_connect_string("[::1").error().message, HasSubstr("]"));
  EXPECT_THAT(parse_connect_string("a//b").error().message, HasSubstr("chroot"));
}

/// The order in which the C client tries the entries of a list: one further after each try, and one more at its
/// failure.
std::vector<std::string> tried(const std::string& list, std::size_t tries) {
  std::vector<std::string> entries;
  std::istringstream text(list.substr(0, list.find('/')));
  for (std::string entry; std::getline(text, entry, ',');) entries.push_back(entry);
  std::vector<std::string> order;
  for (std::size_t next = 0; order.size() < tries; next += 2) order.push_back(entries[next % entries.size()]);
  return order;
}

TEST(ListForCClientTest, LeadsToEveryServerInTheGivenOrder) {
  EXPECT_EQ(list_for_c_client({"a:1"}, "/x"), "a:1/x");
  EXPECT_THAT(tried(list_for_c_client({"a", "b"}, ""), 3), ElementsAre("a", "b", "b"));
  EXPECT_THAT(tried(list_for_c_client({"a", "b", "c"}, ""), 6), ElementsAre("a", "b", "c", "a", "b", "c"));
  EXPECT_THAT(tried(list_for_c_client({"a", "b", "c", "d"}, "/x"), 5), ElementsAre("a", "b", "c", "d", "d"));
}

TEST(CodesTest, AreOurs) {
  EXPECT_EQ(from_c_code(0), Code::ok);
  EXPECT_EQ(from_c_code(-101), Code::no_node);
  EXPECT_EQ(from_c_code(-7), Code::connection_loss);  // a silent connection that was given up
  EXPECT_EQ(from_c_code(-8), Code::failed);
  EXPECT_EQ(text_of_c_code(-8), "bad arguments (-8)");
}

}  // namespace
}  // namespace pilotlight::zk
