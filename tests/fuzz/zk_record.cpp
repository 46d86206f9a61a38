// A record's node in ZooKeeper: its name is the first line of the input, its data the rest; and the same data as
// `commit`.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "recovery/zk_layout.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight::recovery;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto name = input.substr(0, input.find('\n'));
  const auto text = name.size() < input.size() ? input.substr(name.size() + 1) : std::string_view();
  if (const auto read = read_name(name)) {
    const auto own = name_of_id(read->id);
    PILOTLIGHT_ASSERT(name == (read->part_of ? part_name(own, *read->part_of, read->index) : own));
  }
  if (const auto envelope = read_node(text)) {
    const auto written = node_data(*envelope);
    const auto again = read_node(written);
    PILOTLIGHT_ASSERT(again.ok() && again->value == envelope->value && node_data(*again) == written);
  }
  if (const auto mark = read_commit(text)) {
    const auto again = read_commit(commit_data(*mark));
    PILOTLIGHT_ASSERT(again.ok() && again->number == mark->number && again->epoch == mark->epoch);
  }
  return 0;
}
