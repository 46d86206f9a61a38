add_executable(bench_deploy ${CMAKE_CURRENT_SOURCE_DIR}/deploy_bench.cpp)
target_link_libraries(bench_deploy PRIVATE pilotlight_deploy benchmark::benchmark benchmark::benchmark_main)
target_compile_definitions(bench_deploy PRIVATE PILOTLIGHT_TESTS_DIR="${CMAKE_SOURCE_DIR}/tests")
