#!/bin/sh
# SPDX-License-Identifier: MIT
# Install, move, and build the quick start against the result: by pkg-config and by find_package.
# Usage: install.sh CMAKE SOURCE BUILD CC
set -eu
cmake=$1 source=$2 build=$3 cc=$4
command -v pkg-config >/dev/null || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$cmake" --install "$build" --prefix "$work/first" >/dev/null
mv first moved
library=$(dirname "$(find moved -name libseqnet.so)")

# The program finds its library without help.
moved/bin/seqnet --version | grep -q '^seqnet '

PKG_CONFIG_PATH=$work/$library/pkgconfig
export PKG_CONFIG_PATH
# shellcheck disable=SC2046
"$cc" "$source/examples/quickstart.c" $(pkg-config --cflags --libs seqnet) -o by_pkg_config
LD_LIBRARY_PATH=$library ./by_pkg_config | grep -q '^Row, row'

mkdir stranger
cat >stranger/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.21)
project(stranger C)
find_package(seqnet $(pkg-config --modversion seqnet) REQUIRED)
add_executable(stranger $source/examples/quickstart.c)
target_link_libraries(stranger PRIVATE seqnet::seqnet)
END
"$cmake" -S stranger -B stranger/build -DCMAKE_C_COMPILER="$cc" \
    -Dseqnet_DIR="$work/$library/cmake/seqnet" >log 2>&1 || { cat log; exit 1; }
"$cmake" --build stranger/build >log 2>&1 || { cat log; exit 1; }
stranger/build/stranger | grep -q '^Row, row'
