#include "recovery/zk_layout.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "recovery/record_fields.hpp"

namespace pilotlight::recovery {
namespace {

constexpr int envelope_version = 1;
constexpr std::string_view part_mark = "%part-";
constexpr std::string_view hex = "0123456789ABCDEF";
constexpr auto greatest = std::numeric_limits<std::int64_t>::max();

/// The id "" has a name too; a '%' before anything but two digits is never an encoding.
constexpr std::string_view name_of_nothing = "%";

bool stands_for_itself(char c) { return c > 0x20 && c < 0x7f && c != '/' && c != '%'; }

std::optional<std::string> id_of_name(std::string_view name) {
  if (name == name_of_nothing) return "";
  std::string id;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (name[at] != '%') {
      id += name[at];
      continue;
    }
    if (at + 2 >= name.size()) return std::nullopt;
    const auto high = hex.find(name[at + 1]);
    const auto low = hex.find(name[at + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    id += static_cast<char>(high * 16 + low);
    at += 2;
  }
  // One id, one name: a second spelling would be a second node.
  if (name_of_id(id) != name) return std::nullopt;
  return id;
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && std::to_string(number) == text;
}

std::string hexadecimal(std::uint64_t number) {
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; number >>= 4U) text[i] = hex[number & 0xfU];
  return text;
}

std::uint64_t unsigned_number(Fields& fields, std::string_view name) {
  return static_cast<std::uint64_t>(fields.number(name, 0, greatest));
}

Place read_place(const nlohmann::json& json) {
  const auto* created = json.is_object() && json.contains("created") ? &json["created"] : nullptr;
  if (created == nullptr || !created->is_array() || created->size() != 2 || !(*created)[0].is_number_unsigned() ||
      !(*created)[1].is_number_unsigned())
    return {};
  return {(*created)[0].get<std::uint64_t>(), static_cast<std::uint32_t>((*created)[1].get<std::uint64_t>())};
}

}  // namespace

bool is_record_kind(std::string_view kind) { return std::ranges::find(record_kinds, kind) != std::end(record_kinds); }

std::string name_of_id(std::string_view id) {
  if (id.empty()) return std::string(name_of_nothing);
  std::string name;
  // ZooKeeper takes "." and ".." for places, not names.
  const bool only_dots = id == "." || id == "..";
  for (const char c : id) {
    if (stands_for_itself(c) && !only_dots) {
      name += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    name.append({'%', hex[byte >> 4U], hex[byte & 0xfU]});
  }
  return name;
}

std::string part_name(std::string_view name, std::uint64_t commit, std::uint32_t index) {
  return std::string(name).append(part_mark) + std::to_string(commit) + "-" + std::to_string(index);
}

std::optional<NodeName> read_name(std::string_view name) {
  NodeName read;
  if (const auto mark = name.find(part_mark); mark != std::string_view::npos) {
    const auto numbers = name.substr(mark + part_mark.size());
    const auto dash = numbers.find('-');
    std::uint64_t commit = 0;
    if (dash == std::string_view::npos || !read_number(numbers.substr(0, dash), commit) ||
        !read_number(numbers.substr(dash + 1), read.index))
      return std::nullopt;
    read.part_of = commit;
    name = name.substr(0, mark);
  }
  auto id = id_of_name(name);
  if (!id) return std::nullopt;
  read.id = std::move(*id);
  return read;
}

ZkLayout::ZkLayout(std::string_view directory) {
  while (!directory.empty() && directory.back() == '/') directory.remove_suffix(1);
  root_ = std::string(directory) + "/pilotlight";
}

std::string ZkLayout::below(std::string path, std::string_view name) { return path.append("/").append(name); }

std::string node_data(const Envelope& envelope) {
  nlohmann::ordered_json header = {{"version", envelope_version},
                                   {"commit", envelope.commit},
                                   {"created", {envelope.created.commit, envelope.created.index}}};
  if (envelope.parts > 0) {
    header["parts"] = envelope.parts;
    header["size"] = envelope.size;
    header["checksum"] = hexadecimal(envelope.checksum);
  }
  if (!envelope.reason.empty()) header["reason"] = envelope.reason;
  auto data = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  data.reserve(data.size() + 1 + envelope.value.size());
  data += '\n';
  if (envelope.parts == 0) data.append(envelope.value);
  return data;
}

Result<Envelope> read_node(std::string_view data) {
  const auto end = data.find('\n');
  if (end == std::string_view::npos) return fatal("its node has no header");
  const auto json = nlohmann::json::parse(data.substr(0, end), nullptr, false);
  if (json.is_discarded()) return fatal("its node's header is not JSON");
  std::optional<std::string> error;
  Fields fields(json, "", error);
  if (const auto version = fields.number("version", 1, greatest); !error && version > envelope_version)
    return fatal("its node was written by a newer Pilotlight (version " + std::to_string(version) +
                 "; this one reads up to " + std::to_string(envelope_version) + ")");
  Envelope envelope;
  envelope.commit = unsigned_number(fields, "commit");
  envelope.created = read_place(json);
  if (!error && envelope.created.commit == 0) fields.fail("created", "is no place");
  envelope.reason = fields.text_or_empty("reason");
  envelope.value = data.substr(end + 1);
  envelope.size = envelope.value.size();
  if (!error && fields.find("parts") != nullptr) {
    envelope.parts = static_cast<std::uint32_t>(
        fields.number("parts", 1, static_cast<std::int64_t>(largest_value / largest_part + 1)));
    envelope.size = static_cast<std::size_t>(fields.number("size", 1, static_cast<std::int64_t>(largest_value)));
    const auto checksum = fields.text("checksum");
    const auto [last, problem] =
        std::from_chars(checksum.data(), checksum.data() + checksum.size(), envelope.checksum, 16);
    if (problem != std::errc() || last != checksum.data() + checksum.size())
      fields.fail("checksum", "is no hexadecimal number");
  }
  if (error) return fatal("its node's header: " + *error);
  return envelope;
}

std::uint64_t checksum_of(std::string_view value) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : value) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::string commit_data(const CommitMark& mark) {
  return R"({"number":)" + std::to_string(mark.number) + R"(,"epoch":)" + std::to_string(mark.epoch) + "}";
}

Result<CommitMark> read_commit(std::string_view data) {
  const auto json = nlohmann::json::parse(data, nullptr, false);
  if (json.is_discarded()) return fatal("it is not JSON");
  std::optional<std::string> error;
  Fields fields(json, "", error);
  CommitMark mark{unsigned_number(fields, "number"), unsigned_number(fields, "epoch")};
  if (error) return fatal(*error);
  return mark;
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

}  // namespace pilotlight::recovery
