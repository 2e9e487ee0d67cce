# SPDX-License-Identifier: MIT
# Cross-build for 64-bit ARM with gcc; tests run under qemu-user. The libraries come from a tree in
# SEQNET_SYSROOT that tests/neon/sysroot.sh makes. `./run neon` does all of it.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SEQNET_SYSROOT)

set(CMAKE_SYSROOT ${SEQNET_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64;-L;${SEQNET_SYSROOT})

set(seqnet_libraries ${SEQNET_SYSROOT}/usr/lib/aarch64-linux-gnu)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${SEQNET_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${seqnet_libraries}/pkgconfig:${SEQNET_SYSROOT}/usr/share/pkgconfig)
