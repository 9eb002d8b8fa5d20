# Finds the C++ Actor Framework, which ships no package file in its 0.17 releases.
#
#   find_package(CAF 0.17.6...<0.18 REQUIRED COMPONENTS core io openssl)
#
# Components: core (always looked for), io, openssl.
# Targets:    CAF::core, CAF::io, CAF::openssl
# Variables:  CAF_FOUND, CAF_VERSION, CAF_INCLUDE_DIR, CAF_<component>_FOUND
#
# Annals is written against 0.17: a version outside [0.17.6, 0.18) counts as not found, since 0.18
# renamed and removed much of what is used here. Set CAF_ROOT to look in a prefix of your own.

include(FindPackageHandleStandardArgs)

set(_caf_why "")
set(_caf_known core io openssl)

find_path(CAF_INCLUDE_DIR caf/config.hpp)

# The version stands in the header as one number: major * 10000 + minor * 100 + patch.
unset(CAF_VERSION)
if(CAF_INCLUDE_DIR)
  set(_caf_line "")
  foreach(_caf_header IN ITEMS config.hpp detail/build_config.hpp)
    if(NOT _caf_line AND EXISTS "${CAF_INCLUDE_DIR}/caf/${_caf_header}")
      file(STRINGS "${CAF_INCLUDE_DIR}/caf/${_caf_header}" _caf_line
           REGEX "^#define CAF_VERSION [0-9]+" LIMIT_COUNT 1)
    endif()
  endforeach()
  if(_caf_line MATCHES "CAF_VERSION ([0-9]+)")
    math(EXPR _caf_major "${CMAKE_MATCH_1} / 10000")
    math(EXPR _caf_minor "${CMAKE_MATCH_1} / 100 % 100")
    math(EXPR _caf_patch "${CMAKE_MATCH_1} % 100")
    set(CAF_VERSION "${_caf_major}.${_caf_minor}.${_caf_patch}")
  endif()
endif()

foreach(_caf_component IN LISTS _caf_known)
  find_library(CAF_${_caf_component}_LIBRARY caf_${_caf_component})
  if(_caf_component STREQUAL "core")
    set(_caf_header "caf/all.hpp")
  else()
    set(_caf_header "caf/${_caf_component}/all.hpp")
  endif()
  if(CAF_INCLUDE_DIR AND EXISTS "${CAF_INCLUDE_DIR}/${_caf_header}"
     AND CAF_${_caf_component}_LIBRARY)
    set(CAF_${_caf_component}_FOUND TRUE)
  else()
    set(CAF_${_caf_component}_FOUND FALSE)
  endif()
  mark_as_advanced(CAF_${_caf_component}_LIBRARY)
endforeach()
mark_as_advanced(CAF_INCLUDE_DIR)

foreach(_caf_component IN LISTS CAF_FIND_COMPONENTS)
  if(NOT _caf_component IN_LIST _caf_known)
    set(CAF_${_caf_component}_FOUND FALSE)
    string(APPEND _caf_why
           "There is no CAF component '${_caf_component}'; known are: ${_caf_known}. ")
  endif()
endforeach()

set(_caf_install "On Debian 12: apt-get install libcaf-dev. Elsewhere set CAF_ROOT to its prefix.")
set(_caf_version_ok FALSE)
if(NOT CAF_INCLUDE_DIR)
  string(APPEND _caf_why "The headers of CAF were not found. ${_caf_install}")
elseif(NOT DEFINED CAF_VERSION)
  string(APPEND _caf_why "${CAF_INCLUDE_DIR}/caf does not say which version of CAF it is; "
         "annals needs 0.17.6 or a later 0.17. ${_caf_install}")
elseif(CAF_VERSION VERSION_LESS 0.17.6 OR NOT CAF_VERSION VERSION_LESS 0.18)
  string(APPEND _caf_why "CAF ${CAF_VERSION} was found in ${CAF_INCLUDE_DIR}, but annals needs "
         "0.17.6 or a later 0.17 (not 0.18 or newer). ${_caf_install}")
else()
  set(_caf_version_ok TRUE)
  foreach(_caf_component IN ITEMS core ${CAF_FIND_COMPONENTS})
    if(_caf_component IN_LIST _caf_known AND NOT CAF_${_caf_component}_FOUND
       AND CAF_FIND_REQUIRED_${_caf_component})
      string(APPEND _caf_why "The ${_caf_component} module of CAF (library caf_${_caf_component} "
             "and its headers) was not found. ${_caf_install}")
    endif()
  endforeach()
endif()

find_package_handle_standard_args(CAF
  REQUIRED_VARS CAF_core_LIBRARY CAF_INCLUDE_DIR _caf_version_ok
  VERSION_VAR CAF_VERSION
  HANDLE_VERSION_RANGE
  HANDLE_COMPONENTS
  REASON_FAILURE_MESSAGE "${_caf_why}")

function(_caf_import component)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK")
  if(CAF_${component}_FOUND AND NOT TARGET CAF::${component})
    add_library(CAF::${component} UNKNOWN IMPORTED)
    set_target_properties(CAF::${component} PROPERTIES
      IMPORTED_LOCATION "${CAF_${component}_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}"
      INTERFACE_LINK_LIBRARIES "${arg_LINK}")
  endif()
endfunction()

if(CAF_FOUND)
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_package(Threads REQUIRED)
  _caf_import(core LINK Threads::Threads)
  _caf_import(io LINK CAF::core)
  _caf_import(openssl LINK CAF::io)
endif()
