# SPDX-License-Identifier: MIT
# How tests are made. Thread counts and kernels of the BLAS library stay as the environment has them.

set(SEQNET_TEST_SECONDS 60)
if(SEQNET_SANITIZE OR CMAKE_CROSSCOMPILING)
    set(SEQNET_TEST_SECONDS 300)
endif()

# seqnet_add_ctest(name command...): a ctest with the project's time limit. Tests run side by side,
# so each gets one BLAS thread: more would spin against each other.
function(seqnet_add_ctest name)
    add_test(NAME ${name} COMMAND ${ARGN})
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${SEQNET_TEST_SECONDS} ENVIRONMENT OPENBLAS_NUM_THREADS=1)
endfunction()

# seqnet_test(name SOURCES file... [DOUBLE]): one CMocka program, run by ctest under `name`.
# It sees the public headers, src/ and tests/, and links every internal function of the library;
# with DOUBLE that of the build whose `real` is double. Its target is test_<name>.
function(seqnet_test name)
    cmake_parse_arguments(TEST "DOUBLE" "" "SOURCES" ${ARGN})
    if(NOT TEST_SOURCES OR TEST_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "seqnet_test(${name} SOURCES file... [DOUBLE])")
    endif()
    set(suffix $<$<BOOL:${TEST_DOUBLE}>:_double>)
    add_executable(test_${name} ${TEST_SOURCES})
    target_link_libraries(test_${name} PRIVATE seqnet_test_support${suffix})
    seqnet_add_ctest(${name} test_${name})
endfunction()

# seqnet_test_under(suffix variable=value names...): run tests once more in another environment, as
# <name>_<suffix>.
function(seqnet_test_under suffix variable)
    foreach(name ${ARGN})
        seqnet_add_ctest(${name}_${suffix} test_${name})
        set_property(TEST ${name}_${suffix} APPEND PROPERTY ENVIRONMENT ${variable})
    endforeach()
endfunction()
