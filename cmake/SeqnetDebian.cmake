# SPDX-License-Identifier: MIT
# Three Debian packages of the three components, as lintian wants them: libseqnet0 (the shared library), libseqnet-dev
# and seqnet (the program). `./run package` configures, builds and looks through them. Equal sources give equal bytes
# where SOURCE_DATE_EPOCH is set.
set(revision 1)
set(version ${PROJECT_VERSION}-${revision})
set(runtime libseqnet${PROJECT_VERSION_MAJOR})
set(maintainer "The libseqnet developers <libseqnet@example.org>")

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL runtime development tool)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SOURCE libseqnet)
set(CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_DEBIAN_PACKAGE_RELEASE ${revision})
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${maintainer})
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

# Shared libraries are asked for by what the files link; the program's own is named below.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOL_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/src)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
file(WRITE ${PROJECT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/debian/triggers)
set(CPACK_POST_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/SeqnetDebianScripts.cmake)

# seqnet_compress(out file): gzip as the policy wants it, without time and name.
function(seqnet_compress out file)
    execute_process(COMMAND gzip -9 -n -c ${file} OUTPUT_FILE ${out} COMMAND_ERROR_IS_FATAL ANY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endfunction()

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(papers ${PROJECT_BINARY_DIR}/debian)
file(WRITE ${papers}/changelog "libseqnet (${version}) unstable; urgency=medium

  * New version; changelog.gz says what is new.

 -- ${maintainer}  ${date}
")
seqnet_compress(${papers}/changelog.Debian.gz ${papers}/changelog)
seqnet_compress(${papers}/changelog.gz ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
file(READ ${PROJECT_SOURCE_DIR}/LICENSE license)
string(REGEX MATCH "Copyright [^\n]*" holder ${license})
string(REGEX REPLACE "^MIT License\n\nCopyright [^\n]*\n\n" "" license ${license})
string(REGEX REPLACE "\n\n" "\n.\n" license ${license})
string(REGEX REPLACE "\n([^\n])" "\n \\1" license "\n${license}")
string(REPLACE "Copyright (c) " "" holder ${holder})
file(WRITE ${papers}/copyright "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: libseqnet

Files: *
Copyright: ${holder}
License: Expat

License: Expat${license}")

# seqnet_package(component name section text): one package and its papers.
function(seqnet_package component name section text)
    string(TOUPPER ${component} COMPONENT)
    set(CPACK_DEBIAN_${COMPONENT}_PACKAGE_NAME ${name} PARENT_SCOPE)
    set(CPACK_DEBIAN_${COMPONENT}_PACKAGE_SECTION ${section} PARENT_SCOPE)
    set(CPACK_DEBIAN_${COMPONENT}_DESCRIPTION ${text} PARENT_SCOPE)
    set(CPACK_DEBIAN_${COMPONENT}_PACKAGE_DEPENDS ${ARGN} PARENT_SCOPE)
    install(FILES ${papers}/changelog.Debian.gz ${papers}/changelog.gz ${papers}/copyright
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name} COMPONENT ${component})
    # The packages are the project's own: no request of Debian's bug tracker asked for them.
    file(WRITE ${papers}/lintian/${name} "${name}: initial-upload-closes-no-bugs *\n")
    install(FILES ${papers}/lintian/${name}
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides COMPONENT ${component})
endfunction()

set(what "libseqnet runs and trains models of Embedding, RNN, LSTM, GRU and Linear
layers on CPUs, with the shapes, names and numbers of PyTorch, and gives
the same bits in windows, streams, batches and threads.")
seqnet_package(runtime ${runtime} libs "recurrent sequence models on CPUs, shared library
${what}")
set(private "libopenblas-dev, libjansson-dev, libutf8proc-dev")
seqnet_package(development libseqnet-dev libdevel "recurrent sequence models on CPUs, development files
${what}
.
This package has the headers, the static library, and the files of
pkg-config and CMake." "${runtime} (= ${version}), ${private}")
seqnet_package(tool seqnet science "train and run recurrent sequence models
The program seqnet trains language models, classifiers, taggers and
forecasts on text and tables, and writes, scores and converts models.
.
${what}" "${runtime} (= ${version})")
include(CPack)
