#include "client/place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> masters(std::string_view text) {
  const auto place = parse_place(text);
  if (!place) return {"error: " + place.error().message};
  std::vector<std::string> result;
  for (const auto& address : place->masters) result.push_back(url_of(address));
  return result;
}

TEST(Place, ListsAsPeopleWriteThem) {
  EXPECT_THAT(masters("spark://m1:7077,m2:7078"), ElementsAre("spark://m1:7077", "spark://m2:7078"));
  EXPECT_THAT(masters("m2:7077,,m3:7077"), ElementsAre("spark://m2:7077", "spark://m3:7077"));
  EXPECT_THAT(masters(" ,spark://m1 , spark://m2:7077/, "), ElementsAre("spark://m1:7077", "spark://m2:7077"));
  EXPECT_THAT(masters("SPARK://M1:7077,m1:7077"), ElementsAre("spark://m1:7077"));
  EXPECT_THAT(masters("spark://[::1]:7078,[fe80::2]"), ElementsAre("spark://[::1]:7078", "spark://[fe80::2]:7077"));
}

TEST(Place, WhatIsNoAddressIsNamed) {
  for (const char* wrong :
       {"m1:port", "m1:0", "m1:65536", "::1", "m1:7077:1", "http://m1:8080", "m 1", "user@m1", "m1/x", ":7077"})
    EXPECT_THAT(masters(std::string("m0,") + wrong), ElementsAre(HasSubstr("is no master's address"))) << wrong;
  EXPECT_THAT(masters("http://m1:8080"), ElementsAre(HasSubstr("only spark://")));
  EXPECT_THAT(masters(""), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(masters("spark://,,"), ElementsAre(HasSubstr("is empty")));
}

Queue queue(std::string_view text) {
  const auto place = parse_place(text);
  return place && place->queue ? *place->queue : Queue{};
}

TEST(Place, ZooKeeper) {
  EXPECT_EQ(queue("zk://h1:2181,h2/spark"), (Queue{"h1:2181,h2", "/spark", ""}));
  EXPECT_EQ(queue("zk://h1:2181,,h2/spark/prod/"), (Queue{"h1:2181,h2", "/spark/prod", ""}));
  EXPECT_EQ(queue("ZK://h1"), (Queue{"h1", "/spark", ""}));
  EXPECT_FALSE(parse_place("zk:///spark").ok());
}

TEST(Place, ZooKeeperOfAConfiguration) {
  EXPECT_EQ(*queue_of("h1:2181,h2:2181/chroot", "/spark"), (Queue{"h1:2181,h2:2181", "/chroot/spark", ""}));
  EXPECT_EQ(*queue_of("h1:2181", "spark"), (Queue{"h1:2181", "/spark", ""}));
}

}  // namespace
}  // namespace pilotlight::client
