#include "javaser/dump.hpp"

#include <algorithm>
#include <cstdio>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "base/bytes.hpp"

namespace pilotlight::javaser {
namespace {

constexpr std::size_t deepest = 200;

std::string hex(std::string_view bytes) {
  std::string text;
  char two[4];
  for (const char byte : bytes) {
    std::snprintf(two, sizeof two, " %02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    text += two;
  }
  return text;
}

std::string quoted(std::string_view modified_utf8) {
  std::string text = "\"";
  for (const char byte : from_modified_utf8(modified_utf8)) {
    if (byte == '"' || byte == '\\') {
      text += '\\';
      text += byte;
    } else if (static_cast<unsigned char>(byte) < 0x20) {
      text += "\\x" + hex({&byte, 1}).substr(1);
    } else {
      text += byte;
    }
  }
  return text + '"';
}

class Dump {
 public:
  std::string run(const Value& root) {
    line(0, "", root);
    for (std::size_t i = 0; i < classes_.size(); ++i) describe(*classes_[i]);  // describing one may add its superclass
    return std::move(out_);
  }

 private:
  void text(std::size_t depth, std::string_view words) {
    out_.append(2 * depth, ' ');
    out_ += words;
    out_ += '\n';
  }

  void line(std::size_t depth, const std::string& label, const Value& value) {
    std::visit([&](const auto& held) { line_of(depth, label, held); }, value);
  }

  template <typename Held>
  void line_of(std::size_t depth, const std::string& label, const Held& held) {
    if constexpr (std::is_same_v<Held, Null>) {
      text(depth, label + "null");
    } else if constexpr (std::is_same_v<Held, bool>) {
      text(depth, label + (held ? "true" : "false"));
    } else if constexpr (std::is_arithmetic_v<Held>) {
      text(depth, label + std::to_string(held));
    } else if constexpr (std::is_same_v<Held, Block>) {
      text(depth, label + "block of " + std::to_string(held.bytes.size()) + ":" + hex(held.bytes));
    } else if (!held) {
      text(depth, label + "null");
    } else {
      node(depth, label, *held);
    }
  }

  void node(std::size_t depth, const std::string& label, const StringNode& string) {
    text(depth, label + quoted(string.bytes));
  }
  void node(std::size_t depth, const std::string& label, const EnumNode& constant) {
    text(depth, label + name(constant.desc) + " " + from_modified_utf8(constant.constant->bytes));
  }
  void node(std::size_t depth, const std::string& label, const ClassNode& object) {
    text(depth, label + "class " + name(object.desc));
  }
  void node(std::size_t depth, const std::string& label, const ClassDesc& desc) {
    text(depth, label + "class descriptor " + name(&desc));
  }

  void node(std::size_t depth, const std::string& label, const ArrayNode& array) {
    const std::size_t size = std::max(array.items.size(), array.bytes.size());
    if (!first_time(depth, label, &array, name(array.desc) + " of " + std::to_string(size))) return;
    if (!array.bytes.empty()) text(depth + 1, "bytes:" + hex(array.bytes));
    for (std::size_t i = 0; i < array.items.size(); ++i)
      line(depth + 1, "[" + std::to_string(i) + "] ", array.items[i]);
  }

  void node(std::size_t depth, const std::string& label, const ObjectNode& object) {
    if (!first_time(depth, label, &object, name(object.desc))) return;
    std::vector<const ClassDesc*> chain;
    for (const ClassDesc* one = object.desc; one; one = one->super) chain.insert(chain.begin(), one);
    std::size_t next = 0;
    for (const ClassDesc* one : chain)
      for (std::size_t i = 0; i < one->fields.size() && next < object.fields.size(); ++i, ++next)
        line(depth + 1, from_modified_utf8(one->fields[i].name) + " = ", object.fields[next]);
    for (const Annotation& annotation : object.annotations) {
      if (annotation.contents.empty()) continue;
      text(depth + 1, "written by " + name(annotation.of) + ":");
      for (const Value& value : annotation.contents) line(depth + 2, "", value);
    }
  }

  bool first_time(std::size_t depth, const std::string& label, const void* node, const std::string& what) {
    const auto [seen, is_new] = numbers_.try_emplace(node, numbers_.size() + 1);
    const std::string number = "#" + std::to_string(seen->second);
    if (!is_new) {
      text(depth, label + "-> " + number);
    } else {
      text(depth, label + number + " " + what + (depth < deepest ? "" : " (deeper levels left out)"));
    }
    return is_new && depth < deepest;
  }

  std::string name(const ClassDesc* desc) {
    if (!desc) return "(no class)";
    if (class_numbers_.try_emplace(desc, classes_.size()).second) classes_.push_back(desc);
    if (!desc->proxy) return from_modified_utf8(desc->name);
    std::string text = "(proxy of";
    for (const std::string_view interface : desc->interfaces) text += " " + from_modified_utf8(interface);
    return text + ")";
  }

  void describe(const ClassDesc& desc) {
    std::string words = "class " + name(&desc);
    if (!desc.proxy)
      words += " suid " + std::to_string(desc.suid) + " flags" + hex(std::string(1, static_cast<char>(desc.flags)));
    if (desc.super) words += " extends " + name(desc.super);
    text(0, words);
    for (const FieldDesc& field : desc.fields) {
      const std::string type =
          field.type_name ? from_modified_utf8(field.type_name->bytes) : std::string(1, field.type);
      text(1, type + " " + from_modified_utf8(field.name));
    }
    for (const Value& value : desc.annotation) line(1, "annotated: ", value);
  }

  std::string out_;
  std::unordered_map<const void*, std::size_t> numbers_;
  std::unordered_map<const ClassDesc*, std::size_t> class_numbers_;
  std::vector<const ClassDesc*> classes_;
};

}  // namespace

std::string dump(const Value& root) { return Dump().run(root); }

}  // namespace pilotlight::javaser
