#include "http/target.hpp"

#include <gtest/gtest.h>

namespace pilotlight::http {
namespace {

std::string path_of(std::string_view target) {
  const auto parsed = parse_target(target);
  return parsed ? parsed->path : "malformed";
}

TEST(Target, PathIsDecodedOnceAndQueryStaysRaw) {
  const auto parsed = parse_target("/json/%3Cb%3E%2525?a=%20b&c");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->path, "/json/<b>%25");
  EXPECT_EQ(parsed->query, "a=%20b&c");
}

TEST(Target, AbsoluteForm_IsTakenByItsPath) {
  EXPECT_EQ(path_of("http://host:8080/json/?x"), "/json/");
  EXPECT_EQ(path_of("http://host:8080"), "/");
  EXPECT_EQ(path_of("http://host:8080?x"), "/");
}

TEST(Target, AnythingElse_IsMalformed) {
  for (const auto* target : {"", "*", "json", "host:80", "?x", "/%", "/%2", "/%zz", "/a%00b", "ftp://host/"})
    EXPECT_EQ(path_of(target), std::string_view(target) == "?x" ? "/" : "malformed") << target;
}

}  // namespace
}  // namespace pilotlight::http
