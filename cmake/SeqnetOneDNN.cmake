# SPDX-License-Identifier: MIT
# SEQNET_HAVE_ONEDNN: there are a C++ compiler and oneDNN with headers, of version 2; version 3 makes primitives in
# another way.
set(SEQNET_HAVE_ONEDNN FALSE)
find_path(SEQNET_ONEDNN_INCLUDE dnnl.hpp)
find_library(SEQNET_ONEDNN_LIBRARY dnnl)
include(CheckLanguage)
check_language(CXX)
if(SEQNET_ONEDNN_INCLUDE AND SEQNET_ONEDNN_LIBRARY AND CMAKE_CXX_COMPILER)
    file(STRINGS ${SEQNET_ONEDNN_INCLUDE}/oneapi/dnnl/dnnl_version.h seqnet_onednn REGEX "DNNL_VERSION_MAJOR +2$")
    if(seqnet_onednn)
        enable_language(CXX)
        set(SEQNET_HAVE_ONEDNN TRUE)
    else()
        message(STATUS "oneDNN is not version 2; going on without")
    endif()
endif()

# seqnet_onednn_program(name source libraries...): a program that runs oneDNN.
function(seqnet_onednn_program name source)
    add_executable(${name} ${source})
    target_compile_features(${name} PRIVATE cxx_std_11)
    target_compile_options(${name} PRIVATE -Wall -Wextra)
    target_include_directories(${name} SYSTEM PRIVATE ${SEQNET_ONEDNN_INCLUDE})
    target_link_libraries(${name} PRIVATE ${ARGN} ${SEQNET_ONEDNN_LIBRARY})
endfunction()
