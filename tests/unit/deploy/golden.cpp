#include "golden.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace pilotlight::deploy::test {
namespace {

namespace fs = std::filesystem;

const fs::path root = fs::path(PILOTLIGHT_TESTS_DIR) / "golden";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

nlohmann::json index_of(const fs::path& folder) { return nlohmann::json::parse(read_file(folder / "index.json")); }

template <typename Message>
bool take(DecodeResult<Message> result, std::optional<AnyMessage>& found) {
  auto* decoded = std::get_if<Decoded<Message>>(&result);
  if (!decoded) return false;
  if constexpr (std::is_same_v<Message, ToMaster>)
    if (std::holds_alternative<UnsupportedMessage>(decoded->message)) return false;
  found = AnyMessage{std::move(decoded->message), decoded->evidence};
  return true;
}

}  // namespace

std::string GoldenFile::title() const {
  const auto slash = name.find('/');
  const std::string file = slash == std::string::npos ? name : name.substr(slash + 1);
  return file.substr(0, file.size() - std::string_view(".bin").size());
}

const std::vector<GoldenFile>& golden_files() {
  static const auto files = [] {
    std::vector<GoldenFile> all;
    for (const char* version : {"3.3.4", "3.5.6", "4.0.5", "4.1.4", "4.3.0"}) {
      const auto index = index_of(root / version);
      for (const auto& [name, entry] : index["files"].items()) {
        if (name.starts_with("recovery/") || name.starts_with("live/") || name == "RequestMessage.bin") continue;
        all.push_back({version, name, entry["values"], read_file(root / version / name)});
      }
    }
    return all;
  }();
  return files;
}

const GoldenFile& golden(const std::string& version, const std::string& name) {
  for (const auto& file : golden_files())
    if (file.version == version && file.name == name) return file;
  throw std::runtime_error("no golden file " + version + "/" + name);
}

const std::vector<CapturedFrame>& captured_frames() {
  static const auto frames = [] {
    std::vector<CapturedFrame> all;
    for (const auto& version : fs::directory_iterator(root / "captures")) {
      if (!version.is_directory()) continue;
      for (const auto& scenario : fs::directory_iterator(version.path())) {
        const auto index = index_of(scenario.path());
        for (const auto& frame : index["frames"]) {
          if (!frame.contains("contentOffset") || frame["contentOffset"].is_null()) continue;
          const fs::path path = scenario.path() / frame["file"].get<std::string>();
          CapturedFrame read;
          read.file = fs::relative(path, root).string();
          read.class_name = frame["class"];
          read.from = frame["from"];
          read.to = frame["to"];
          read.type = frame["frameType"];
          if (frame.contains("senderAddress") && frame["senderAddress"].is_string())
            read.sender = frame["senderAddress"];
          read.content = read_file(path).substr(frame["contentOffset"].get<std::size_t>());
          read.dialect = dialect_of_version(version.path().filename().string()).value();
          all.push_back(std::move(read));
        }
      }
    }
    return all;
  }();
  return frames;
}

std::optional<AnyMessage> decode_any(std::string_view content) {
  std::optional<AnyMessage> found;
  take(decode_to_master(content), found) || take(decode_to_worker(content), found) ||
      take(decode_to_driver(content), found) || take(decode_reply(content), found);
  return found;
}

std::string encode_any(const AnyMessage& message, Dialect dialect) {
  return std::visit([&](const auto& one) { return encode(one, dialect); }, message.message);
}

bool matches(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace pilotlight::deploy::test
