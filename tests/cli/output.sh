# SPDX-License-Identifier: MIT
# Lines of a training in a pipe, and its log.
. "$(dirname "$0")/lib.sh"

make_text 300 >text
train() {
    "$seqnet" train --data text --model lm --layers 1 --hidden 6 --batch 4 --bptt 8 --epochs 2 "$@"
}

train --log log 2>err | cat >out
[ ! -s err ] || fail "a message on stderr"
[ "$(grep -Ec '^epoch 1/2 +[0-9]+ %  loss .* chars/s  ETA [0-9]+:[0-9]+$' out)" -eq 10 ] ||
    fail "not a line for each tenth of an epoch"
[ "$(grep -c '^epoch ./2  training ' out)" -eq 2 ] || fail "not a line for each epoch"
LC_ALL=C grep -q "$(printf '[\r\033]')" out && fail "control characters in a pipe"
[ "$(grep -c '"event":"train"' log)" -eq 20 ] || fail "not 20 lines of training in the log"
[ "$(grep -c '^{.*}$' log)" -eq "$(wc -l <log)" ] || fail "a line of the log is no object"

# a new training begins a new log; one that goes on appends to it
train --log log --quiet
[ "$(grep -c '"event":"epoch"' log)" -eq 2 ] || fail "the log was not begun anew"
train --log log --quiet --epochs 3 --resume
[ "$(grep -c '"event":"epoch"' log)" -eq 3 ] || fail "the log does not go on"
cp lm before
run 0 "$seqnet" train --data text --model lm --layers 1 --hidden 6 --batch 4 --bptt 8 --epochs 3 \
    --log log --resume
same lm before
[ "$(grep -c '"event":"epoch"' log)" -eq 3 ] || fail "a finished training wrote to the log"
