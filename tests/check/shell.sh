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

# What the one that runs or sources a script sets is not known there (SC1090 to SC2154), a file may
# have the name of a program (SC2238), and every sh of Linux has ulimit -c (SC3045).
excluded=SC1090,SC1091,SC2034,SC2154,SC2238,SC3045

# lint SHELL SCRIPT...
lint() {
    shellcheck --format=gcc --severity=warning --shell="$1" --exclude=$excluded "${@:2}" |
        sed -E 's/^([^:]+:[0-9]+):[0-9]+: /\1: /'
}

if command -v shellcheck >/dev/null; then
    mapfile -t posix < <(grep -LE '^#!.*bash|^# shellcheck shell=bash' "${scripts[@]}")
    mapfile -t bash < <(grep -lE '^#!.*bash|^# shellcheck shell=bash' "${scripts[@]}")
    report < <(lint sh "${posix[@]}")
    report < <(lint bash "${bash[@]}")
fi
finish
