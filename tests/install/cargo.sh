# SPDX-License-Identifier: MIT
# A Rust program that finds the library through pkg-config and needs no crates.
. "$(dirname "$0")/lib.sh"
needs cargo
needs pkg-config
cp -R "$SOURCE/tests/install/cargo" crate
cd crate || exit
quietly cargo build --offline
right target/debug/consumer
