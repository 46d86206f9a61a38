// The log: Spark's own pattern (`yy/MM/dd HH:mm:ss LEVEL Logger: text`) or one JSON object a line, to stderr.
//
// Made once by run_master, used on the runtime's thread, which only formats: lines are written together by a thread of
// their own (LineWriter), errors at once, others after milliseconds. A reader of stderr that stands still never stops
// the master: the oldest lines are dropped and counted. The destructor writes what is queued. spdlog, which does the
// formatting, is hidden in the .cpp file.
#pragma once

#include <memory>
#include <string_view>

#include "config/master_settings.hpp"
#include "core/effect.hpp"

namespace pilotlight::master {

class Log {
 public:
  Log(config::LogFormat format, core::LogLevel level, int native_handle = 2);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(const core::LogLine& line);
  void info(std::string_view logger, std::string_view text);
  void warn(std::string_view logger, std::string_view text);
  void error(std::string_view logger, std::string_view text);
  /// The least serious level that is written from here on.
  void set_level(core::LogLevel level);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pilotlight::master
