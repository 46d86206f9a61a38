// YAML of any bytes is read or refused without an exception, and what it sets becomes settings or errors.
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight;
  const std::string text(reinterpret_cast<const char*>(data), size);
  config::Inputs inputs;
  inputs.command_line.config_file = "file";
  inputs.read_file = [&](const std::string&) -> Result<std::optional<std::string>> {
    return std::optional<std::string>(text);
  };
  inputs.local_host = [] { return std::string("localhost"); };
  const auto loaded = config::load_master(inputs);
  PILOTLIGHT_ASSERT(loaded.settings.has_value() == loaded.errors.empty());
  return 0;
}
