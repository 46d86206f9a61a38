#include "master/log.hpp"

#include <spdlog/pattern_formatter.h>

#include <string>

#include "master/line_writer.hpp"

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
void append_single_line(std::string& out, std::string_view text) {
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c;
}

std::unique_ptr<spdlog::pattern_formatter> make_formatter(config::LogFormat format) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<Log4jLevel>('*');
  formatter->set_pattern(format == config::LogFormat::json ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%*",%v})"
                                                           : "%C/%m/%d %H:%M:%S %* %v");
  return formatter;
}

/// Whole lines; keeps what it needs for the next one. Each thread has its own.
class LineFormatter {
 public:
  explicit LineFormatter(config::LogFormat format) : format_(format), formatter_(make_formatter(format)) {}

  std::string_view line(core::LogLevel level, std::string_view logger, std::string_view text) {
    payload_.clear();
    if (format_ == config::LogFormat::json) {
      payload_ += "\"logger\":";
      append_json_string(payload_, logger);
      payload_ += ",\"message\":";
      append_json_string(payload_, text);
    } else {
      payload_ += logger;
      payload_ += ": ";
      append_single_line(payload_, text);
    }
    line_.clear();
    formatter_->format(spdlog::details::log_msg({}, to_spdlog(level), {payload_.data(), payload_.size()}), line_);
    return {line_.data(), line_.size()};
  }

 private:
  config::LogFormat format_;
  std::unique_ptr<spdlog::pattern_formatter> formatter_;
  std::string payload_;
  spdlog::memory_buf_t line_;
};

}  // namespace

class Log::Impl {
 public:
  Impl(config::LogFormat format, core::LogLevel level, int native_handle)
      : level_(level),
        formatter_(format),
        writer_(native_handle, [formatter = std::make_shared<LineFormatter>(format)](std::size_t dropped) {
          return std::string(
              formatter->line(core::LogLevel::warn, "Log",
                              std::to_string(dropped) + " lines are missing here: nobody read them in time."));
        }) {}

  void write(core::LogLevel level, std::string_view logger, std::string_view text) {
    if (level < level_) return;
    writer_.append(formatter_.line(level, logger, text), level == core::LogLevel::error);
  }

  void set_level(core::LogLevel level) { level_ = level; }

 private:
  core::LogLevel level_;
  LineFormatter formatter_;
  LineWriter writer_;
};

Log::Log(config::LogFormat format, core::LogLevel level, int native_handle)
    : impl_(std::make_unique<Impl>(format, level, native_handle)) {}
Log::~Log() = default;
void Log::write(const core::LogLine& line) { impl_->write(line.level, line.logger, line.text); }
void Log::info(std::string_view logger, std::string_view text) { impl_->write(core::LogLevel::info, logger, text); }
void Log::warn(std::string_view logger, std::string_view text) { impl_->write(core::LogLevel::warn, logger, text); }
void Log::error(std::string_view logger, std::string_view text) { impl_->write(core::LogLevel::error, logger, text); }
void Log::set_level(core::LogLevel level) { impl_->set_level(level); }

}  // namespace pilotlight::master
