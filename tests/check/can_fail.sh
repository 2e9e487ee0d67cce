#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A check that cannot fail is worth nothing: each one must find a fault put into a copy of the tree.
. "$(dirname "$0")/common.sh"

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -cf - --exclude=./build --exclude=./.git --exclude=./.venv . | tar -xf - -C "$copy"

# finds CHECK FILE TEXT: the check fails in the copy and names this file and this text; then the
# file is made whole again.
finds() {
    local check=$1 file=$2 text=$3 only=() output
    [ "$check" != headers ] || only=("$file") # all of them take long
    if output=$(cd "$copy" && "tests/check/$check.sh" "${only[@]}" 2>&1); then
        fault "tests/check/$check.sh:1" "passes although $file has this fault: $text"
    elif ! grep -F -- "$file:" <<<"$output" | grep -qE -- ":[0-9]+: .*$text"; then
        fault "tests/check/$check.sh:1" "does not say that $file has this fault: $text"
        printf '%s\n' "$output"
    fi
    if [ -f "$file" ]; then
        cp -p "$file" "$copy/$file"
    else
        rm -f "${copy:?}/$file"
    fi
}

# append FILE LINE...: at the end of a file of the copy.
append() {
    local file=$copy/$1
    shift
    mkdir -p "$(dirname "$file")"
    printf '%s\n' "$@" >>"$file"
}

# A new file of the copy, with the line every file begins with.
create() {
    append "$1" '/* SPDX-License-Identifier: MIT */' "${@:2}"
}

core=src/core/size.h
wide=$(printf 'x%.0s' {1..95})

append $core 'int  a;' && finds format $core 'not as clang-format'
append $core "/* $wide */" && finds format $core '101 columns'
append run 'true ' && finds format run 'space at the end'

append include/seqnet/io.h 'int f(struct unknown x);' && finds headers include/seqnet/io.h 'c99'
append include/seqnet/io.h 'int *new;' && finds headers include/seqnet/io.h 'c[+][+]11'
append $core 'static inline int f(long a) { return a; }' && finds headers $core 'c11'

append include/seqnet/cpp/model.hpp 'int x = nothing;' &&
    finds headers include/seqnet/cpp/model.hpp 'c[+][+]17'
append include/seqnet/cpp/span.hpp '#include <seqnet/cpp/layer.hpp>' &&
    finds includes include/seqnet/cpp/span.hpp 'earlier ones only'
append include/seqnet/cpp/span.hpp '#include <stdio.h>' &&
    finds includes include/seqnet/cpp/span.hpp 'standard C[+][+]'

append $core '#include "layers/layer.h"' && finds includes $core 'must not include layers'
append src/text/a.c '#include "io/b.h"' && finds includes src/text/a.c 'must not include io'
append src/train/a.c '#include "api/b.h"' && finds includes src/train/a.c 'must not include api'
append src/layers/a.c '# include <cblas.h>' && finds includes src/layers/a.c 'only src/blas'
append src/core/a.c '#include "size.h"' && finds includes src/core/a.c 'folder/file'
append src/more/a.c '#include "api/b.h"' && finds includes src/more/a.c 'must not include'
rm -rf "$copy/src/more"
append examples/a.c '#include "core/size.h"' && finds includes examples/a.c 'only public'
append tools/seqnet/a.c '#include <cblas.h>' && finds includes tools/seqnet/a.c 'only public'
append include/seqnet/io.h '#include <stdio.h>' && finds includes include/seqnet/io.h 'public'

append include/seqnet/io.h 'SEQNET_API void seqnet_f(int);' &&
    finds symbols include/seqnet/io.h 'seqnet_f is not in'
sed -i 's/^local:/    seqnet_zz;\nlocal:/' "$copy/cmake/seqnet.map" &&
    finds symbols cmake/seqnet.map 'seqnet_zz is declared in no'
sed -i 's/^global:/global:\n    seqnet_version;/' "$copy/cmake/seqnet.map" &&
    finds symbols cmake/seqnet.map 'sorted'

# changed FILE SED: in the copy.
changed() {
    sed -i "$2" "$copy/$1"
    ! cmp -s "$1" "$copy/$1" || fault "tests/check/can_fail.sh:1" "$2 changes nothing in $1"
}

# breaks FILE SED: a change of a header that old programs do not survive.
breaks() {
    changed "$@"
    finds abi abi/libseqnet.abi 'this breaks programs'
    cp -p "$1" "$copy/$1"
}

# grows FILE SED: one that they do, once new members are in the table.
grows() {
    changed "$@"
    (cd "$copy" && tests/check/layout.sh --update && tests/check/abi.sh >/dev/null 2>&1) ||
        fault "tests/check/abi.sh:1" "finds fault with a compatible change: $2"
    cp -p "$1" "$copy/$1"
    cp -p tests/abi/layout.def "$copy/tests/abi/layout.def"
}

breaks include/seqnet/text.h 's/^SEQNET_API int32_t seqnet_one_hot/int32_t seqnet_one_hot/'
breaks include/seqnet/layer.h 's/seqnet_rnn_create(int32_t/seqnet_rnn_create(int64_t/'
breaks include/seqnet/layer.h 's/^    float dropout; /    int32_t dropout; /'
breaks include/seqnet/text.h 's/^    int32_t level; /    int32_t new;\n&/'
breaks include/seqnet/layer.h '/^    float init_range; /d'
breaks include/seqnet/runtime.h 's/^} seqnet_allocator;/    void *new;\n&/'
grows include/seqnet/layer.h 's/^} seqnet_recurrent_options;/    int32_t new;\n&/'
grows include/seqnet/version.h 's/^SEQNET_API int32_t seqnet_version/SEQNET_API int seqnet_new(void);\n&/'

# links TEXT FLAG...: the check of a library that was linked with these flags says so.
links() {
    local text=$1 library=$copy/library.so
    shift
    gcc -shared -nostdlib -x c /dev/null -o "$library" "$@"
    (cd "$copy" && tests/check/symbols.sh "$library" 2>&1 || true) | grep -E ":[0-9]+: .*$text" >/dev/null ||
        fault "tests/check/symbols.sh:1" "does not say of a library linked with $*: $text"
}

links 'SONAME' -Wl,-soname,libseqnet.so.9
links 'executable stack' -Wl,-z,execstack
links 'read-only relocations' -Wl,-z,norelro
links 'library more: libresolv' -Wl,--no-as-needed -lresolv
links 'not exported by'
sed -i 's/^SEQNET_0/SEQNET_1/' "$copy/cmake/seqnet.map" && finds symbols cmake/seqnet.map 'version'

changed include/seqnet/io.h 's/^SEQNET_BEGIN_DECLS/#define SEQNET_NEW 7\n&/'
finds layout tests/abi/layout.def 'CONSTANT.SEQNET_NEW'
cp -p include/seqnet/io.h "$copy/include/seqnet/io.h"

create src/core/a.c 'void f(void)' '{' "$(printf '    ;%.0s\n' {1..59})" '}' &&
    finds style src/core/a.c 'function of 61 lines'
create examples/a.cpp 'void f()' '{' "$(printf '    ;%.0s\n' {1..59})" '}' &&
    finds style examples/a.cpp 'function of 61 lines'
append examples/a.cpp 'int  a;' && finds format examples/a.cpp 'not as clang-format'
head -c 200000 /dev/zero >"$copy/a.out" && finds style a.out 'binary of more'
create src/core/a.c "$(printf ';%.0s\n' {1..400})" && finds style src/core/a.c 'more than 400'
append src/core/a.c 'int a;' && finds style src/core/a.c 'SPDX'
append tests/check/a.sh 'true' && finds style tests/check/a.sh 'SPDX'
create tests/core/a.c 'assert_float_equal(a, b, 0);' && finds style tests/core/a.c 'takes NaN'
append CMakeLists.txt 'add_compile_options(-ffast-math)' && finds style CMakeLists.txt 'a flag'
append cmake/SeqnetOptions.cmake '# -march=native' && finds style cmake/SeqnetOptions.cmake 'a flag'
create src/text/a.c 'f() { printf("a"); }' && finds style src/text/a.c 'never prints'
create src/text/a.c 'f() { exit(1); }' && finds style src/text/a.c 'never prints'
create src/text/a.c 'f() { setlocale(0, ""); }' && finds style src/text/a.c 'host'
create src/text/a.c 'f() { p = malloc(1); }' && finds style src/text/a.c 'memory comes'
create src/text/a.c '/* TO''DO */' && finds style src/text/a.c 'unfinished'
printf 'x' >>"$copy/README.md" && finds style README.md 'line end'
append README.md '<<<<''<<< HEAD' && finds style README.md 'not finished'
append README.md 'see /ro''ot/x' && finds style README.md 'one machine'

append run 'if' && finds shell run 'syntax'
chmod -x "$copy/tests/check/style.sh" && finds shell tests/check/style.sh 'executable'

append README.md './run fly' && finds documents README.md 'run fly is not in'
append docs/a.md '[a](b.md)' && finds documents docs/a.md 'no such file: b.md'
append docs/a.md 'in `src/nothing.c`' && finds documents docs/a.md 'no such file: src/nothing.c'
crate=bindings/rust/seqnet/src/lib.rs
append $crate "// $wide xxx" && finds format $crate '102 columns'
append $crate "$(printf '//%.0s\n' {1..400})" && finds style $crate 'more than 400'
append bindings/rust/a.rs '//' && finds style bindings/rust/a.rs 'SPDX'
if cargo fmt --version >/dev/null 2>&1; then
    append $crate 'fn  a() {}' && finds rust $crate 'not as cargo fmt'
fi

append examples/quickstart.c '/* more */' && finds documents README.md 'differs'
cp -p examples/quickstart.c "$copy/examples/"
sed -i 's/^    return failed;/    ;\n    ;\n&/' "$copy/examples/quickstart.c" &&
    finds documents examples/quickstart.c 'main has 26 lines'
sed -i 's/^## \[/## (/' "$copy/CHANGELOG.md" && finds documents CHANGELOG.md 'no section'
finish
