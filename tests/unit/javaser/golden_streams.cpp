#include "unit/javaser/golden_streams.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace pilotlight::javaser {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// `files` of a version's index. RequestMessage.bin is a request body: its stream follows the addresses.
void add_version(const fs::path& folder, const fs::path& root, std::vector<GoldenStream>& all) {
  const auto index = nlohmann::json::parse(contents(folder / "index.json"));
  for (const auto& item : index.at("files").items()) {
    const fs::path path = folder / item.key();
    std::string bytes = contents(path);
    bytes.erase(0, bytes.find("\xAC\xED"));
    all.push_back({fs::relative(path, root).string(), std::move(bytes), item.key().find('~') == std::string::npos});
  }
}

/// `frames` of a capture: whole transport frames.
void add_capture(const fs::path& folder, const fs::path& root, std::vector<GoldenStream>& all) {
  const auto index = nlohmann::json::parse(contents(folder / "index.json"));
  for (const auto& frame : index.at("frames")) {
    const fs::path path = folder / frame.at("file").get<std::string>();
    all.push_back(
        {fs::relative(path, root).string(), contents(path).substr(frame.at("contentOffset").get<std::size_t>())});
  }
}

std::vector<GoldenStream> load() {
  const fs::path root = fs::path(PILOTLIGHT_TESTS_DIR) / "golden";
  std::vector<GoldenStream> all;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().filename() != "index.json") continue;
    const fs::path folder = entry.path().parent_path();
    const bool is_capture = fs::relative(folder, root).begin()->string() == "captures";
    is_capture ? add_capture(folder, root, all) : add_version(folder, root, all);
  }
  return all;
}

}  // namespace

const std::vector<GoldenStream>& golden_streams() {
  static const std::vector<GoldenStream> all = load();
  return all;
}

const std::string& golden_stream(const std::string& name) {
  for (const GoldenStream& one : golden_streams())
    if (one.name == name) return one.bytes;
  throw std::runtime_error("no such golden stream: " + name);
}

}  // namespace pilotlight::javaser
