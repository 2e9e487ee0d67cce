#!/bin/sh
# SPDX-License-Identifier: MIT
# Put one bug at a time into the library and demand that the tests notice.
#
#   run.sh SETTINGS           run every mutation of the table, two at a time
#   run.sh SETTINGS NUMBER    run one; 0: none, which the tests must pass
#
# SETTINGS is a shell file that the build writes: where sources are, and how to compile and link.
set -u
. "$1"
# CMocka stops at the first failure, by abort.
export SEQNET_ISA=baseline OPENBLAS_NUM_THREADS=1 CMOCKA_TEST_ABORT=1
ulimit -c 0

# Field "file", "from" or "to" of record $2.
field() {
    awk -v wanted="$2" -v field="$1" '
        /^#/ || /^$/ { next }
        /^src\// { count++; if (count == wanted && field == "file") print; next }
        count != wanted { next }
        /^- / && field == "from" { print substr($0, 3) }
        /^\+ / && field == "to" { print substr($0, 3) }' "$TABLE"
}

# Copy a source with its one line that contains $FROM changed; fail unless there is exactly one.
mutate() {
    FROM=$2 TO=$3 awk '
        BEGIN { from = ENVIRON["FROM"]; to = ENVIRON["TO"] }
        {
            at = index($0, from)
            if (at) {
                found++
                $0 = substr($0, 1, at - 1) to substr($0, at + length(from))
            }
            print
        }
        END { exit found != 1 }' "$1"
}

# Compile a source and link it in front of the archive of all others.
build() {
    $COMPILE -w -o "$1.o" -c "$1.c" && $LINK -o "$1" "$1.o" $TEST_GRADIENTS $REST &&
        $LINK -o "$1.parity" "$1.o" $TEST_PARITY $REST
}

# 0: both tests pass
run_tests() {
    timeout 50 "$1" >"$1.log" 2>&1 && timeout 50 "$1.parity" >>"$1.log" 2>&1
}

run_one() {
    work=$WORK/mutation_$1
    mkdir -p "$WORK"
    rm -f "$work" "$work".*
    if [ "$1" -eq 0 ]; then
        cp "$SOURCES/src/cells/lstm.c" "$work.c"
        build "$work" && run_tests "$work" && return 0
        echo "the tests fail without a mutation:" && cat "$work.log"
        return 1
    fi
    file=$(field file "$1") from=$(field from "$1") to=$(field to "$1")
    if ! mutate "$SOURCES/$file" "$from" "$to" >"$work.c"; then
        echo "$1: not exactly once in $file: $from"
        return 1
    fi
    build "$work" || { echo "$1: does not build: $to" && return 1; }
    if run_tests "$work"; then
        echo "$1: SURVIVED in $file: $to"
        return 1
    fi
}

if [ $# -eq 2 ]; then
    run_one "$2"
    exit
fi
count=$(grep -c '^src/' "$TABLE")
seq 0 "$count" | xargs -n 1 -P 2 "$0" "$1" || exit 1
echo "$count mutations, all noticed"
