// The Java serialization format (spec §3.1) as far as reader and writer must agree on it: tags, sizes, and which
// classes write no fields. Pure facts, private to javaser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "javaser/value.hpp"

namespace pilotlight::javaser {

inline constexpr std::string_view stream_header{"\xAC\xED\x00\x05", 4};
inline constexpr std::int32_t first_handle = 0x7E0000;

inline constexpr std::uint8_t tc_null = 0x70;
inline constexpr std::uint8_t tc_reference = 0x71;
inline constexpr std::uint8_t tc_class_desc = 0x72;
inline constexpr std::uint8_t tc_object = 0x73;
inline constexpr std::uint8_t tc_string = 0x74;
inline constexpr std::uint8_t tc_array = 0x75;
inline constexpr std::uint8_t tc_class = 0x76;
inline constexpr std::uint8_t tc_block_data = 0x77;
inline constexpr std::uint8_t tc_end_block_data = 0x78;
inline constexpr std::uint8_t tc_reset = 0x79;
inline constexpr std::uint8_t tc_block_data_long = 0x7A;
inline constexpr std::uint8_t tc_exception = 0x7B;
inline constexpr std::uint8_t tc_long_string = 0x7C;
inline constexpr std::uint8_t tc_proxy_class_desc = 0x7D;
inline constexpr std::uint8_t tc_enum = 0x7E;

/// Bytes of one primitive on the wire; 0 for L, [ and anything that is no field type.
constexpr std::size_t primitive_size(char type) {
  switch (type) {
    case 'Z':
    case 'B': return 1;
    case 'C':
    case 'S': return 2;
    case 'I':
    case 'F': return 4;
    case 'J':
    case 'D': return 8;
    default: return 0;
  }
}
constexpr bool is_reference_type(char type) { return type == 'L' || type == '['; }

/// The class writes all of its object's data itself, superclasses' included: no fields, one annotation.
inline bool is_externalizable(const ClassDesc& desc) { return (desc.flags & sc_externalizable) != 0; }
/// The class lists fields, yet its writeObject writes none of them: 2.12's ListBuffer (spec §3.3).
inline bool hides_its_fields(const ClassDesc& desc) {
  return (desc.flags & sc_write_method) != 0 && desc.name == "scala.collection.mutable.ListBuffer";
}

}  // namespace pilotlight::javaser
