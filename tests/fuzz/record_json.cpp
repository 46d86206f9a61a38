// Rows of a store, spoilt in any way: the first line of the input is "kind id", the rest is the value. What can be
// read is written again, and from then on nothing may change.
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/assert.hpp"
#include "recovery/record_codec.hpp"

namespace {

using namespace pilotlight;

recovery::RowChange written(const recovery::Record& record) {
  std::vector<recovery::RowChange> rows;
  std::visit([&](const auto& r) { recovery::append_row_changes(r, rows); }, record);
  PILOTLIGHT_ASSERT(rows.size() == 1 && rows[0].value);
  return std::move(rows[0]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.substr(0, input.find('\n'));
  const auto kind = line.substr(0, line.find(' '));
  const auto id = kind.size() < line.size() ? line.substr(kind.size() + 1) : std::string_view();
  const auto value = line.size() < input.size() ? input.substr(line.size() + 1) : std::string_view();

  const auto record = recovery::record_from_row(kind, id, value);
  if (!record) {
    PILOTLIGHT_ASSERT(!record.error().message.empty());
    return 0;
  }
  const auto row = written(*record);
  PILOTLIGHT_ASSERT(row.kind == kind);
  const auto again = recovery::record_from_row(row.kind, row.id, *row.value);
  PILOTLIGHT_ASSERT(again.ok());
  PILOTLIGHT_ASSERT(*written(*again).value == *row.value);
  return 0;
}
