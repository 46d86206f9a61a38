#include "master/version_page.hpp"

#include <gtest/gtest.h>

namespace pilotlight::master {
namespace {

TEST(SparkVersionInPage, OfEachLine_IsFound) {
  EXPECT_EQ(spark_version_in_page(R"(<a><span class="version" style="margin-right: 15px;">4.1.4</span></a>)"), "4.1.4");
  EXPECT_EQ(spark_version_in_page(R"(<span class="version me-3">4.3.0</span>)"), "4.3.0");
  EXPECT_EQ(spark_version_in_page("<span class=\"version\">\n  4.2.0-SNAPSHOT </span>"), "4.2.0-SNAPSHOT");
}

TEST(SparkVersionInPage, WithoutAVersion_IsNothing) {
  EXPECT_EQ(spark_version_in_page(""), std::nullopt);
  EXPECT_EQ(spark_version_in_page("<span class=\"version\">"), std::nullopt);
  EXPECT_EQ(spark_version_in_page("<span class=\"version\">4.1"), std::nullopt) << "the page is cut here";
  EXPECT_EQ(spark_version_in_page("<span class=\"version\">hello</span>"), std::nullopt);
  EXPECT_EQ(spark_version_in_page("<span class=\"version\">" + std::string(1000, '4') + ".1</span>"), std::nullopt);
}

TEST(SparkVersionInPage, AfterAnotherUseOfTheClass_IsFound) {
  EXPECT_EQ(spark_version_in_page(R"(<i class="version-note">x</i><span class="version">4.3.0</span>)"), "4.3.0");
}

TEST(ParsePageUrl, PartsAreTaken) {
  const auto page = parse_page_url("http://10.0.0.2:8081");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->host, "10.0.0.2");
  EXPECT_EQ(page->port, "8081");
  EXPECT_EQ(page->path, "/");
  EXPECT_EQ(parse_page_url("http://[::1]:8081/x")->host, "::1");
  EXPECT_EQ(parse_page_url("http://worker/proxy/w1")->port, "80");
  EXPECT_EQ(parse_page_url("http://worker/proxy/w1")->path, "/proxy/w1");
}

TEST(ParsePageUrl, WhatCannotBeFetched_IsRefused) {
  for (const char* url : {"", "https://host:1", "http://", "http://:8081", "http://host:99999999", "http://host:80x",
                          "http://host\r\nX: y:80", "http://host:80/a b", "ftp://host"})
    EXPECT_FALSE(parse_page_url(url)) << url;
}

}  // namespace
}  // namespace pilotlight::master
