add_executable(bench_recovery ${CMAKE_CURRENT_SOURCE_DIR}/recovery_bench.cpp)
target_compile_definitions(bench_recovery PRIVATE PILOTLIGHT_TESTS_DIR="${CMAKE_SOURCE_DIR}/tests")
target_link_libraries(bench_recovery PRIVATE pilotlight_recovery pilotlight_zk benchmark::benchmark
                                             benchmark::benchmark_main)
