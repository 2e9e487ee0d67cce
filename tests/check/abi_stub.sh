#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Compile the public headers, and nothing else, to a library that abidw and abidiff can read: every
# function they declare, with an empty body. Its symbols, types and SONAME are the real library's
# (tests/check/symbols.sh compares them), its debug information names no private type.
# Usage: abi_stub.sh LIBRARY, in the project's root.
set -euo pipefail
export LC_ALL=C
library=$1
major=$(sed -n 's/^#define SEQNET_VERSION_MAJOR //p' include/seqnet/version.h)

# Preprocessed, a declaration begins with the attribute and ends at the first semicolon.
{
    echo '#include <seqnet/seqnet.h>'
    echo '#include <seqnet/seqnet.h>' | gcc -E -P -Iinclude - | tr '\n' ' ' | tr ';' '\n' |
        sed -n 's/^ *__attribute__((visibility("default"))) //p' |
        sed -e 's/^void [a-z].*/& { }/; t' -e 's/.*/& { return 0; }/'
} | gcc -std=c11 -g -O0 -fPIC -shared -nostdlib -Iinclude -fdebug-prefix-map="$PWD"=. \
    -Wl,--version-script=cmake/seqnet.map -Wl,-soname,"libseqnet.so.$major" \
    -x c - -o "$library"
