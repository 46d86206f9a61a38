# pilotlight_library(NAME [PURE] [LINK libs…] [PRIVATE libs…]): all .cpp files of the folder, as pilotlight_NAME.
# Sources are found by pattern so that no file can be forgotten; `make lint` checks what a PURE folder includes.
function(pilotlight_library name)
  cmake_parse_arguments(ARG "PURE" "" "LINK;PRIVATE;EXCLUDE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(excluded IN LISTS ARG_EXCLUDE)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${excluded})
  endforeach()
  add_library(pilotlight_${name} STATIC ${sources})
  target_include_directories(pilotlight_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(pilotlight_${name} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE})
endfunction()

# pilotlight_unit_test(NAME LINK libs…): all .cpp files of the folder, as one test binary unit_NAME.
function(pilotlight_unit_test name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(unit_${name} ${sources})
  target_include_directories(unit_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(unit_${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_compile_definitions(unit_${name} PRIVATE PILOTLIGHT_TESTS_DIR="${CMAKE_SOURCE_DIR}/tests")
  add_test(NAME unit_${name} COMMAND unit_${name})
endfunction()

# pilotlight_fuzzer(NAME LINK libs…): NAME.cpp defines LLVMFuzzerTestOneInput. With PILOTLIGHT_FUZZ it becomes a
# libFuzzer binary; otherwise (and in every `make test`) a replayer that runs it over its corpus.
function(pilotlight_fuzzer name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(fuzz_${name} ${name}.cpp)
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_LINK})
  if(PILOTLIGHT_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    add_test(NAME corpus_${name} COMMAND fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  endif()
endfunction()
