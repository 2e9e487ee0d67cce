#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Functions declared in the headers = cmake/seqnet.map = what the shared library exports; and the
# library is one that a host can take: its SONAME, its protections, its size.
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

# elf LIBRARY: what its headers say.
elf() {
    local dynamic segments needed system='libc|libm|libpthread|libdl|ld-linux[a-z0-9_-]*'
    dynamic=$(readelf -d "$1")
    segments=$(readelf -lW "$1")
    grep -qF "(SONAME)             Library soname: [libseqnet.so.$major]" <<<"$dynamic" ||
        fault "$1:1" "SONAME is not libseqnet.so.$major"
    ! grep -q TEXTREL <<<"$dynamic" || fault "$1:1" "relocations in the program text"
    grep -qE '^ *GNU_STACK .* RW ' <<<"$segments" || fault "$1:1" "an executable stack"
    grep -qE '^ *GNU_RELRO' <<<"$segments" || fault "$1:1" "no read-only relocations"
    ! grep -qE '^ *LOAD .* RWE ' <<<"$segments" || fault "$1:1" "memory to write and to run"
    needed=$(sed -nE 's/.*\(NEEDED\).*\[(.*)\.so.*/\1/p' <<<"$dynamic" |
        grep -vxE "$system|libopenblas|libblas|libjansson|libutf8proc" | tr '\n' ' ' || true)
    [ -z "$needed" ] || fault "$1:1" "needs a library more: $needed"
    strip -o "$scratch/stripped" "$1"
    [ "$(wc -c <"$scratch/stripped")" -lt 1000000 ] || fault "$1:1" "is 1 MB or more when stripped"
}

major=$(sed -n 's/^#define SEQNET_VERSION_MAJOR //p' include/seqnet/version.h)
grep -q "^SEQNET_$major {" $map || fault "$map:1" "its version is not SEQNET_$major"
[ $# -eq 0 ] || elf "$1"
sed -n '/^global:/,/^local:/{//!p}' $map | sort -c 2>/dev/null ||
    fault "$map:1" "names are not sorted"
finish
