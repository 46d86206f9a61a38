#include "zk/path.hpp"

#include <algorithm>

#include "base/overloaded.hpp"

namespace pilotlight::zk {
namespace {

bool valid_part(std::string_view part) {
  if (part.empty() || part == "." || part == "..") return false;
  return std::none_of(part.begin(), part.end(), [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x20 || byte == 0x7f;
  });
}

// An empty path must not look as if nothing were wrong.
std::string unless_valid(const std::string& path, bool sequential) {
  if (valid_path(sequential ? with_sequence(path, 0) : path)) return {};
  return path.empty() ? "(empty)" : path;
}

}  // namespace

bool valid_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return false;
  if (path.size() == 1) return true;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    if (!valid_part(path.substr(0, end))) return false;
    path.remove_prefix(end);
  }
  return true;
}

std::string invalid_path_in(const Request& request) {
  const auto of_one = overloaded{[](const Create& create) { return unless_valid(create.path, create.sequential); },
                                 [](const auto& other) { return unless_valid(other.path, false); }};
  return std::visit(overloaded{[&](const Multi& multi) {
                                 for (const auto& operation : multi.operations) {
                                   auto wrong = std::visit(of_one, operation);
                                   if (!wrong.empty()) return wrong;
                                 }
                                 return std::string();
                               },
                               [&](const auto& other) { return of_one(other); }},
                    request);
}

std::string parent_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string name_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

std::string with_sequence(std::string_view path, std::int32_t number) {
  const auto digits = std::to_string(number);
  return std::string(path) + std::string(10 - std::min<std::size_t>(10, digits.size()), '0') + digits;
}

}  // namespace pilotlight::zk
