# Debian 12's packages; tools/deps installs them. Libraries that are only used inside .cpp files are PRIVATE.
find_package(Threads REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED)            # Asio and Beast, header only
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)   # HMAC between masters
find_path(YAML_CPP_INCLUDE_DIR yaml-cpp/yaml.h REQUIRED)
find_library(YAML_CPP_LIBRARY NAMES libyaml-cpp.a yaml-cpp REQUIRED)
add_library(pilotlight_yaml INTERFACE)
target_include_directories(pilotlight_yaml INTERFACE ${YAML_CPP_INCLUDE_DIR})
target_link_libraries(pilotlight_yaml INTERFACE ${YAML_CPP_LIBRARY})
find_path(ZOOKEEPER_INCLUDE_DIR zookeeper/zookeeper.h REQUIRED)
find_library(ZOOKEEPER_LIBRARY NAMES libzookeeper_mt.a zookeeper_mt REQUIRED)
add_library(pilotlight_zookeeper INTERFACE)
target_include_directories(pilotlight_zookeeper INTERFACE ${ZOOKEEPER_INCLUDE_DIR})
target_link_libraries(pilotlight_zookeeper INTERFACE ${ZOOKEEPER_LIBRARY} Threads::Threads)
if(PILOTLIGHT_TESTS)
  find_package(GTest REQUIRED)
  find_package(benchmark REQUIRED)
endif()

# Asio is compiled once, in src/transport/asio.cpp (platform: headers cost 3 s a file otherwise).
add_library(pilotlight_asio_flags INTERFACE)
target_compile_definitions(pilotlight_asio_flags INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(pilotlight_asio_flags INTERFACE Boost::headers Threads::Threads)
