# How a test is added. The tests mirror the tree: tests/<room>/<file>.test.cpp, named <room>.<file>.

# Catch2's main is compiled once. ANNALS_SOURCE_DIR leads the tests to the data beside the checkout.
add_library(annals_test_main STATIC
  "${PROJECT_SOURCE_DIR}/tests/main.cpp" "${PROJECT_SOURCE_DIR}/tests/shared_data.cpp")
annals_warnings(annals_test_main)
target_compile_features(annals_test_main PUBLIC cxx_std_20)
target_compile_definitions(annals_test_main
  PRIVATE ANNALS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  PUBLIC CATCH_CONFIG_FAST_COMPILE)
target_include_directories(annals_test_main PUBLIC "${PROJECT_SOURCE_DIR}")
target_link_libraries(annals_test_main PUBLIC Catch2::Catch2)

# What each test of this project has: the sanitizer's settings, a time limit, the code for "skipped".
function(annals_configure_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "LABELS;ENVIRONMENT")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${arg_TIMEOUT}
    SKIP_RETURN_CODE 77
    LABELS "${arg_LABELS}"
    ENVIRONMENT "${annals_sanitizer_environment};${arg_ENVIRONMENT}")
endfunction()

# annals_add_test(<name> <source>... [LINK library...] [LABELS label...] [TIMEOUT seconds]
#                 [ENVIRONMENT VAR=value...])
# A Catch2 program <name>, and a CTest test of that name which runs all of it. It is linked to
# annals::annals unless LINK says otherwise. The label `slow` keeps it out of the sanitizer presets.
function(annals_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "LINK;LABELS;ENVIRONMENT")
  if(NOT arg_LINK)
    set(arg_LINK annals::annals)
  endif()
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  annals_warnings(${name})
  annals_sanitized_program(${name})
  target_link_libraries(${name} PRIVATE annals_test_main ${arg_LINK})
  add_test(NAME ${name} COMMAND ${annals_sanitizer_launcher} $<TARGET_FILE:${name}>)
  annals_configure_test(${name} TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABELS}
                        ENVIRONMENT ${arg_ENVIRONMENT})
endfunction()

# annals_add_command_test(<name> <command> [argument...] [LABELS ...] [TIMEOUT ...] [ENVIRONMENT ...])
# A CTest test that runs a command: a script, or a program of the tree ($<TARGET_FILE:bank>).
# It passes with exit code 0 and counts as skipped with 77.
function(annals_add_command_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "LABELS;ENVIRONMENT")
  add_test(NAME ${name} COMMAND ${annals_sanitizer_launcher} ${arg_UNPARSED_ARGUMENTS})
  annals_configure_test(${name} TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABELS}
                        ENVIRONMENT ${arg_ENVIRONMENT})
endfunction()
