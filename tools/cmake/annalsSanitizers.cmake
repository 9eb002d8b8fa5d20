# Sanitizers for the targets of this tree (ANNALS_SANITIZE), and how their tests are run.
# Set for the directory and not on targets: nothing of it is exported.

set(annals_sanitizer_flags "")
set(annals_sanitizer_environment "")
set(annals_sanitizer_launcher "")

if(ANNALS_SANITIZE)
  set(annals_sanitizer_flags
      -fsanitize=${ANNALS_SANITIZE} -fno-omit-frame-pointer)
  add_compile_options(${annals_sanitizer_flags})
  add_link_options(${annals_sanitizer_flags})

  set(_suppressions "${PROJECT_SOURCE_DIR}/tests/sanitizers")
  if(ANNALS_SANITIZE MATCHES "thread")
    set(annals_sanitizer_environment
        "TSAN_OPTIONS=second_deadlock_stack=1:suppressions=${_suppressions}/tsan.supp")
    # gcc 12's ThreadSanitizer cannot start where the kernel moves libraries by more than 28 bits.
    if(EXISTS /proc/sys/vm/mmap_rnd_bits)
      file(READ /proc/sys/vm/mmap_rnd_bits _bits)
      if(_bits GREATER 28)
        find_program(ANNALS_SETARCH setarch REQUIRED)
        set(annals_sanitizer_launcher "${ANNALS_SETARCH};-R")
      endif()
    endif()
  else()
    set(annals_sanitizer_environment
        "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
        "LSAN_OPTIONS=print_suppressions=0:suppressions=${_suppressions}/lsan.supp"
        "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:suppressions=${_suppressions}/ubsan.supp")
  endif()
endif()

if(ANNALS_SANITIZE MATCHES "thread")
  add_library(annals_caf_edges OBJECT "${PROJECT_SOURCE_DIR}/tests/sanitizers/caf_edges.cpp")
  target_compile_features(annals_caf_edges PRIVATE cxx_std_20)
  target_link_libraries(annals_caf_edges PUBLIC CAF::core ${CMAKE_DL_LIBS})
endif()

# annals_sanitized_program(<target>): each program of this tree, so that ThreadSanitizer sees the
# order that libcaf keeps (tests/sanitizers/caf_edges.cpp).
function(annals_sanitized_program target)
  if(TARGET annals_caf_edges)
    target_link_libraries(${target} PRIVATE annals_caf_edges)
  endif()
endfunction()
