# SPDX-License-Identifier: MIT
# libseqnet.a holds one object: all objects joined, with the names that the shared library hides made local. So a
# program may have an error_set or a json_parse of its own.
if(NOT CMAKE_OBJCOPY)
    message(FATAL_ERROR "libseqnet.a needs objcopy; SEQNET_BUILD_STATIC=OFF goes without")
endif()

set(parts seqnet_objects)
foreach(isa ${SEQNET_ISAS})
    list(APPEND parts seqnet_cells_float_${isa} seqnet_kernels_float_${isa})
endforeach()
set(objects ${parts})
list(TRANSFORM objects REPLACE ".+" "$<TARGET_OBJECTS:\\0>")
add_custom_command(OUTPUT seqnet.o
    COMMAND ${CMAKE_LINKER} -r -o seqnet-joined.o ${objects}
    COMMAND ${CMAKE_OBJCOPY} --localize-hidden --remove-section=.comment seqnet-joined.o seqnet.o
    COMMAND ${CMAKE_COMMAND} -E rm seqnet-joined.o
    DEPENDS ${objects} COMMAND_EXPAND_LISTS VERBATIM)

add_library(seqnet_static STATIC ${CMAKE_CURRENT_BINARY_DIR}/seqnet.o)
add_dependencies(seqnet_static ${parts}) # for make, which knows objects of other folders by target only
set_target_properties(seqnet_static PROPERTIES OUTPUT_NAME seqnet LINKER_LANGUAGE C)
target_link_libraries(seqnet_static INTERFACE
    PkgConfig::SEQNET_OPENBLAS PkgConfig::SEQNET_JANSSON PkgConfig::SEQNET_UTF8PROC -pthread m)
seqnet_public_headers(seqnet_static)
add_library(seqnet::seqnet_static ALIAS seqnet_static)
