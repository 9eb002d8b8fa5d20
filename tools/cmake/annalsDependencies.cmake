# What the project builds on. A missing one is named together with the Debian package that has it.

# annals_require(<package> <debian packages> [find_package arguments...])
# A macro, since find_package sets variables and finds targets for its caller.
macro(annals_require package debian)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    string(JOIN " " _annals_request ${package} ${ARGN})
    message(FATAL_ERROR "annals needs ${_annals_request}, which was not found. "
                        "On Debian 12: apt-get install ${debian}")
  endif()
endmacro()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
annals_require(Boost "libboost1.81-dev libboost-json1.81-dev" 1.81 COMPONENTS json)
find_package(CAF 0.17.6...<0.18 REQUIRED COMPONENTS core io openssl) # says itself what to install
annals_require(OpenSSL libssl-dev)
annals_require(CLI11 libcli11-dev)
annals_require(spdlog libspdlog-dev)

find_package(SQLite3 QUIET)
set(ANNALS_WITH_SQLITE ${SQLite3_FOUND})
if(NOT ANNALS_WITH_SQLITE)
  message(STATUS "annals: SQLite was not found, its store is left out of the build "
                 "(on Debian 12: apt-get install libsqlite3-dev)")
endif()

find_package(PostgreSQL QUIET)
set(ANNALS_WITH_POSTGRES ${PostgreSQL_FOUND})
if(NOT ANNALS_WITH_POSTGRES)
  message(STATUS "annals: libpq was not found, the PostgreSQL store is left out of the build "
                 "(on Debian 12: apt-get install libpq-dev)")
endif()

if(ANNALS_BUILD_EXAMPLES)
  annals_require(Sodium libsodium-dev)
  annals_require(ZLIB zlib1g-dev)
endif()
if(ANNALS_BUILD_TESTS)
  annals_require(Catch2 catch2 2)
else()
  find_package(Catch2 2 QUIET)
endif()
if(NOT Catch2_FOUND)
  message(STATUS "annals: Catch2 2 was not found, annals::store_conformance is left out of the build "
                 "(on Debian 12: apt-get install catch2)")
endif()
