#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Scripts parse, are executable where they are commands, and please shellcheck if it is installed.
. "$(dirname "$0")/common.sh"

mapfile -t scripts < <(files '*.sh' 'run')
for script in "${scripts[@]}"; do
    report < <(bash -n "$script" 2>&1 | sed -E 's/^([^:]+): line ([0-9]+)/\1:\2/')
    if head -n 1 "$script" | grep -q '^#!' && [ ! -x "$script" ]; then
        fault "$script:1" "not executable"
    fi
done
if command -v shellcheck >/dev/null; then
    report < <(shellcheck --format=gcc --exclude=SC1091 "${scripts[@]}" |
        sed -E 's/^([^:]+:[0-9]+):[0-9]+: /\1: /')
fi
finish
