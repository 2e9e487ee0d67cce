# SPDX-License-Identifier: MIT
# seqnet_compile_options: how every C file of the project is compiled (linked privately, never exported).
add_library(seqnet_compile_options INTERFACE)
target_compile_features(seqnet_compile_options INTERFACE c_std_11)
if(NOT PROJECT_IS_TOP_LEVEL)
    # Which warnings another project asks for, and what it does about them, is about its own sources.
    target_compile_options(seqnet_compile_options INTERFACE -w)
endif()
target_compile_options(seqnet_compile_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
    $<$<BOOL:${SEQNET_WARNINGS_AS_ERRORS}>:-Werror>)
target_compile_definitions(seqnet_compile_options INTERFACE _POSIX_C_SOURCE=200809L)

if(SEQNET_SANITIZE)
    target_compile_options(seqnet_compile_options INTERFACE
        -fsanitize=${SEQNET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(seqnet_compile_options INTERFACE -fsanitize=${SEQNET_SANITIZE})
endif()

# Flags of the user or of a project around this one come first; these take two of them back. Results are the same
# bits only where the compiler keeps to the order of operations, the static library is joined from real objects, and
# a library linked with fast-math changes the arithmetic of every program that loads it.
add_compile_options(-fno-fast-math -fno-lto)
add_link_options(-fno-fast-math -fno-lto)
