# What core tests, scenarios and benchmarks share: a master core with a model of the world around it.
add_library(pilotlight_core_support STATIC ${CMAKE_CURRENT_LIST_DIR}/core_world.cpp ${CMAKE_CURRENT_LIST_DIR}/model_store.cpp)
target_include_directories(pilotlight_core_support PUBLIC ${CMAKE_CURRENT_LIST_DIR}/..)
target_link_libraries(pilotlight_core_support PUBLIC pilotlight_core)
