#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The ABI is that of abi/libseqnet.abi, or grew (docs/abi.md): new functions, and new members at the
# end of structs that begin with struct_size. Anything else needs a new SONAME.
# Usage: abi.sh [libseqnet.so]    compare the headers, and the symbols of a library
#        abi.sh --update          write abi/libseqnet.abi anew, add to tests/abi/layout.def
. "$(dirname "$0")/common.sh"

baseline=abi/libseqnet.abi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
stub=$scratch/libseqnet.so

# What depends on the machine or the place is left out, and names of parameters are no ABI.
describe() {
    abidw --no-architecture --no-comp-dir-path --no-corpus-path --no-elf-needed --no-show-locs \
        --no-parameter-names --type-id-style hash --out-file "$1" "$stub"
}

soname() {
    sed -n "s/^<abi-corpus.* soname='\([^']*\)'.*/\1/p" "$1"
}

# compare LIBRARY: the report, in which each change stands once, at the type that changed.
compare() {
    local status=0
    abidiff --no-architecture --no-added-syms --leaf-changes-only --no-show-locs \
        "$baseline" "$1" >"$scratch/report" 2>&1 || status=$?
    # 1: abidiff failed; 4: it found changes; 8: symbols are gone.
    [ $((status & ~12)) -eq 0 ] || fault "$baseline:1" "abidiff failed with status $status"
    awk -f tests/check/abi_growth.awk "$scratch/report"
}

tests/check/abi_stub.sh "$stub"
describe "$scratch/now.abi"
if [ "${1-}" = --update ]; then
    cp "$scratch/now.abi" $baseline
    exec tests/check/layout.sh --update
fi

[ -n "$(soname $baseline)" ] || fault "$baseline:1" "is not what abidw writes"
if [ $faults -eq 0 ] && [ "$(soname $baseline)" != "$(soname "$scratch/now.abi")" ]; then
    echo "$(soname "$scratch/now.abi") is a new SONAME: the ABI is not compared with that of" \
        "$(soname $baseline). ./run abi --update makes its baseline."
    exit 0
fi
for library in "$stub" "$@"; do
    changes=$(compare "$library")
    [ -z "$changes" ] || {
        printf '%s\n' "$changes"
        fault "$baseline:1" "this breaks programs: undo it, or begin a new SONAME (docs/abi.md)"
    }
done
tests/check/layout.sh || faults=1
finish
