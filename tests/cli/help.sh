# SPDX-License-Identifier: MIT
# Help texts and the man page name the same options; the version is told.
. "$(dirname "$0")/lib.sh"
manual=$2

for command in train sample eval info bench convert; do
    run 0 "$seqnet" --help
    has out "^  seqnet $command +[a-z]"
    run 0 "$seqnet" "$command" --help
    has out "^usage: seqnet $command "
    has out "^  +seqnet $command"
    cp out help.txt
    run 0 "$seqnet" help "$command"
    same out help.txt
    sed -n 's/^  --\([a-z0-9-]*\).*/\1/p' help.txt | sort >"options.$command"
    [ -s "options.$command" ] || fail "no options in the help of $command"
done

# The man page's section of a command, then the names of its items; train has a page of its own.
for command in train sample eval info bench convert; do
    page=$manual
    [ $command != train ] || page=${manual%.1}-train.1
    sed -n "/^\\.Ss $command\$/,/^\\.S[sh] /p" "$page" | tail -n +2 |
        grep '^\.It Fl' | grep -o 'Fl -[a-z0-9-]*' | sed 's/Fl -//' | sort >"manual.$command"
    diff "options.$command" "manual.$command" >out || fail "help and man page of $command differ"
done

run 0 "$seqnet" --version
has out '^seqnet [0-9]+\.[0-9]+\.[0-9]+$'
has out '^[a-z]+ products, [a-z0-9]+ kernels; .*, core [A-Za-z0-9]+, [0-9]+ thread'

if command -v mandoc >/dev/null; then
    run 0 mandoc -T lint "$manual" "${manual%.1}-train.1"
fi
