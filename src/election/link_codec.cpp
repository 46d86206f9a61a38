#include "election/link_codec.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/overloaded.hpp"
#include "election/json.hpp"

namespace pilotlight::election {
namespace {

using nlohmann::json;

constexpr int protocol_version = 1;

json rows_json(const std::vector<Row>& rows) {
  auto array = json::array();
  for (const auto& row : rows) array.push_back(row.value ? json{row.kind, row.id, *row.value} : json{row.kind, row.id});
  return array;
}

/// Reads fields and remembers whether one was missing or odd.
class Reader {
 public:
  explicit Reader(const json& object) : object_(object) {}

  std::uint64_t count(const char* name) {
    const auto* field = get(name);
    if (field == nullptr || !field->is_number_unsigned()) return fail<std::uint64_t>(name);
    return field->get<std::uint64_t>();
  }
  Fence fence(const char* name) {
    const auto* field = get(name);
    if (field == nullptr || !field->is_number_integer()) return fail<Fence>(name);
    // get() of a number beyond 2^63 wraps around to below zero: no version is there either.
    const auto number = field->get<std::int64_t>();
    if (number < 0 || number > std::numeric_limits<Fence>::max()) return fail<Fence>(name);
    return static_cast<Fence>(number);
  }
  std::string text(const char* name) {
    const auto* field = get(name);
    if (field == nullptr || !field->is_string()) return fail<std::string>(name);
    return field->get<std::string>();
  }
  bool flag(const char* name) {
    const auto* field = get(name);
    return field != nullptr && field->is_boolean() && field->get<bool>();
  }
  Epoch epoch() { return Epoch(count("epoch")); }
  Member member() {
    const auto* field = get("member");
    const auto read = field == nullptr ? std::nullopt : member_of(*field);
    return read ? *read : fail<Member>("member");
  }
  Evidence evidence() { return text_in(object_, "evidence") == "dead" ? Evidence::dead : Evidence::silent; }
  std::vector<Row> rows() {
    const auto* field = get("rows");
    if (field == nullptr || !field->is_array()) return fail<std::vector<Row>>("rows");
    std::vector<Row> rows;
    for (const auto& entry : *field) {
      const bool good = entry.is_array() && (entry.size() == 2 || entry.size() == 3) &&
                        std::all_of(entry.begin(), entry.end(), [](const json& part) { return part.is_string(); });
      if (!good) return fail<std::vector<Row>>("rows");
      rows.push_back({entry[0].get<std::string>(), entry[1].get<std::string>(), std::nullopt});
      if (entry.size() == 3) rows.back().value = entry[2].get<std::string>();
    }
    return rows;
  }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  const json* get(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  template <typename T>
  T fail(const char* name) {
    if (wrong_.empty()) wrong_ = name;
    return T{};
  }

  const json& object_;
  std::string wrong_;
};

json body(const LinkMessage& message) {
  return std::visit(
      overloaded{
          [](const Hello& m) {
            return json{{"type", "hello"}, {"member", json_of(m.member)}, {"answer", m.answer}};
          },
          [](const Heartbeat& m) {
            return json{{"type", "heartbeat"},
                        {"epoch", m.epoch.value},
                        {"fence", m.fence},
                        {"sequence", m.sequence},
                        {"commit", m.commit}};
          },
          [](const HeartbeatAnswer& m) {
            return json{
                {"type", "answer"}, {"sequence", m.sequence}, {"mirrored", m.mirrored}, {"complete", m.complete}};
          },
          [](const Promise& m) {
            return json{{"type", "promise"},
                        {"epoch", m.epoch.value},
                        {"fence", m.fence},
                        {"evidence", m.evidence == Evidence::dead ? "dead" : "silent"}};
          },
          [](const Proposed& m) {
            return json{
                {"type", "proposed"}, {"epoch", m.epoch.value}, {"number", m.number}, {"rows", rows_json(m.rows)}};
          },
          [](const Committed& m) {
            return json{{"type", "committed"}, {"epoch", m.epoch.value}, {"number", m.number}};
          },
          [](const SnapshotWanted&) {
            return json{{"type", "snapshotWanted"}};
          },
          [](const SnapshotPart& m) {
            return json{{"type", "snapshot"}, {"epoch", m.epoch.value}, {"chunk", m.chunk}};
          },
          [](const FlightRecorded& m) {
            return json{{"type", "flight"}, {"flight", m.json}};
          },
          [](const HandoverBegins& m) {
            return json{{"type", "handoverBegins"}, {"epoch", m.epoch.value}};
          },
          [](const LeadershipHanded& m) {
            return json{{"type", "handed"},
                        {"epoch", m.epoch.value},
                        {"fence", m.fence},
                        {"commit", m.commit},
                        {"node", m.node}};
          }},
      message);
}

LinkMessage read_message(const std::string& type, Reader& in) {
  if (type == "hello") return Hello{in.member(), in.flag("answer")};
  if (type == "heartbeat") return Heartbeat{in.epoch(), in.fence("fence"), in.count("sequence"), in.count("commit")};
  if (type == "answer") return HeartbeatAnswer{in.count("sequence"), in.count("mirrored"), in.flag("complete")};
  if (type == "promise") return Promise{in.epoch(), in.fence("fence"), in.evidence()};
  if (type == "proposed") return Proposed{in.epoch(), in.count("number"), in.rows()};
  if (type == "committed") return Committed{in.epoch(), in.count("number")};
  if (type == "snapshot") return SnapshotPart{in.epoch(), in.text("chunk")};
  if (type == "flight") return FlightRecorded{in.text("flight")};
  if (type == "handoverBegins") return HandoverBegins{in.epoch()};
  if (type == "handed") return LeadershipHanded{in.epoch(), in.fence("fence"), in.count("commit"), in.text("node")};
  return SnapshotWanted{};
}

bool is_type(const std::string& type) {
  for (const char* known : {"hello", "heartbeat", "answer", "promise", "proposed", "committed", "snapshotWanted",
                            "snapshot", "flight", "handoverBegins", "handed"})
    if (type == known) return true;
  return false;
}

}  // namespace

std::string encode(const LinkFrame& frame) {
  json object = body(frame.message);
  object["v"] = protocol_version;
  object["from"] = frame.sender;
  return text_of(object);
}

Result<LinkFrame> decode(std::string_view bytes) {
  const json object = parse_json(bytes);
  if (!object.is_object()) return fatal("a message between masters is not a JSON object");
  if (number_in(object, "v") != protocol_version) return fatal("a message between masters has another version");
  const std::string type = text_in(object, "type");
  if (!is_type(type)) return fatal("a message between masters is of an unknown type");
  LinkFrame frame;
  frame.sender = text_in(object, "from");
  if (frame.sender.empty()) return fatal("a message between masters names no sender");
  Reader in(object);
  frame.message = read_message(type, in);
  if (!in.wrong().empty()) return fatal("a message between masters of type " + type + " lacks " + in.wrong());
  return frame;
}

}  // namespace pilotlight::election
