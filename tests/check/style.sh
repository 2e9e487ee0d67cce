#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Limits and bans that a compiler does not know.
. "$(dirname "$0")/common.sh"

mapfile -t sources < <(files '*.c' '*.h' '*.cpp' '*.hpp' '*.def')
mapfile -t scripts < <(files '*.sh' 'run' '*.py')
mapfile -t rust < <(files '*.rs' 'Cargo.toml' 'rustfmt.toml')
mapfile -t builds < <(files 'CMakeLists.txt' '*.cmake' '*.map' 'CMakePresets.json')
mapfile -t texts < <(files '*')

# banned PATTERN TEXT FILE...: an extended regular expression that must not occur.
banned() {
    local pattern=$1 text=$2
    shift 2
    [ $# -eq 0 ] || report < <(grep -nEI -- "$pattern" /dev/null "$@" |
        sed -E "s|^([^:]+:[0-9]+):.*|\1: $text|" || true)
}

# matching REGEX FILE...: those files whose path matches.
matching() {
    local pattern=$1
    shift
    printf '%s\n' "$@" | grep -E -- "$pattern" || true
}

# Braces in column 1 are those of functions, and in C++ of namespaces and classes.
report < <(awk 'FNR == 1 { start = 0; scope = 0 }
    /^\{/ { start = scope ? 0 : FNR }
    { scope = /^(namespace|class|template .* class)/ }
    /^\}/ { if (start && FNR - start + 1 > 60)
        printf "%s:%d: function of %d lines, at most 60\n", FILENAME, start, FNR - start + 1
        start = 0 }
    FNR == 401 && FILENAME !~ /_golden\.h$/ {
        printf "%s:401: file of more than 400 lines\n", FILENAME }' "${sources[@]}" "${rust[@]}")

mapfile -t licensed < <(printf '%s\n' "${sources[@]}" "${scripts[@]}" "${builds[@]}" \
    "${rust[@]}" | grep -v '\.json$')
report < <(awk 'function judge() { if (file && !seen) print file ":1: no SPDX line at the top" }
    FNR == 1 { judge(); file = FILENAME; seen = 0 }
    FNR <= 2 && /SPDX-License-Identifier: MIT/ { seen = 1 }
    END { judge() }' "${licensed[@]}")

mapfile -t written < <(files '*.md')
written+=("${sources[@]}" "${scripts[@]}" "${builds[@]}" "${rust[@]}")
if [ -n "$(tail -q -c 1 "${written[@]}" | tr -d '\n')" ]; then
    for file in "${written[@]}"; do
        [ -z "$(tail -c 1 "$file")" ] || fault "$file:1" "does not end in a line end"
    done
fi

while IFS= read -r file; do
    grep -qI '' "$file" || fault "$file:1" 'binary of more than 100 KB'
done < <(find "${texts[@]}" -size +100k)

mapfile -t library < <(matching '^src/' "${sources[@]}")
mapfile -t hooked < <(matching '^src/' "${sources[@]}" | grep -v '^src/core/memory\.c$')
mapfile -t tests < <(matching '^tests/' "${sources[@]}")
mapfile -t flags < <(matching '^(run|cmake/|CMake|.*CMakeLists)' "${texts[@]}")

banned '\bassert_float_equal *\(' 'takes NaN for anything, use assert_all_close' "${tests[@]}"
banned '-ffast-math|-Ofast|-funsafe-math|-march=native|-mtune=native' \
    'a flag that changes results or ties the build to one machine' "${flags[@]}"
banned '\b(printf|puts|putchar|perror|exit|_exit|abort) *\(|\bstd(out|err)\b' \
    'the library never prints or exits' "${library[@]}"
banned '\b(setlocale|signal|sigaction|fesetround|setenv|putenv) *\(' \
    'the library changes nothing in its host' "${library[@]}"
banned '\b(malloc|calloc|realloc|aligned_alloc|posix_memalign|strdup|strndup|alloca) *\(' \
    'memory comes from core/memory.h' "${hooked[@]}"
banned '\b(TOD[O]|FIXM[E]|XX[X])\b' 'unfinished' "${texts[@]}"
banned '^(<{7}|>{7}) ' 'a merge that is not finished' "${texts[@]}"
banned '(^|[^A-Za-z0-9_.}/])/(hom[e]|roo[t]|wor[k]|User[s])/' 'a path of one machine' "${texts[@]}"
finish
