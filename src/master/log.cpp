#include "master/log.hpp"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>

namespace pilotlight::master {
namespace {

spdlog::level::level_enum to_spdlog(core::LogLevel level) {
  switch (level) {
    case core::LogLevel::debug: return spdlog::level::debug;
    case core::LogLevel::info: return spdlog::level::info;
    case core::LogLevel::warn: return spdlog::level::warn;
    case core::LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// Level names as log4j prints them: people grep for " WARN " and " ERROR ".
class Log4jLevel : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    std::string_view name = "INFO";
    if (message.level == spdlog::level::debug) name = "DEBUG";
    if (message.level == spdlog::level::warn) name = "WARN";
    if (message.level >= spdlog::level::err) name = "ERROR";
    out.append(name.data(), name.data() + name.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<Log4jLevel>(); }
};

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      static constexpr char digits[] = "0123456789abcdef";
      out += "\\u00";
      out += digits[(static_cast<unsigned char>(c) >> 4U) & 0xFU];
      out += digits[static_cast<unsigned char>(c) & 0xFU];
    } else {
      out += c;
    }
  }
  out += '"';
}

/// One line stays one line: text that a peer chose could hold line breaks and so forge other lines.
std::string single_line(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') c = ' ';
  return out;
}

constexpr std::size_t queued_lines = 4096;

}  // namespace

class Log::Impl {
 public:
  Impl(config::LogFormat format, core::LogLevel level)
      : format_(format), pool_(std::make_shared<spdlog::details::thread_pool>(queued_lines, 1)) {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<Log4jLevel>('*');
    formatter->set_pattern(format == config::LogFormat::json ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%*",%v})"
                                                             : "%C/%m/%d %H:%M:%S %* %v");
    sink->set_formatter(std::move(formatter));
    logger_ = std::make_shared<spdlog::async_logger>("pilotlight", sink, pool_,
                                                     spdlog::async_overflow_policy::overrun_oldest);
    logger_->set_level(to_spdlog(level));
  }

  void write(core::LogLevel level, std::string_view logger, std::string_view text) {
    const auto spdlog_level = to_spdlog(level);
    if (!logger_->should_log(spdlog_level)) return;
    std::string line;
    line.reserve(logger.size() + text.size() + 32);
    if (format_ == config::LogFormat::json) {
      line += "\"logger\":";
      append_json_string(line, logger);
      line += ",\"message\":";
      append_json_string(line, text);
    } else {
      line += logger;
      line += ": ";
      line += single_line(text);
    }
    logger_->log(spdlog_level, spdlog::string_view_t(line.data(), line.size()));
  }

  void flush() { logger_->flush(); }

 private:
  config::LogFormat format_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

Log::Log(config::LogFormat format, core::LogLevel level) : impl_(std::make_unique<Impl>(format, level)) {}
Log::~Log() = default;
void Log::write(const core::LogLine& line) { impl_->write(line.level, line.logger, line.text); }
void Log::info(std::string_view logger, std::string_view text) { impl_->write(core::LogLevel::info, logger, text); }
void Log::warn(std::string_view logger, std::string_view text) { impl_->write(core::LogLevel::warn, logger, text); }
void Log::error(std::string_view logger, std::string_view text) { impl_->write(core::LogLevel::error, logger, text); }
void Log::flush() { impl_->flush(); }

}  // namespace pilotlight::master
