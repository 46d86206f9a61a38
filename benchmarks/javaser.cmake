add_executable(bench_javaser ${CMAKE_CURRENT_SOURCE_DIR}/javaser_bench.cpp)
target_link_libraries(bench_javaser PRIVATE pilotlight_javaser benchmark::benchmark benchmark::benchmark_main)
target_compile_definitions(bench_javaser PRIVATE PILOTLIGHT_TESTS_DIR="${CMAKE_SOURCE_DIR}/tests")
