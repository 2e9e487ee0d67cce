#!/bin/sh
# SPDX-License-Identifier: MIT
# Compile the C++ tests twice, with exceptions and without, link both into one program and run it;
# then the C++ quick start. Exit status 77: the compiler does not know the standard.
# Usage: run.sh SOURCE LIBRARY COMPILER STANDARD [FLAG...]
set -eu
source=$1 library=$2 compiler=$3 standard=$4
shift 4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

compile() {
    "$compiler" "-std=$standard" -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
        "-I$source/include" "$@"
}

echo 'int main() { return 0; }' >empty.cpp
compile "$@" empty.cpp -o empty || exit 77

for name in layers contexts training models texts weights; do
    compile "$@" -c "$source/tests/cpp/$name.cpp" -o "$name.o"
    compile "$@" -fno-exceptions -c "$source/tests/cpp/$name.cpp" -o "${name}_results.o"
done
compile "$@" "$source/tests/cpp/main.cpp" ./*.o "$library" "-Wl,-rpath,${library%/*}" -o all
./all

compile "$@" "$source/examples/quickstart.cpp" "$library" "-Wl,-rpath,${library%/*}" -o quickstart
./quickstart | grep -q '^Row, row'
