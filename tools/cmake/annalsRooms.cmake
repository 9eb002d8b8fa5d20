# A room is a folder of the tree with one library target: annals_<room>, alias annals::<room>.
# Includes read <annals/<room>/...> in the build tree, through links, as when installed.

set(annals_rooms "" CACHE INTERNAL "")
set(ANNALS_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/annals")
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/include/annals")

# annals_warnings(<target>): warnings are errors in our own targets, and only there.
function(annals_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict) # wrong about std::string, GCC PR105651
  endif()
  if(ANNALS_SANITIZE) # gcc 12 sees uninitialised members where a sanitizer's checks cut the flow
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
endfunction()

# annals_add_library(<name> [SOURCES file...] [LINK library...] [LINK_PRIVATE library...])
# A library of the package: target annals_<name>, alias annals::<name>. LINK is what its headers need,
# LINK_PRIVATE what only its sources need.
function(annals_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;LINK_PRIVATE")
  set(target annals_${name})
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    annals_warnings(${target})
    target_link_libraries(${target} PRIVATE ${arg_LINK_PRIVATE})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(annals::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} ${arg_LINK})
  target_include_directories(${target} ${scope}
    "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")

  # An export of its own a library: a user of one need not have what another is built on.
  install(TARGETS ${target} EXPORT annals_${name}
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(EXPORT annals_${name} FILE annals_${name}.cmake NAMESPACE annals::
          DESTINATION "${ANNALS_PACKAGE_DIR}")
endfunction()

# annals_add_room(<room> [SOURCES file...] [LINK library...] [LINK_PRIVATE library...])
function(annals_add_room room)
  annals_add_library(${room} ${ARGN})
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${room}" "${PROJECT_BINARY_DIR}/include/annals/${room}"
       SYMBOLIC)

  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${room}/"
          DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/annals/${room}"
          FILES_MATCHING PATTERN "*.hpp" PATTERN "cmake" EXCLUDE)
  set(annals_rooms ${annals_rooms} ${room} CACHE INTERNAL "")
endfunction()

# annals_forward_header(<header> <header in a room>): <annals/<header>> stands for the other.
# A header that includes the other, not a copy or a link: one file, so that #pragma once holds.
function(annals_forward_header header room_header)
  set(forwarder "${PROJECT_BINARY_DIR}/include/annals/${header}")
  file(CONFIGURE OUTPUT "${forwarder}"
       CONTENT "#pragma once\n#include <annals/${room_header}> // IWYU pragma: export\n")
  cmake_path(GET header PARENT_PATH folder)
  install(FILES "${forwarder}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/annals/${folder}")
endfunction()

# annals::annals is all rooms.
function(annals_add_umbrella)
  add_library(annals_annals INTERFACE)
  add_library(annals::annals ALIAS annals_annals)
  set_target_properties(annals_annals PROPERTIES EXPORT_NAME annals)
  list(TRANSFORM annals_rooms PREPEND "annals_" OUTPUT_VARIABLE targets)
  target_link_libraries(annals_annals INTERFACE ${targets})
  install(TARGETS annals_annals EXPORT annals_annals)
  install(EXPORT annals_annals FILE annals_annals.cmake NAMESPACE annals::
          DESTINATION "${ANNALS_PACKAGE_DIR}")
endfunction()

# annals_install_package(): what find_package(annals CONFIG) reads.
function(annals_install_package)
  configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/tools/cmake/annalsConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/annalsConfig.cmake"
    INSTALL_DESTINATION "${ANNALS_PACKAGE_DIR}")
  write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/annalsConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
  install(FILES
    "${PROJECT_BINARY_DIR}/annalsConfig.cmake"
    "${PROJECT_BINARY_DIR}/annalsConfigVersion.cmake"
    "${PROJECT_SOURCE_DIR}/tools/cmake/FindCAF.cmake"
    DESTINATION "${ANNALS_PACKAGE_DIR}")
endfunction()
