# Installs the build into a prefix of its own, then configures, builds and runs the consumer
# against it. Run with cmake -P; the variables come from tests/CMakeLists.txt.

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    list(JOIN ARGV " " line)
    message(FATAL_ERROR "failed (${code}): ${line}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
set(prefix "${WORK_DIR}/prefix")

run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}")

# Nothing but headers in the include tree, and nothing in the package that points into the build.
file(GLOB_RECURSE strangers LIST_DIRECTORIES false "${prefix}/include/*")
list(FILTER strangers EXCLUDE REGEX "\\.hpp$")
if(strangers)
  message(FATAL_ERROR "installed among the headers: ${strangers}")
endif()
file(GLOB_RECURSE package_files "${prefix}/lib*/cmake/annals/*.cmake")
foreach(package_file IN LISTS package_files)
  file(READ "${package_file}" text)
  string(FIND "${text}" "${BUILD_DIR}/" place)
  if(NOT place EQUAL -1)
    message(FATAL_ERROR "${package_file} names the build folder")
  endif()
endforeach()

# Elsewhere than where it was installed: a package must be relocatable.
file(RENAME "${prefix}" "${WORK_DIR}/moved")
run("${CMAKE_COMMAND}" -S "${CONSUMER_DIR}" -B "${WORK_DIR}/build" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${WORK_DIR}/moved" "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${CXX_LAUNCHER}" "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}"
    "-DEXPECT_SQLITE=${WITH_SQLITE}" "-DEXPECT_POSTGRES=${WITH_POSTGRES}")
run("${CMAKE_COMMAND}" --build "${WORK_DIR}/build")
run("${WORK_DIR}/build/messages_only")
run("${WORK_DIR}/build/testing")
run("${WORK_DIR}/build/testing_node")
run("${WORK_DIR}/build/own_store")
run("${WORK_DIR}/build/consumer")
