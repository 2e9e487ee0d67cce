# SPDX-License-Identifier: MIT
# What can be built. As a part of another project only the library is, and nothing is installed.
option(SEQNET_BUILD_STATIC "libseqnet.a beside the shared library" ON)
option(SEQNET_BUILD_TOOLS "the seqnet command line program" ${PROJECT_IS_TOP_LEVEL})
option(SEQNET_BUILD_TESTS "the tests (need cmocka)" ${PROJECT_IS_TOP_LEVEL})
option(SEQNET_BUILD_BENCH "the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(SEQNET_BUILD_EXAMPLES "the example programs" ${PROJECT_IS_TOP_LEVEL})
option(SEQNET_INSTALL "rules for cmake --install" ${PROJECT_IS_TOP_LEVEL})
option(SEQNET_DEBIAN "lay out what is installed as Debian packages want it" OFF)
option(SEQNET_WARNINGS_AS_ERRORS "stop at the first compiler warning" OFF)
set(SEQNET_SANITIZE "" CACHE STRING "sanitizers to build with, such as address,undefined")

if(PROJECT_IS_TOP_LEVEL)
    if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
        set(CMAKE_BUILD_TYPE Release CACHE STRING "build type" FORCE)
    endif()
    set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()
