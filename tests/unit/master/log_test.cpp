#include "master/log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace pilotlight::master {
namespace {

using namespace std::chrono_literals;
using config::LogFormat;
using core::LogLevel;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

/// Two ends; what is read comes as the writes came when it is made of messages.
struct Ends {
  int writer = -1;
  int reader = -1;
  static Ends pipe() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    return {ends[1], ends[0]};
  }
  static Ends messages() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    return {ends[1], ends[0]};
  }
  void close_writer() { ::close(std::exchange(writer, -1)); }
  /// The next read; empty when nothing comes within the time.
  [[nodiscard]] std::string read(std::chrono::milliseconds time = 5s) const {
    pollfd handle{reader, POLLIN, 0};
    if (::poll(&handle, 1, static_cast<int>(time.count())) <= 0) return {};
    std::string bytes(1U << 20U, '\0');
    const ssize_t size = ::read(reader, bytes.data(), bytes.size());
    bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return bytes;
  }
  [[nodiscard]] std::string read_to_end() const {
    std::string all;
    for (std::string part = read(); !part.empty(); part = read()) all += part;
    return all;
  }
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

std::vector<std::string> lines_written(LogFormat format, LogLevel level, const std::function<void(Log&)>& say) {
  Ends ends = Ends::pipe();
  {
    Log log(format, level, ends.writer);
    say(log);
  }
  ends.close_writer();
  return lines_of(ends.read_to_end());
}

TEST(Log, Text_IsSparksPattern) {
  const std::string time = "[0-9][0-9]/[0-9][0-9]/[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
  EXPECT_THAT(
      lines_written(LogFormat::text, LogLevel::debug,
                    [](Log& log) {
                      log.write({.level = LogLevel::debug, .text = "a", .logger = "Master"});
                      log.info("Master", "I have been elected leader! New state: ALIVE");
                      log.warn("TransportServer", "c\nd\te");
                      log.error("Master", "");
                    }),
      ElementsAre(MatchesRegex(time + " DEBUG Master: a"),
                  MatchesRegex(time + " INFO Master: I have been elected leader! New state: ALIVE"),
                  MatchesRegex(time + " WARN TransportServer: c d\te"), MatchesRegex(time + " ERROR Master: ")));
}

TEST(Log, Json_IsOneObjectALine) {
  const std::string ts = R"(\{"ts":"20[0-9][0-9]-[0-9]+-[0-9]+T[0-9]+:[0-9]+:[0-9]+\.[0-9][0-9][0-9][+-][0-9:]+",)";
  EXPECT_THAT(
      lines_written(LogFormat::json, LogLevel::info,
                    [](Log& log) {
                      log.info("Master", "a \"b\" \\ c\nd");
                      log.error("Log", "e");
                    }),
      ElementsAre(AllOf(MatchesRegex(ts + ".*"),
                        EndsWith(R"("level":"INFO","logger":"Master","message":"a \"b\" \\ c\u000ad"})")),
                  AllOf(MatchesRegex(ts + ".*"), EndsWith(R"("level":"ERROR","logger":"Log","message":"e"})"))));
}

TEST(Log, LinesBelowTheLevel_AreNotWritten) {
  EXPECT_THAT(lines_written(LogFormat::text, LogLevel::warn,
                            [](Log& log) {
                              log.info("Master", "a");
                              log.warn("Master", "b");
                            }),
              ElementsAre(EndsWith(" WARN Master: b")));
}

TEST(Log, LinesOfOneMoment_AreWrittenTogether) {
  const Ends ends = Ends::messages();
  Log log(LogFormat::text, LogLevel::info, ends.writer);
  for (int i = 0; i < 50; ++i) log.info("Master", "line " + std::to_string(i));
  std::size_t writes = 0;
  for (std::size_t lines = 0; lines < 50; ++writes) {
    const std::string written = ends.read();
    ASSERT_FALSE(written.empty());
    lines += lines_of(written).size();
  }
  EXPECT_LT(writes, 25U) << "a wake-up for every line costs more than the line";
}

TEST(Log, Lines_AreWrittenWithoutAnotherOneToPushThem) {
  const Ends ends = Ends::pipe();
  Log log(LogFormat::text, LogLevel::info, ends.writer);
  for (const char* text : {"a", "b", "c"}) {
    log.info("Master", text);
    EXPECT_THAT(lines_of(ends.read()), ElementsAre(EndsWith(std::string("Master: ") + text)));
  }
  log.error("Master", "d");
  EXPECT_THAT(lines_of(ends.read()), ElementsAre(EndsWith("ERROR Master: d")));
}

TEST(Log, ManyLines_KeepTheirOrderAndAreWhole) {
  const auto lines = lines_written(LogFormat::text, LogLevel::info, [](Log& log) {
    for (int i = 0; i < 100; ++i) log.info("Master", std::string(300, 'x') + std::to_string(i));
  });
  ASSERT_THAT(lines, SizeIs(100));
  for (int i = 0; i < 100; ++i) EXPECT_THAT(lines[static_cast<std::size_t>(i)], EndsWith("x" + std::to_string(i)));
}

TEST(Log, ReaderThatStandsStill_CostsTheOldestLinesAndNoTime) {
  Ends ends = Ends::pipe();
  constexpr int count = 100000;
  auto log = std::make_unique<Log>(LogFormat::text, LogLevel::info, ends.writer);
  for (int i = 0; i < count; ++i) log->info("Master", "line " + std::to_string(i));
  const std::string first = ends.read();  // now it reads
  std::string all = first;
  std::string ending;
  while (ending.find("line " + std::to_string(count - 1) + "\n") == std::string::npos) {
    ending = ends.read();
    ASSERT_FALSE(ending.empty()) << "the newest line never came";
    all += ending;
  }
  const auto lines = lines_of(all);
  std::size_t missing = 0;
  std::size_t said = 0;
  int expected = 0;
  for (const std::string& line : lines) {
    if (const auto at = line.find(" WARN Log: "); at != std::string::npos) {
      EXPECT_THAT(line, EndsWith(" lines are missing here: nobody read them in time."));
      said += std::stoul(line.substr(at + 11));
      continue;
    }
    const int number = std::stoi(line.substr(line.rfind(' ')));
    missing += static_cast<std::size_t>(number - expected);
    expected = number + 1;
  }
  EXPECT_GT(said, 1000U);
  EXPECT_EQ(said, missing);
}

TEST(Log, ReaderThatStandsStill_DoesNotKeepTheProcessFromEnding) {
  const Ends ends = Ends::pipe();
  const auto began = std::chrono::steady_clock::now();
  {
    Log log(LogFormat::text, LogLevel::info, ends.writer);
    for (int i = 0; i < 10000; ++i) log.info("Master", "nobody reads this line");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST(Log, ReaderThatIsGone_IsNoReasonToEnd) {
  std::signal(SIGPIPE, SIG_IGN);  // as the master does
  Ends ends = Ends::pipe();
  ::close(ends.reader);
  Log log(LogFormat::text, LogLevel::info, ends.writer);
  log.error("Master", "a");
  log.info("Master", "b");
}

TEST(LogDeathTest, LinesBeforeAnAssertionThatFails_AreWritten) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH(
      {
        Log log(LogFormat::text, LogLevel::info);
        log.info("Master", "the last words");
        PILOTLIGHT_ASSERT(1 + 1 == 3);
      },
      "INFO Master: the last words");
}

}  // namespace
}  // namespace pilotlight::master
