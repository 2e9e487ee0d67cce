#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The Rust bindings are as cargo fmt writes them, and clippy has nothing to say; each if it is there.
# Usage: rust.sh [libseqnet.so]; clippy needs the library.
. "$(dirname "$0")/common.sh"

crates=bindings/rust
if cargo fmt --version >/dev/null 2>&1; then
    report < <(cargo fmt --manifest-path $crates/Cargo.toml --all -- --check -l |
        sed "s|^$PWD/||; s|\$|:1: not as cargo fmt writes it|")
fi

if [ $# -gt 0 ] && cargo clippy --version >/dev/null 2>&1; then
    library=$(cd "$(dirname "$1")" && pwd)
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    SEQNET_LIB_DIR=$library CARGO_TARGET_DIR=build/check-rust cargo clippy --offline --locked \
        --manifest-path $crates/Cargo.toml --all-targets --message-format short -- -D warnings \
        >"$log" 2>&1 || {
        report < <(sed -nE "s|^([^ :]+:[0-9]+):[0-9]+: |$crates/\1: |p" "$log")
        fault "$crates/Cargo.toml:1" "cargo clippy fails: $(tail -n 1 "$log")"
    }
fi
finish
