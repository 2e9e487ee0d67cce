#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Functions declared in the headers = cmake/seqnet.map = what the shared library exports.
# Usage: symbols.sh [libseqnet.so]; without a library the headers and the map are compared.
. "$(dirname "$0")/common.sh"

map=cmake/seqnet.map
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Lines `name file:line`, sorted by name.
awk '/^SEQNET_API/ { declaration = ""; open = FNR }
    open { declaration = declaration " " $0 }
    open && /\(/ { sub(/\(.*/, "", declaration); n = split(declaration, words, /[ *]+/)
        print words[n], FILENAME ":" open; open = 0 }' include/seqnet/*.h |
    sort >"$scratch/headers"
awk '/^local:/ { inside = 0 }
    inside { gsub(/[ \t;]/, ""); print $0, FILENAME ":" FNR }
    /^global:/ { inside = 1 }' $map | sort >"$scratch/map"

# missing A B TEXT: names in A that B does not have.
missing() {
    report < <(join -v 1 "$scratch/$1" "$scratch/$2" |
        awk -v text="$3" '{ print $2 ": " $1 " " text }')
}

missing headers map "is not in $map"
missing map headers "is declared in no public header"
if [ $# -gt 0 ]; then
    nm -D --defined-only "$1" | awk -v file="$1" '$2 != "A" { sub(/@.*/, "", $3)
        print $3, file ":1" }' | sort >"$scratch/library"
    missing map library "is not exported by $1"
    missing library map "is exported and not in $map"
fi
sed -n '/^global:/,/^local:/{//!p}' $map | sort -c 2>/dev/null ||
    fault "$map:1" "names are not sorted"
finish
