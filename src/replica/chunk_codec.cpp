#include "replica/chunk_codec.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "election/json.hpp"

namespace pilotlight::replica {
namespace {

using nlohmann::json;

json row_json(const recovery::StoredRow& row) {
  return {row.kind, row.id, row.value, row.created.commit, row.created.index, row.written, row.parts, row.damage};
}

bool read_row(const json& array, recovery::StoredRow& row) {
  if (!array.is_array() || array.size() != 8) return false;
  for (const std::size_t text : {0U, 1U, 2U, 7U})
    if (!array[text].is_string()) return false;
  for (const std::size_t number : {3U, 4U, 5U, 6U})
    if (!array[number].is_number_unsigned()) return false;
  for (const std::size_t number : {4U, 6U})
    if (array[number].get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) return false;
  row.kind = array[0].get<std::string>();
  row.id = array[1].get<std::string>();
  row.value = array[2].get<std::string>();
  row.created = {array[3].get<std::uint64_t>(), array[4].get<std::uint32_t>()};
  row.written = array[5].get<std::uint64_t>();
  row.parts = array[6].get<std::uint32_t>();
  row.damage = array[7].get<std::string>();
  return true;
}

}  // namespace

std::string encode(const recovery::Chunk& chunk) {
  json object{{"number", chunk.number}, {"first", chunk.first}, {"last", chunk.last}, {"remarks", chunk.remarks}};
  auto& rows = object["rows"] = json::array();
  for (const auto& row : chunk.rows) rows.push_back(row_json(row));
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<recovery::Chunk> decode_chunk(std::string_view text) {
  const json object = election::parse_json(text);
  const auto odd = [] { return fatal("a part of another master's records cannot be read"); };
  if (!object.is_object() || !object.contains("number") || !object["number"].is_number_unsigned()) return odd();
  const auto flag = [&](const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
  };
  recovery::Chunk chunk;
  chunk.number = object["number"].get<std::uint64_t>();
  chunk.first = flag("first");
  chunk.last = flag("last");
  if (const auto remarks = object.find("remarks"); remarks != object.end() && remarks->is_array())
    for (const auto& remark : *remarks)
      if (remark.is_string()) chunk.remarks.push_back(remark.get<std::string>());
  const auto rows = object.find("rows");
  if (rows == object.end() || !rows->is_array()) return odd();
  for (const auto& entry : *rows) {
    recovery::StoredRow row;
    if (!read_row(entry, row)) return odd();
    chunk.rows.push_back(std::move(row));
  }
  return chunk;
}

}  // namespace pilotlight::replica
