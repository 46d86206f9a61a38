// How single values are written.
#include "config/value.hpp"

#include <gtest/gtest.h>

namespace pilotlight::config {
namespace {

TEST(Time, BareNumber_CountsTheKeysUnit) {
  EXPECT_EQ(parse_time_ms("60", 1000), 60'000);
  EXPECT_EQ(parse_time_ms("60", 1), 60);
}

TEST(Time, Suffixes_AreSparks) {
  EXPECT_EQ(parse_time_ms("2500us", 1), 2);
  EXPECT_EQ(parse_time_ms("500ms", 1000), 500);
  EXPECT_EQ(parse_time_ms("3s", 1), 3000);
  EXPECT_EQ(parse_time_ms("2m", 1), 120'000);
  EXPECT_EQ(parse_time_ms("2MIN", 1), 120'000);
  EXPECT_EQ(parse_time_ms(" 1h ", 1), 3'600'000);
  EXPECT_EQ(parse_time_ms("1d", 1), 86'400'000);
}

TEST(Time, NotATime_IsRefused) {
  for (const char* text :
       {"", "s", "-1s", "1.5s", "1 s", "1w", "10sec", "9223372036854775807d", "99999999999999999999"})
    EXPECT_FALSE(parse_time_ms(text, 1000)) << text;
}

TEST(Bytes, Suffixes_ArePowersOf1024) {
  EXPECT_EQ(parse_bytes("123"), 123);
  EXPECT_EQ(parse_bytes("1b"), 1);
  EXPECT_EQ(parse_bytes("8k"), 8192);
  EXPECT_EQ(parse_bytes("64M"), 64LL << 20);
  EXPECT_EQ(parse_bytes("2gb"), 2LL << 30);
  EXPECT_EQ(parse_bytes("1t"), 1LL << 40);
  EXPECT_EQ(parse_bytes("1pb"), 1LL << 50);
}

TEST(Bytes, NotASize_IsRefused) {
  for (const char* text : {"", "m", "-1m", "0.5g", "1 g", "1x", "9000000p"}) EXPECT_FALSE(parse_bytes(text)) << text;
}

TEST(Boolean, OnlyTrueAndFalse_InAnyCase) {
  EXPECT_EQ(parse_boolean("TRUE"), true);
  EXPECT_EQ(parse_boolean(" false "), false);
  for (const char* text : {"", "yes", "1", "on", "truee"}) EXPECT_FALSE(parse_boolean(text)) << text;
}

TEST(Host, NamesAndAddresses_AreTaken) {
  for (const char* text : {"localhost", "10.0.0.1", "spark-master_1.example.org", "[::1]", "[fe80::1%eth0]"})
    EXPECT_TRUE(is_host(text)) << text;
}

TEST(Host, WithPortOrSchemeOrBareIpv6_IsRefused) {
  for (const char* text :
       {"", "host:7077", "::1", "spark://host", "[host]", "[::1", "a b", "[::1]:7077", "h/x", "user@host"})
    EXPECT_FALSE(is_host(text)) << text;
}

TEST(IdPattern, OneTimeAndOneNumber_IsTaken) {
  for (const char* text : {"app-%s-%04d", "driver-%s-%d", "job.%06d"}) EXPECT_TRUE(is_id_pattern(text)) << text;
}

TEST(IdPattern, WithoutNumberOrWithOtherSigns_IsRefused) {
  for (const char* text : {"", "app-%s", "app", "%d-%d", "%s-%s-%d", "%d-%s", "app %d", "a/%d", "%x%d", "%", "%04",
                           "%00d", "%0d", "%4d", "%0000009d", "%5s-%d", "%1$d"})
    EXPECT_FALSE(is_id_pattern(text)) << text;
}

TEST(Port, ZeroOr1024AndUp) {
  const Key key{.name = "p", .type = Type::port};
  EXPECT_EQ(parse_value(key, "0")->number, 0);
  EXPECT_EQ(parse_value(key, " 1024")->number, 1024);
  EXPECT_EQ(parse_value(key, "65535")->number, 65535);
  for (const char* text : {"-1", "80", "1023", "65536", "7077x", "tcp://10.0.0.1:7077"})
    EXPECT_FALSE(parse_value(key, text)) << text;
}

TEST(Integer, OutsideItsBounds_IsRefused) {
  const Key key{.name = "n", .type = Type::integer, .minimum = -1, .maximum = 5};
  EXPECT_EQ(parse_value(key, "-1")->number, -1);
  EXPECT_EQ(parse_value(key, "5")->number, 5);
  EXPECT_FALSE(parse_value(key, "6"));
  EXPECT_FALSE(parse_value(key, "-2"));
  EXPECT_FALSE(parse_value(key, "1e3"));
}

TEST(Format, TakesTheLargestExactUnit) {
  EXPECT_EQ(format_time(100), "100ms");
  EXPECT_EQ(format_time(90'000), "90s");
  EXPECT_EQ(format_time(86'400'000), "1d");
  EXPECT_EQ(format_bytes(64LL << 20), "64m");
  EXPECT_EQ(format_bytes((2LL << 30) - 1), "2147483647");
  EXPECT_EQ(format_bytes(0), "0");
}

}  // namespace
}  // namespace pilotlight::config
