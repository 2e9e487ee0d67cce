# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by every check. A check runs in the project's root, prints `file:line: what is wrong` for
# each fault, and ends with `finish`, whose status is 1 if there was one.
set -euo pipefail
export LC_ALL=C

faults=0

# fault FILE:LINE TEXT
fault() {
    printf '%s: %s\n' "$1" "$2"
    faults=$((faults + 1))
}

# report: every line of standard input, `file:line: text`, is a fault.
report() {
    local line
    while IFS= read -r line; do
        fault "${line%%: *}" "${line#*: }"
    done
}

# files GLOB...: the project's files of these names, sorted, without what tools leave.
files() {
    local glob names=()
    for glob in "$@"; do
        names+=(-o -name "$glob")
    done
    find . \( -path ./build -o -name .git -o -name .venv -o -name .cache -o -name target \
        -o -name __pycache__ \) -prune -o -type f \( "${names[@]:1}" \) -print |
        sed 's|^\./||' | sort
}

finish() {
    [ "$faults" -eq 0 ]
}
