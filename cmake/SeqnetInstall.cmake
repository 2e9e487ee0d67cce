# SPDX-License-Identifier: MIT
# What is installed: the library, its headers, and how pkg-config and find_package(seqnet) find them. All of it may
# be moved: nothing names the prefix.
include(CMakePackageConfigHelpers)

install(TARGETS seqnet EXPORT seqnet LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/seqnet DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# A shared library hides what it is made of, so its targets file is all that a package needs.
set(seqnet_package ${CMAKE_INSTALL_LIBDIR}/cmake/seqnet)
install(EXPORT seqnet NAMESPACE seqnet:: FILE seqnet-config.cmake DESTINATION ${seqnet_package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/seqnet-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/seqnet-config-version.cmake DESTINATION ${seqnet_package})

file(RELATIVE_PATH seqnet_up ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(${CMAKE_CURRENT_LIST_DIR}/seqnet.pc.in ${PROJECT_BINARY_DIR}/seqnet.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/seqnet.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
