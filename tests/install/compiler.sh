# SPDX-License-Identifier: MIT
# The compiler alone, in C and C++, with the strictest warnings a user may have.
. "$(dirname "$0")/lib.sh"
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Wcast-qual
    -Wredundant-decls -Werror'

# builds COMPILER LANGUAGE STANDARD
builds() {
    # shellcheck disable=SC2086
    quietly "$1" -x "$2" -std="$3" $warnings -I"$PREFIX/include" "$consumer" -x none \
        -L"$library_directory" -lseqnet -lm -o consumer
    right ./consumer
}

builds "$CC" c c99
builds "$CC" c c11
for compiler in g++ clang++; do
    if command -v $compiler >/dev/null; then
        builds $compiler c++ c++11
        builds $compiler c++ c++20
        quietly $compiler -std=c++17 "-I$PREFIX/include" "$SOURCE/examples/quickstart.cpp" \
            -L"$library_directory" -lseqnet -o quickstart
        LD_LIBRARY_PATH=$library_directory ./quickstart | grep -q '^Row, row' || fail "quickstart"
        compiled=yes
    fi
done
[ -n "${compiled-}" ] || needs g++
