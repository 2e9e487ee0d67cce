#!/bin/sh
# SPDX-License-Identifier: MIT
# Both crates' tests, and the examples, offline; the build script by SEQNET_LIB_DIR and pkg-config.
# Usage: rust.sh CRATES LIBRARY-FOLDER TARGET-FOLDER CC
set -eu
crates=$1 library=$2 target=$3 cc=$4
command -v cargo >/dev/null || exit 77
cd "$crates"

SEQNET_LIB_DIR=$library LD_LIBRARY_PATH=$library CARGO_TARGET_DIR=$target CC=$cc
export SEQNET_LIB_DIR LD_LIBRARY_PATH CARGO_TARGET_DIR CC
cargo test --offline --locked --quiet
cargo run --offline --locked --quiet --example train | grep '^This is the '
cargo run --offline --locked --quiet --example stream | grep '^100 of 100 '

# refused TEXT: the build script stops, and says this.
refused() {
    if log=$(cargo build --offline --locked --quiet -p seqnet-sys 2>&1); then
        echo "rust.sh: built without: $1"
        exit 1
    fi
    echo "$log" | grep -F "$1" >/dev/null || { echo "$log"; exit 1; }
}

SEQNET_LIB_DIR=$target/nothing
refused 'no libseqnet in SEQNET_LIB_DIR'
unset SEQNET_LIB_DIR
PKG_CONFIG=nothing-of-this-name
export PKG_CONFIG
refused 'cannot run nothing-of-this-name'
unset PKG_CONFIG
command -v pkg-config >/dev/null || exit 0

# describe VERSION: what pkg-config is to know; gives its folder.
describe() {
    mkdir -p "$target/pkgconfig-$1"
    printf 'Name: seqnet\nDescription: test\nVersion: %s\nLibs: -L%s -lseqnet\n' \
        "$1" "$library" >"$target/pkgconfig-$1/seqnet.pc"
    echo "$target/pkgconfig-$1"
}

PKG_CONFIG_LIBDIR=$(describe 0.0.9)
export PKG_CONFIG_LIBDIR
refused 'does not know seqnet >= '
PKG_CONFIG_LIBDIR=$(describe "$(sed -n 's/^version = "\(.*\)"/\1/p' seqnet-sys/Cargo.toml)")
cargo test --offline --locked --quiet -p seqnet-sys --test defaults
