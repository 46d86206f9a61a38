// Makes the names of applications and drivers from the configured patterns (spec §5.1, §12). Pure, never fails.
//
// A pattern has Spark's Java format: "%s" stands for the timestamp, "%d" or "%04d" for the number, "%%" for a
// percent sign. Anything else that follows a '%' is copied as it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pilotlight::core {

/// "app-%s-%04d", "20260102030405", 7 → "app-20260102030405-0007".
std::string format_id(std::string_view pattern, std::string_view timestamp, std::int32_t number);

/// The id of an application whose name is its id: lower case, without white space (spec §12).
std::string id_from_app_name(std::string_view name);

/// "4.0 GiB": a size as Spark's log prints it.
std::string memory_text(std::int32_t mebibytes);

}  // namespace pilotlight::core
