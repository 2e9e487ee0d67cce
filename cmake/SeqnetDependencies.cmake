# SPDX-License-Identifier: MIT
# What the library links. The names begin with SEQNET_ because they end up in the cache of a project that has this
# one as a part; the targets are global because such a project links them through the static library.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

pkg_check_modules(SEQNET_OPENBLAS REQUIRED IMPORTED_TARGET GLOBAL openblas)
pkg_check_modules(SEQNET_JANSSON REQUIRED IMPORTED_TARGET GLOBAL jansson>=2.11)
pkg_check_modules(SEQNET_UTF8PROC REQUIRED IMPORTED_TARGET GLOBAL libutf8proc)
pkg_check_modules(SEQNET_XXHASH REQUIRED IMPORTED_TARGET GLOBAL libxxhash>=0.8)
if(SEQNET_BUILD_TESTS)
    pkg_check_modules(SEQNET_CMOCKA REQUIRED IMPORTED_TARGET cmocka)
endif()
