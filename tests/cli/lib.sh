# SPDX-License-Identifier: MIT
# Begun by each test with `. lib.sh`: an empty folder to work in, checks, and small data to train on.
set -u
seqnet=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
unset NO_COLOR

fail() {
    echo "FAILED: $*" >&2
    for file in out err; do
        [ -s "$file" ] && sed "s/^/$file: /" "$file" >&2
    done
    exit 1
}

# run STATUS COMMAND...: it ends with that status; what it prints is in the files out and err.
run() {
    wanted=$1
    shift
    "$@" >out 2>err
    status=$?
    [ "$status" -eq "$wanted" ] || fail "status $status instead of $wanted: $*"
}

# has FILE PATTERN: some line of the file matches.
has() {
    grep -Eq -- "$2" "$1" || fail "no '$2' in $1"
}

has_not() {
    ! grep -Eq -- "$2" "$1" || fail "'$2' in $1"
}

same() {
    cmp -s "$1" "$2" || fail "$1 and $2 differ"
}

# at_least NUMBER NUMBER, for decimals.
at_least() {
    awk "BEGIN { exit !($1 >= $2) }" || fail "$1 is less than $2"
}

# number FILE KEY: the value of a key in JSON text that has one key a line.
number() {
    sed -n "s/.*\"$2\": *\\(-\\{0,1\\}[0-9.eE+-]*\\).*/\\1/p" "$1" | head -n 1
}

# A text of few different words: easy to learn, not constant.
make_text() {
    awk -v lines="$1" 'BEGIN {
        split("the cat sat on a mat and dog ran to big red house", word, " ")
        x = 7
        for (i = 0; i < lines; i++) {
            line = ""
            for (j = 0; j < 6; j++) {
                x = (x * 1103 + 12345) % 65536
                line = line (j ? " " : "") word[int(x / 256) % 13 + 1]
            }
            print line "."
        }
    }'
}

# Texts whose label is the parity of their first word.
make_labelled() {
    awk -v lines="$1" 'BEGIN {
        split("sun rain wind snow fog hail", word, " ")
        x = 5
        for (i = 0; i < lines; i++) {
            x = (x * 1103 + 12345) % 65536; first = int(x / 256) % 6 + 1
            x = (x * 1103 + 12345) % 65536; second = int(x / 256) % 6 + 1
            printf "%s\t%s and then some %s\n", first % 2 ? "odd" : "even", word[first], word[second]
        }
    }'
}

# Sequences in which a word is tagged by the word before it.
make_tagged() {
    awk -v lines="$1" 'BEGIN {
        split("red green blue", word, " ")
        x = 3
        for (i = 0; i < lines; i++) {
            before = "first"
            for (j = 0; j < 2 + i % 4; j++) {
                x = (x * 1103 + 12345) % 65536
                print word[int(x / 256) % 3 + 1] "\tafter-" before
                before = word[int(x / 256) % 3 + 1]
            }
            print ""
        }
    }'
}

# A wave with a rising level.
make_series() {
    awk -v lines="$1" 'BEGIN {
        print "month,\"value, measured\",other"
        for (i = 0; i < lines; i++)
            printf "m%d,%.4f,%d\n", i, 50 + 0.01 * i + 20 * sin(i / 4), i
    }'
}
