#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Dependencies point one way: api -> train -> layers -> cells, kernels | blas -> core.
. "$(dirname "$0")/common.sh"

# Which folders of src/ each folder may include besides itself.
declare -A allowed=(
    [core]=""
    [kernels]="core"
    [blas]="core"
    [cells]="core kernels"
    [layers]="core kernels blas cells"
    [train]="core kernels blas cells layers"
    [io]="core"
    [text]="core"
    [dialects]="core io"
    [api]="core kernels blas cells layers train io text dialects"
)

# includes FILE...: lines `file:line include-as-written`.
includes() {
    [ $# -eq 0 ] || awk '/^[ \t]*#[ \t]*include/ {
        sub(/^[ \t]*#[ \t]*include[ \t]*/, ""); sub(/[>"][^>"]*$/, "")
        print FILENAME ":" FNR, $0 }' "$@"
}

# check_library FILE:LINE INCLUDE: the rules inside src/.
check_library() {
    local folder=${1#src/} target=${2#\"}
    folder=${folder%%/*}
    case $2 in
    '<cblas.h' | '"cblas.h')
        [ "$folder" = blas ] || fault "$1" "only src/blas includes cblas.h"
        return ;;
    '<'*) return ;;
    '"'*/*) ;;
    *)
        fault "$1" "include it as \"folder/file.h\""
        return ;;
    esac
    target=${target%%/*}
    [ "$target" = "$folder" ] || [[ " ${allowed[$folder]-} " = *" $target "* ]] ||
        fault "$1" "src/$folder must not include $target/"
}

mapfile -t library < <(files '*.c' '*.h' '*.def' | grep '^src/')
while read -r place include; do
    check_library "$place" "$include"
done < <(includes "${library[@]}")

for folder in src/*/; do
    folder=${folder#src/}
    [ -n "${allowed[${folder%/}]+set}" ] || fault "src/$folder:1" "no rule for this folder"
done

# Programs that stand for a user's see what a user sees: public headers and files beside them.
mapfile -t programs < <(files '*.c' '*.h' | grep -E '^(tools|examples)/')
while read -r place include; do
    case $include in
    '"'*/* | *cblas*) fault "$place" "only public headers: $include" ;;
    esac
done < <(includes "${programs[@]}")

mapfile -t public < <(files '*.h' | grep '^include/')
while read -r place include; do
    case $include in
    '<seqnet/'*.h | '<stddef.h' | '<stdint.h') ;;
    *) fault "$place" "a public header includes public headers, stddef.h and stdint.h only" ;;
    esac
done < <(includes "${public[@]}")

# C++ headers build on the C headers, and on the standard library. Their order is that of this list.
order=(namespace span error result returns lengths handle layer layers context training trainer
    model tensors interchange runtime vocabulary corpus dataset text)
mapfile -t wrapper < <(files '*.hpp' | grep '^include/seqnet/cpp/')
while read -r place include; do
    case $include in
    '<seqnet/cpp/'*.hpp)
        file=${place%.hpp:*}
        known=" ${order[*]} "
        target=${include#'<seqnet/cpp/'}
        [[ "${known%% "${file##*/}" *} " = *" ${target%.hpp} "* ]] ||
            fault "$place" "C++ headers include earlier ones only: $include" ;;
    '<seqnet/'*.h) ;;
    '<'*.h*) fault "$place" "a C++ header includes the library's and standard C++ headers only" ;;
    esac
done < <(includes "${wrapper[@]}")
finish
