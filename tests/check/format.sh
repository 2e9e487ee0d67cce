#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C and C++ files are as clang-format writes them, and no line, comments included, is longer than 100.
. "$(dirname "$0")/common.sh"

mapfile -t sources < <(files '*.c' '*.h' '*.cpp' '*.hpp')
report < <(clang-format --dry-run "${sources[@]}" 2>&1 |
    sed -nE 's/^([^ :]+:[0-9]+):[0-9]+: (warning|error): .*/\1: not as clang-format writes it/p' |
    sort -u)

# Bytes that continue a UTF-8 character do not count.
mapfile -t texts < <(files '*.c' '*.h' '*.cpp' '*.hpp' '*.def' '*.rs' 'run')
report < <(awk '{ line = $0; gsub(/[\200-\277]/, "", line) }
    length(line) > 100 { printf "%s:%d: %d columns, at most 100\n", FILENAME, FNR, length(line) }
    /[ \t]$/ { printf "%s:%d: space at the end of the line\n", FILENAME, FNR }' "${texts[@]}")
finish
