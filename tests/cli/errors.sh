# SPDX-License-Identifier: MIT
# Every wrong option or file: status 2, one line on stderr that begins with "seqnet: ", nothing written.
. "$(dirname "$0")/lib.sh"

make_text 60 >text
make_labelled 40 >labelled
make_tagged 40 >tagged
make_series 60 >series.csv
run 0 "$seqnet" train --data text --model good --hidden 4 --layers 1 --batch 2 --epochs 1 --quiet
rm -f good.checkpoint
printf 'no model' >text-file
: >empty
mkdir folder
printf 'caf\351 caf\351 caf\351 caf\351 caf\351\n' >latin1
printf 'spam no tab\n' >no-tab
printf 'one\tlabel\none\tonly\n' >one-label
printf '\n\n\n' >blank
printf 'a b\tTWO\nc\tONE\n\nd\tONE\n\ne\tTWO\n\nf\tONE\n' >spaced
printf 'a,b\n1,2\n1,x\n' >not-numbers.csv
awk 'BEGIN { for (i = 0; i < 40; i++) print 7 }' >constant.csv
head -c 300 good >cut
cp good damaged
printf 'zzzz' | dd of=damaged bs=1 seek=20 conv=notrunc 2>/dev/null
LC_ALL=C sed "s/seqnet\.checksum/seqnet.che$(printf '\177')ksum/
    s/\(cell.....\)lstm/\1ls$(printf '\302\233')/" good >forged
cmp -s good forged && fail "nothing was forged"
# a safetensors file that is no model, with control characters in its texts
header='{"__metadata__":{"who":"\u001b[2J"},'
header=$header'"x\u009by":{"dtype":"I16","shape":[1,2],"data_offsets":[0,4]}}'
{
    printf '\220\0\0\0\0\0\0\0'
    printf '%-144s' "$header"
    printf 'abcd'
} >plain

snapshot() {
    for file in *; do
        [ -f "$file" ] && [ "$file" != out ] && [ "$file" != err ] && cksum "$file"
    done
    ls -d folder folder/* 2>/dev/null
}
snapshot >"$work/../$(basename "$work").before"
before="$work/../$(basename "$work").before"
trap 'rm -rf "$work" "$before"' EXIT

wrong() {
    run 2 "$@"
    [ "$(wc -l <err)" -eq 1 ] || fail "not one line on stderr: $*"
    has err '^seqnet: .'
    [ ! -s out ] || fail "output on stdout: $*"
    snapshot | diff - "$before" >/dev/null || fail "files changed: $*"
}

train() {
    wrong "$seqnet" train --data text --model new "$@"
}

# the program
wrong "$seqnet"
wrong "$seqnet" fly
wrong "$seqnet" help fly
wrong "$seqnet" --fly

# options that are missing, unknown, without value, or that do not fit
wrong "$seqnet" train
wrong "$seqnet" train --data text
wrong "$seqnet" train --model new
train --no-such-option
train -x
train --hidden
train --tie=yes
train operand
for value in 0 -1 1.5 x '' ' 4' 4x 0x10 99999999999999999999 70000; do
    train --hidden "$value"
done
for value in 0 -1 x '' nan inf 1e999 0x1p3 ' 1' 1,5; do
    train --lr "$value"
done
for option in --cell --optimizer --schedule --level --pool --punctuation --task; do
    train "$option" ''
    train "$option" none
done
for option in --layers --batch --epochs --min-count --patience --accumulate; do
    train "$option" 0
done
train --dropout 1
train --validation 1
train --validation -0.1
train --bptt 0
train --seed -1
train --threads -1
train --minutes x
train --bidirectional
train --tie --embedding 7
train --lower --level byte
train --bptt 10 --update-steps 15
wrong "$seqnet" train --task classify --data labelled --model new --update-steps 3
wrong "$seqnet" train --task tag --data tagged --model new --burn-in 3
wrong "$seqnet" train --task classify --data labelled --model new --tie

# data files
wrong "$seqnet" train --data missing --model new
wrong "$seqnet" train --data folder --model new
wrong "$seqnet" train --data empty --model new
wrong "$seqnet" train --data latin1 --model new --batch 1
has err 'level byte'
train --batch 5000
wrong "$seqnet" train --task classify --data text --model new
wrong "$seqnet" train --task classify --data no-tab --model new
wrong "$seqnet" train --task classify --data blank --model new
wrong "$seqnet" train --task classify --data one-label --model new
wrong "$seqnet" train --task tag --data text --model new
wrong "$seqnet" train --task tag --data blank --model new
wrong "$seqnet" train --task tag --data spaced --model new --validation 0
wrong "$seqnet" train --task forecast --data text --model new
wrong "$seqnet" train --task forecast --data series.csv --model new --column nothing
wrong "$seqnet" train --task forecast --data series.csv --model new --column 4
wrong "$seqnet" train --task forecast --data series.csv --model new --column 0
wrong "$seqnet" train --task forecast --data series.csv --model new --column month
wrong "$seqnet" train --task forecast --data not-numbers.csv --model new
wrong "$seqnet" train --task forecast --data constant.csv --model new
wrong "$seqnet" train --task forecast --data series.csv --model new --burn-in 5000

# places to write to
wrong "$seqnet" train --data text --model missing/new
wrong "$seqnet" train --data text --model folder
wrong "$seqnet" train --data text --model text
wrong "$seqnet" train --data text --model ./text
wrong "$seqnet" train --data text --model text-file
wrong "$seqnet" train --data text --model new --log text
wrong "$seqnet" train --data text --model new --log new
wrong "$seqnet" train --data text --model new --log missing/log
wrong "$seqnet" train --data text --model new --log folder
wrong "$seqnet" train --data text --model good --hidden 0

# models
for model in missing folder empty text-file cut damaged; do
    wrong "$seqnet" sample "$model"
    wrong "$seqnet" info "$model"
    wrong "$seqnet" eval "$model" --data text
done
# what a model file says is shown in one line that cannot drive the terminal
wrong "$seqnet" sample forged
has err "forged: --cell = 'ls[?][?]'"
run 0 "$seqnet" info forged
has out 'seqnet\.che[?]ksum'
! LC_ALL=C grep -q "$(printf '[\033\177]\|\302\233')" out || fail "control characters in out"
# other safetensors files: info tells their tensors, as harmlessly; nothing else takes them
run 0 "$seqnet" info plain
has out 'not a seqnet model; 1 tensors, 0\.0 KB'
has out '^  x[?][?]y \(1, 2\) I16$'
has out '^  who: "'
! LC_ALL=C grep -q "$(printf '[\033\177]\|\302\233')" out || fail "control characters in out"
run 0 "$seqnet" info plain --json
has out '"dtype": "I16"'
[ "$(number out bytes)" -eq 4 ] || fail "not 4 bytes"
wrong "$seqnet" sample plain
has err 'not a seqnet model'
wrong "$seqnet" sample
wrong "$seqnet" sample good good
wrong "$seqnet" sample good --temperature 0
wrong "$seqnet" sample good --top-p 0
wrong "$seqnet" sample good --top-p 1.1
wrong "$seqnet" sample good --top-k -1
wrong "$seqnet" sample good --length many
wrong "$seqnet" sample good --prime "$(printf '\377')"
wrong "$seqnet" eval good
wrong "$seqnet" eval --data text
wrong "$seqnet" eval good --data missing
wrong "$seqnet" eval good --data empty
wrong "$seqnet" eval good --data latin1
wrong "$seqnet" info
wrong "$seqnet" info good --fly
wrong "$seqnet" bench good
wrong "$seqnet" bench --seconds 0
