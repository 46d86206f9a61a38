# How everything is compiled: C++20, strict warnings as errors, ccache and mold when they are there.
option(PILOTLIGHT_TESTS "Build tests and benchmarks" ON)
option(PILOTLIGHT_FUZZ "Build libFuzzer targets (needs clang)" OFF)
set(PILOTLIGHT_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")  # no NDEBUG: assertions of libraries stay on as well

add_compile_options(-Wall -Wextra -Wswitch-enum -Werror)

if(PILOTLIGHT_SANITIZE)
  add_compile_options(-fsanitize=${PILOTLIGHT_SANITIZE} -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${PILOTLIGHT_SANITIZE})
  if(PILOTLIGHT_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(PILOTLIGHT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
