#include "http/static_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::http {
namespace {

using testing::HasSubstr;

TEST(StaticFiles, AreWholeAndOfTheirKind) {
  const auto css = static_file("/static/pilotlight.css");
  ASSERT_TRUE(css);
  EXPECT_EQ(css->content_type, "text/css;charset=utf-8");
  EXPECT_THAT(css->body, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_TRUE(css->body.ends_with("}\n"));
  const auto js = static_file("/static/pilotlight.js");
  ASSERT_TRUE(js);
  EXPECT_EQ(js->content_type, "text/javascript;charset=utf-8");
  EXPECT_TRUE(js->body.ends_with("})();\n"));
  const auto svg = static_file("/static/pilotlight.svg");
  ASSERT_TRUE(svg);
  EXPECT_EQ(svg->content_type, "image/svg+xml");
  EXPECT_TRUE(svg->body.ends_with("</svg>\n"));
}

TEST(StaticFiles, HaveNoNeighbours) {
  for (const auto* path : {"", "/", "/static", "/static/", "/static/../static/pilotlight.css", "/static/Pilotlight.css",
                           "/static/static_files.cpp.in", "static/pilotlight.css"})
    EXPECT_FALSE(static_file(path)) << path;
}

}  // namespace
}  // namespace pilotlight::http
