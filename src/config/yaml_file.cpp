#include "config/yaml_file.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

namespace pilotlight::config {
namespace {

constexpr std::size_t deepest = 32;

/// Keeps the path of keys while yaml-cpp walks through the document.
class Collector : public YAML::EventHandler {
 public:
  explicit Collector(YamlContent& out) : out_(out) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (skipping_ == 0) problem(mark, "aliases (*name) are not supported: write the value itself");
    value_done();
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (skipping_ == 0 && path_.empty()) return;  // an empty document
    if (skipping_ == 0 && expects_key())
      problem(mark, "an empty key");
    else if (skipping_ == 0)
      out_.problems.push_back({path_.back().line, path_.back().key + " has no value: give one, or remove the line"});
    if (skipping_ == 0 && expects_key())
      path_.back().has_key = true;
    else
      value_done();
  }

  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t, const std::string& value) override {
    if (skipping_ > 0) return;
    if (path_.empty()) return problem(mark, "the file must be a map of keys and values");
    if (expects_key()) {
      const std::string& prefix = path_.back().prefix;
      path_.back().key = prefix.empty() ? value : prefix + "." + value;
      path_.back().has_key = true;
      path_.back().line = line_of(mark);
      return;
    }
    add(path_.back().key, value, path_.back().line);
    value_done();
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    if (skipping_++ > 0) return;
    problem(mark, path_.empty() ? "the file must be a map of keys and values"
                                : path_.back().key + " is a list: every key has a single value");
  }
  void OnSequenceEnd() override {
    if (--skipping_ == 0) value_done();
  }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    const bool as_key = skipping_ == 0 && expects_key();
    const bool too_deep = path_.size() >= deepest;
    if (skipping_ > 0 || as_key || too_deep) {
      if (skipping_++ == 0) problem(mark, as_key ? "a map cannot be a key" : "maps are nested too deeply");
      return;
    }
    path_.push_back({path_.empty() ? "" : path_.back().key, "", 0, false});
  }
  void OnMapEnd() override {
    if (skipping_ > 0) {
      if (--skipping_ == 0) value_done();
      return;
    }
    path_.pop_back();
    value_done();
  }

 private:
  struct Level {
    std::string prefix;
    std::string key;
    std::size_t line = 0;
    bool has_key = false;
  };

  static std::size_t line_of(const YAML::Mark& mark) {
    return mark.line < 0 ? 1 : static_cast<std::size_t>(mark.line) + 1;
  }
  [[nodiscard]] bool expects_key() const { return !path_.empty() && !path_.back().has_key; }
  /// What was a key so far is a value's end now, or the other way round.
  void value_done() {
    if (skipping_ == 0 && !path_.empty()) path_.back().has_key = !path_.back().has_key;
  }
  void problem(const YAML::Mark& mark, std::string message) {
    out_.problems.push_back({line_of(mark), std::move(message)});
  }
  void add(const std::string& key, const std::string& value, std::size_t line) {
    const auto [first, is_new] = lines_.emplace(key, line);
    if (is_new)
      out_.values.push_back({key, value, line});
    else
      out_.problems.push_back({line, key + " stands twice, first in line " + std::to_string(first->second)});
  }

  YamlContent& out_;
  std::vector<Level> path_;
  std::size_t skipping_ = 0;  ///< depth inside something that was refused
  std::map<std::string, std::size_t> lines_;
};

}  // namespace

YamlContent parse_yaml(std::string_view text) {
  YamlContent content;
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    Collector collector(content);
    parser.HandleNextDocument(collector);
    YamlContent second_content;
    Collector second(second_content);
    if (parser.HandleNextDocument(second))
      content.problems.push_back({1, "the file holds more than one document (---): put all keys into one"});
  } catch (const YAML::Exception& error) {
    const auto line = error.mark.line < 0 ? 1 : static_cast<std::size_t>(error.mark.line) + 1;
    content.problems.push_back({line, "this is not YAML: " + error.msg});
  }
  return content;
}

}  // namespace pilotlight::config
