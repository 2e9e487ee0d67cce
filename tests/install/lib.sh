# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by every test here. ctest sets: CMAKE, CC, SOURCE the project's sources, PREFIX what was
# installed and then moved. A test runs in a directory of its own; exit status 77 skips it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

library_directory=$(dirname "$(find "$PREFIX" -name libseqnet.so)")
consumer=$SOURCE/tests/install/consumer.c
PKG_CONFIG_PATH=$library_directory/pkgconfig
export PKG_CONFIG_PATH

fail() {
    echo "$*" >&2
    exit 1
}

# needs PROGRAM: skip the test without it.
needs() {
    command -v "$1" >/dev/null || { echo "no $1"; exit 77; }
}

# quietly COMMAND...: show its output only if it fails.
quietly() {
    "$@" >log 2>&1 || { cat log; fail "failed: $*"; }
}

# right COMMAND...: the consumer, run with the installed library, finds all numbers right.
right() {
    LD_LIBRARY_PATH=$library_directory "$@" >out || { cat out; fail "failed: $*"; }
    grep -q ': right$' out || { cat out; fail "not right: $*"; }
}

# needed PROGRAM: the shared libraries it names.
needed() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

# refuses COMMAND...: it fails.
refuses() {
    if "$@" >log 2>&1; then
        cat log
        fail "succeeded: $*"
    fi
}
