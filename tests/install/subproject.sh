# SPDX-License-Identifier: MIT
# add_subdirectory and FetchContent, in a project whose flags would spoil the library's numbers.
. "$(dirname "$0")/lib.sh"
needs readelf

for how in fetch subdirectory; do
    quietly "$CMAKE" -S "$SOURCE/tests/install/subproject" -B build -DHOW=$how -DSEQNET="$SOURCE" \
        -DCONSUMER="$consumer" -DCMAKE_C_COMPILER="$CC" -DCMAKE_C_FLAGS="-O1 -ffast-math -flto"
    rm -f build/shared build/static
    quietly "$CMAKE" --build build --parallel 2
    right build/shared
    right build/static
    rm -rf installed
    quietly "$CMAKE" --install build --prefix "$work/installed"
    (cd installed && find . ! -type d) | sort | tr '\n' ' ' >files
    [ "$(cat files)" = "./bin/shared ./bin/static " ] || fail "installed: $(cat files)"
done

# The library switches no program it is loaded into to flushing small numbers to zero.
nm "$(find build/part -name 'libseqnet.so.*.*')" >names
grep set_fast_math names && fail "the library changes the processor's state"
readelf -s build/static | grep -q ' LOCAL .* error_set$' || fail "internal names are not local"
