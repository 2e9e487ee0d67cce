# SPDX-License-Identifier: MIT
# What is installed, in three components: runtime (the shared library), development (headers, static library, how
# pkg-config and find_package(seqnet) find them) and tool (the program). All of it may be moved: nothing names the
# prefix.
include(CMakePackageConfigHelpers)

set(seqnet_package ${CMAKE_INSTALL_LIBDIR}/cmake/seqnet)
function(seqnet_install_targets name target)
    install(TARGETS ${target} EXPORT seqnet-${name}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
    install(EXPORT seqnet-${name} NAMESPACE seqnet:: FILE seqnet-${name}-targets.cmake
        DESTINATION ${seqnet_package} COMPONENT development)
endfunction()

seqnet_install_targets(shared seqnet)
if(SEQNET_BUILD_STATIC)
    seqnet_install_targets(static seqnet_static)
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/seqnet-config.cmake.in
    ${PROJECT_BINARY_DIR}/seqnet-config.cmake INSTALL_DESTINATION ${seqnet_package}
    NO_SET_AND_CHECK_MACRO PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/seqnet-config-version.cmake
    COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/seqnet-config.cmake ${PROJECT_BINARY_DIR}/seqnet-config-version.cmake
    DESTINATION ${seqnet_package} COMPONENT development)

# OpenBLAS is named by its library, not by its openblas.pc: that one's static part asks for the Fortran run-time
# library, which nothing here calls and which Debian's package of OpenBLAS does not bring.
include(CheckLibraryExists)
check_library_exists(openblas cblas_sgemm "" SEQNET_OPENBLAS_BY_NAME)
if(SEQNET_OPENBLAS_BY_NAME)
    set(seqnet_openblas -lopenblas)
else()
    list(JOIN SEQNET_OPENBLAS_LDFLAGS " " seqnet_openblas)
endif()

set(seqnet_pkgconfig ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH seqnet_prefix ${seqnet_pkgconfig} ${CMAKE_INSTALL_PREFIX})
file(RELATIVE_PATH seqnet_libdir ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
file(RELATIVE_PATH seqnet_includedir ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/seqnet.pc.in ${PROJECT_BINARY_DIR}/seqnet.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/seqnet.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/seqnet
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
if(SEQNET_DEBIAN)
    include(SeqnetDebian)
endif()

# seqnet_install_pages(section component file...): man pages, for Debian compressed.
function(seqnet_install_pages section component)
    foreach(file ${ARGN})
        get_filename_component(page ${file} ABSOLUTE)
        if(SEQNET_DEBIAN)
            get_filename_component(name ${file} NAME)
            seqnet_compress(${PROJECT_BINARY_DIR}/${name}.gz ${page})
            set(page ${PROJECT_BINARY_DIR}/${name}.gz)
        endif()
        install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT ${component})
    endforeach()
endfunction()
seqnet_install_pages(3 development ${PROJECT_SOURCE_DIR}/docs/seqnet.3)
