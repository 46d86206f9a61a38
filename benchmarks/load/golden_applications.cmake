# Makes golden_applications.cpp: the bytes of tests/golden/<version>/RegisterApplication.bin, one array per dialect.
set(golden_cpp ${CMAKE_CURRENT_BINARY_DIR}/golden_applications.cpp)
set(arrays "")
set(cases "")
foreach(pair IN ITEMS spark_3_3=3.3.4 spark_3_4=3.5.6 spark_4_0=4.0.5 spark_4_1=4.1.4 spark_4_3=4.3.0)
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 dialect)
  list(GET pair 1 version)
  set(file ${CMAKE_SOURCE_DIR}/tests/golden/${version}/RegisterApplication.bin)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes ${hex})
  string(APPEND arrays "constexpr unsigned char ${dialect}[] = {${bytes}};\n")
  string(APPEND cases "    case deploy::Dialect::${dialect}: return view(${dialect});\n")
endforeach()
file(CONFIGURE OUTPUT ${golden_cpp} CONTENT [[
#include "load/golden_applications.hpp"

namespace pilotlight::load {
namespace {

@arrays@
template <typename Bytes>
std::string_view view(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

}  // namespace

std::string_view golden_register_application(deploy::Dialect dialect) {
  switch (dialect) {
@cases@  }
  return {};
}

}  // namespace pilotlight::load
]] @ONLY)
