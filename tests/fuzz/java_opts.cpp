// SPARK_MASTER_OPTS of any bytes is split or refused, and what it sets becomes settings or errors.
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "config/java_opts.hpp"
#include "config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto words = config::split_words(text);
  if (words) {
    std::size_t total = 0;
    for (const auto& word : *words) total += word.size();
    PILOTLIGHT_ASSERT(total <= size);
  }
  config::Inputs inputs;
  inputs.environment["SPARK_MASTER_OPTS"] = text;
  inputs.local_host = [] { return std::string("localhost"); };
  const auto loaded = config::load_master(inputs);
  PILOTLIGHT_ASSERT(loaded.settings.has_value() == loaded.errors.empty());
  return 0;
}
