#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every member of a public struct and every public constant has its line in tests/abi/layout.def;
# that the lines are true, the compiler says (tests/abi/layout.c).
# Usage: layout.sh           compare
#        layout.sh --update  append the lines that are missing; no line is changed
. "$(dirname "$0")/common.sh"

table=tests/abi/layout.def
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
header='#include <seqnet/seqnet.h>'

# Lines `SIZE(struct` and `MEMBER(struct, member`. Preprocessed, a member ends at a semicolon; its
# name is the last one before an array's bounds, or of a function pointer the one after the star.
members() {
    gcc -E -P -Iinclude - <<<"$header" | tr -s '\n\t ' ' ' | sed 's/[;{]/&\n/g' |
        awk '/typedef struct seqnet_[a-z_]+ \{$/ { open = $(NF - 1); print "SIZE(" open; next }
            open && /^ ?\}/ { open = "" }
            open { sub(/ *(\[[^]]*\])?;$/, ""); if (/\(\*/) { sub(/.*\(\*/, ""); sub(/\).*/, "") }
                sub(/.*[ *]/, ""); print "MEMBER(" open ", " $0 }'
}

# Lines `CONSTANT(name`.
constants() {
    gcc -E -dM -Iinclude - <<<"$header" |
        sed -nE 's/^#define (SEQNET_[A-Z0-9_]+) -?[0-9]+$/CONSTANT(\1/p' | grep -v _VERSION
}

# Their values, as the compiler sees them.
measured() {
    {
        printf '%s\n#include <stdio.h>\nint main(void) {\n' "$header"
        sed -E 's/^SIZE\((.*)/printf("&, %zu)\\n", sizeof(\1));/
            s/^MEMBER\((.*)/printf("&, %zu)\\n", offsetof(\1));/
            s/^CONSTANT\((.*)/printf("&, %d)\\n", \1);/'
        printf 'return 0; }\n'
    } | gcc -Iinclude -x c - -o "$scratch/measure"
    "$scratch/measure"
}

{ members && constants; } | while read -r line; do
    grep -qF "$line," $table || printf '%s\n' "$line"
done >"$scratch/missing"
if [ "${1-}" = --update ]; then
    measured <"$scratch/missing" >>$table
    exit 0
fi
report < <(sed "s|.*|$table:1: has no line &, ..); ./run abi --update writes it|" "$scratch/missing")
finish
