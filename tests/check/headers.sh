#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every public header compiles alone, in C and C++, and every internal one alone in C11. C++ headers
# do so from C++17 on, with exceptions and without. Usage: headers.sh [FILE...]; all without files.
. "$(dirname "$0")/common.sh"

warnings=(-Wall -Wextra -Wpedantic -Werror -Wconversion -Wshadow -fsyntax-only)

# compiles COMPILER LANGUAGE STANDARD FLAGS FILE: a program that only includes it is clean.
compiles() {
    local file=$5 output
    # shellcheck disable=SC2086
    if ! output=$(printf '#include "%s"\n' "$file" |
        $1 -x "$2" -std="$3" "${warnings[@]}" $4 -I. - 2>&1); then
        printf '%s\n' "$output"
        fault "$file:1" "does not compile alone: $1 -std=$3 $4"
    fi
}

# knows COMPILER STANDARD: older compilers do not know C++23.
knows() {
    "$1" -x c++ -std="$2" -fsyntax-only - 2>/dev/null </dev/null
}

# headers START GLOB: those that begin with START, and were asked for.
wanted=("$@")
headers() {
    files "$2" | grep "^$1" | { [ ${#wanted[@]} -eq 0 ] && cat || grep -xF "${wanted[@]/#/-e}"; }
}

while read -r header; do
    for standard in c99 c11; do
        compiles gcc c $standard -Iinclude "$header"
        compiles clang c $standard -Iinclude "$header"
    done
    for standard in c++11 c++17 c++20; do
        compiles g++ c++ $standard -Iinclude "$header"
        compiles clang++ c++ $standard -Iinclude "$header"
    done
done < <(headers include/ '*.h')

while read -r header; do
    compiles g++ c++ c++17 -Iinclude "$header"
    compiles clang++ c++ c++17 "-Iinclude -fno-exceptions" "$header"
done < <(headers include/seqnet/cpp/ '*.hpp')
for compiler in g++ clang++; do
    for standard in c++17 c++20 c++2b; do
        [ $# -eq 0 ] && knows $compiler $standard || continue
        compiles $compiler c++ $standard -Iinclude include/seqnet/seqnet.hpp
        compiles $compiler c++ $standard "-Iinclude -fno-exceptions" include/seqnet/seqnet.hpp
    done
done

while read -r header; do
    compiles gcc c c11 "-Iinclude -Isrc -D_POSIX_C_SOURCE=200809L" "$header"
done < <(headers src/ '*.h')
finish
