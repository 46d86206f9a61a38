#include "recovery/base64.hpp"

#include <gtest/gtest.h>

namespace pilotlight::recovery {
namespace {

TEST(Base64, TheVectorsOfRfc4648_BothWays) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, EveryByte_SurvivesAtEveryOffset) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  for (std::size_t start = 0; start < 3; ++start)
    EXPECT_EQ(from_base64(to_base64(bytes.substr(start))), bytes.substr(start));
}

TEST(Base64, TextThatWeWouldNotWrite_IsRefused) {
  for (const auto* text :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "=AAA", "A===", "====", "Zm9v=", "Zm 9", "Zm9\n", "Zm9-", "Zg==Zg=="})
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace pilotlight::recovery
