#include "system/secret_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace pilotlight::system {
namespace {

class SecretFile : public testing::Test {
 protected:
  void write(const std::string& text, mode_t mode = 0600) {
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), mode);
  }
  ~SecretFile() override { ::unlink(path.c_str()); }
  std::string path = testing::TempDir() + "pilotlight-secret-" + std::to_string(::getpid());
};

TEST_F(SecretFile, TheFirstLineIsTheSecret) {
  for (const char* text :
       {"0123456789abcdef", "0123456789abcdef\n", "0123456789abcdef\r\n", "0123456789abcdef\nmore\n"}) {
    write(text);
    const auto secret = read_secret(path);
    ASSERT_TRUE(secret) << text;
    EXPECT_EQ(secret->text, "0123456789abcdef");
    EXPECT_FALSE(secret->warning);
  }
}

TEST_F(SecretFile, ShortAbsentAndEmptyOnesAreErrorsThatQuoteNothing) {
  write("0123456789abcde\n");
  const auto secret = read_secret(path);
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().message.find("01234"), std::string::npos);
  write("");
  EXPECT_FALSE(read_secret(path));
  EXPECT_FALSE(read_secret(path + "-absent"));
}

TEST_F(SecretFile, WhatOthersCanReadIsWarnedOf) {
  for (const mode_t mode : {0640U, 0604U, 0644U}) {
    write("0123456789abcdef\n", mode);
    const auto secret = read_secret(path);
    ASSERT_TRUE(secret);
    EXPECT_TRUE(secret->warning);
  }
}

TEST_F(SecretFile, DigestIsUserAndPassword) {
  const auto nothing = read_digest("");
  ASSERT_TRUE(nothing);
  EXPECT_EQ(*nothing, "") << "nobody named a file";
  for (const char* content : {"spark:open:sesame\n", "spark:open:sesame\r\nmore\n"}) {
    write(content);
    const auto digest = read_digest(path);
    ASSERT_TRUE(digest);
    EXPECT_EQ(*digest, "spark:open:sesame");
  }
  for (const char* content : {"", "sparkopensesame\n", ":sesame\n"}) {
    write(content);
    const auto digest = read_digest(path);
    ASSERT_FALSE(digest);
    EXPECT_EQ(digest.error().message.find("sesame"), std::string::npos);
  }
  EXPECT_FALSE(read_digest(path + "-absent"));
}

}  // namespace
}  // namespace pilotlight::system
