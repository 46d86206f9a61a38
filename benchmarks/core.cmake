add_executable(bench_core ${CMAKE_CURRENT_SOURCE_DIR}/core_bench.cpp)
target_link_libraries(bench_core PRIVATE pilotlight_core benchmark::benchmark benchmark::benchmark_main)
