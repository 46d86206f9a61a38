// A properties file of any bytes is read or refused, and what it sets is merged and checked.
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "config/merge.hpp"
#include "config/properties_file.hpp"
#include "config/validate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto properties = parse_properties(text);
  if (!properties) return 0;
  std::vector<Setting> settings;
  for (const auto& property : *properties) {
    PILOTLIGHT_ASSERT(property.line >= 1 && property.line <= size);
    settings.push_back({Source::properties, property.key, property.value, "file:" + std::to_string(property.line)});
  }
  const auto merged = merge(settings);
  PILOTLIGHT_ASSERT(merged.errors.empty());  // unknown keys are no errors here
  validate(merged);
  return 0;
}
