#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the documents promise exists: commands, options, files, the program shown, the version.
# Usage: documents.sh [seqnet]; without the program its options are not looked up.
. "$(dirname "$0")/common.sh"

mapfile -t documents < <(files '*.md')
help=$(./run help)

while IFS=: read -r file line command; do
    grep -qF -- "$command" <<<"$help" || fault "$file:$line" "$command is not in ./run help"
done < <(grep -noE '\./run [a-z]+' /dev/null "${documents[@]}")

# The first C block of the README is the program that ctest runs.
if ! difference=$(diff <(sed -n '/^```c$/,/^```$/{//!p;}' README.md) examples/quickstart.c); then
    fault "README.md:$(awk '/^```c$/ { line = FNR; exit } END { print line + 0 }' README.md)" \
        "the C program differs from examples/quickstart.c"
    printf '%s\n' "$difference"
fi

report < <(awk '/^int main/ { start = FNR + 1 }
    /^\}/ { if (start && FNR - start > 26)
        print FILENAME ":" start ": main has " FNR - start - 1 " lines, at most 25" }' \
    examples/quickstart.c)

# Links to files.
while IFS=: read -r file line link; do
    link=${link#'('}
    link=${link%')'}
    case $link in http* | '#'* | mailto:*) continue ;; esac
    [ -e "$(dirname "$file")/${link%%#*}" ] || fault "$file:$line" "no such file: $link"
done < <(grep -noE '\]\([^)]+\)' /dev/null "${documents[@]}" | sed 's/:\]/:/')

# Paths in the text of the kind `src/core/memory.h`, with or without a * for "some name".
while IFS=: read -r file line path; do
    path=${path//\`/}
    compgen -G "$path" >/dev/null || fault "$file:$line" "no such file: $path"
done < <(grep -noE '`(src|include|tests|tools|bench|examples|docs|cmake)/[A-Za-z0-9_./*-]*`' \
    /dev/null "${documents[@]}")

version=$(sed -n 's/.*SEQNET_VERSION_STRING "\(.*\)"/\1/p' include/seqnet/version.h)
grep -qF "## [$version]" CHANGELOG.md || fault "CHANGELOG.md:1" "has no section [$version]"

# Lines that run the program: every --option after its command is in that command's --help.
if [ $# -gt 0 ]; then
    while IFS=: read -r file line text; do
        command=$(sed -nE 's/.*seqnet (train|sample|eval|info|bench|convert).*/\1/p' <<<"$text")
        usage=$("$1" $command --help 2>&1) || fault "$file:$line" "seqnet $command --help failed"
        while read -r option; do
            grep -qE -- "(^|[^a-z-])$option([^a-z-]|$)" <<<"$usage" ||
                fault "$file:$line" "seqnet $command has no $option"
        done < <(grep -oE -- '--[a-z][a-z0-9-]*' <<<"${text#*seqnet }")
    done < <(awk '!text { start = FNR }
        { text = text $0 }
        /\\$/ { sub(/\\$/, "", text); next }
        text ~ /seqnet (train|sample|eval|info|bench|convert) / { print FILENAME ":" start ":" text }
        { text = "" }' run "${documents[@]}")
fi
finish
