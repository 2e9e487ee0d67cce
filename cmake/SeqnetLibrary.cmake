# SPDX-License-Identifier: MIT
# The library is compiled once as objects; the shared library and the white-box test library link the same ones.
# A second build of the numeric folders, with real = double, serves the gradient tests only.

add_library(seqnet_objects OBJECT)
add_library(seqnet_double_objects OBJECT EXCLUDE_FROM_ALL)

# The objects that are compiled once per instruction set, to link beside the ones above.
add_library(seqnet_isa_float INTERFACE)
add_library(seqnet_isa_double INTERFACE)

# seqnet_sources(file...): sources of the current folder that are part of the library only.
function(seqnet_sources)
    foreach(file ${ARGN})
        target_sources(seqnet_objects PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    endforeach()
endfunction()

# seqnet_numeric_sources(file...): sources that are also compiled with real = double.
function(seqnet_numeric_sources)
    seqnet_sources(${ARGN})
    foreach(file ${ARGN})
        target_sources(seqnet_double_objects PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    endforeach()
endfunction()

# Flags of the files that hold inner loops. Contraction is off: where a fused multiply-add is wanted the source
# says so, so that the vectorised body and the scalar tail of a loop give the same bits.
set(SEQNET_KERNEL_FLAGS -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math)

# One line per instruction set: name, and the flags that name it.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set(SEQNET_ISAS baseline avx2 avx512)
    set(SEQNET_ISA_FLAGS_avx2 -mavx2 -mfma)
    set(SEQNET_ISA_FLAGS_avx512 -mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma -mprefer-vector-width=512)
else() # on 64-bit ARM the baseline is NEON
    set(SEQNET_ISAS baseline)
endif()

# seqnet_isa_objects(prefix sources...): the same sources once per instruction set and number type, added to the
# library and to its double build. In them SEQNET_ISA_NAME is the set's name; it ends every exported symbol.
function(seqnet_isa_objects prefix)
    foreach(isa ${SEQNET_ISAS})
        foreach(type float double)
            set(objects seqnet_${prefix}_${type}_${isa})
            add_library(${objects} OBJECT EXCLUDE_FROM_ALL ${ARGN})
            target_link_libraries(${objects} PRIVATE seqnet_internal)
            target_compile_options(${objects} PRIVATE
                ${SEQNET_KERNEL_FLAGS} ${SEQNET_ISA_FLAGS_${isa}})
            target_compile_definitions(${objects} PRIVATE SEQNET_ISA_NAME=${isa}
                $<$<STREQUAL:${type},double>:SEQNET_DOUBLE>)
        endforeach()
        target_link_libraries(seqnet_isa_float INTERFACE seqnet_${prefix}_float_${isa}
            $<TARGET_OBJECTS:seqnet_${prefix}_float_${isa}>)
        target_link_libraries(seqnet_isa_double INTERFACE seqnet_${prefix}_double_${isa}
            $<TARGET_OBJECTS:seqnet_${prefix}_double_${isa}>)
    endforeach()
endfunction()

# seqnet_public_headers(target): who links it finds the headers, here and where it is installed.
function(seqnet_public_headers target)
    target_include_directories(${target} INTERFACE
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

# seqnet_internal: include paths, definitions and libraries of the library's own sources.
add_library(seqnet_internal INTERFACE)
target_include_directories(seqnet_internal INTERFACE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
string(TOUPPER "${SEQNET_ISAS}" seqnet_isa_definitions)
list(TRANSFORM seqnet_isa_definitions PREPEND "SEQNET_HAVE_")
target_compile_definitions(seqnet_internal INTERFACE ${seqnet_isa_definitions})
target_compile_options(seqnet_internal INTERFACE -fPIC -fvisibility=hidden)
target_link_libraries(seqnet_internal INTERFACE seqnet_compile_options Threads::Threads)
