# SPDX-License-Identifier: MIT
# kill -9 at any moment, then --resume: the model file has the same bytes as that of a training which never stopped.
. "$(dirname "$0")/lib.sh"

make_text 500 >text
make_labelled 400 >labelled
make_series 500 >series.csv

# killed NAME OPTIONS...: once without a stop, once killed again and again until it gets to its end.
killed() {
    name=$1
    shift
    run 0 "$seqnet" train --model "$name" --checkpoint-every 3 --threads 1 --quiet "$@"
    kills=0
    for delay in 0.02 0.06 0.1 0.15 0.08 0.2 0.12 0.3; do
        "$seqnet" train --model "$name.killed" --checkpoint-every 3 --threads 1 --quiet --resume \
            "$@" 2>err &
        process=$!
        sleep "$delay"
        kill -9 "$process" 2>/dev/null && kills=$((kills + 1))
        wait "$process" 2>/dev/null
        [ -s err ] && fail "a message of a resumed training"
    done
    [ "$kills" -gt 2 ] || echo "note: only $kills kills of $name"
    run 0 "$seqnet" train --model "$name.killed" --checkpoint-every 3 --threads 2 --quiet --resume "$@"
    same "$name" "$name.killed"
}

killed lm --data text --layers 2 --hidden 48 --batch 4 --bptt 16 --epochs 4 --dropout 0.2 \
    --schedule plateau --patience 1
killed steps --data text --layers 1 --hidden 32 --batch 4 --bptt 16 --update-steps 8 --epochs 8 \
    --optimizer sgd --momentum 0.9 --schedule cosine --warmup 10 --accumulate 3
killed classify --task classify --data labelled --hidden 48 --epochs 12 --dropout 0.1 --batch 8
killed forecast --task forecast --data series.csv --column 2 --epochs 200 --burn-in 8

# between the model and the checkpoint: the model is newer than the checkpoint says, and is made once more
small() {
    run 0 "$seqnet" train --data text --model small --layers 1 --hidden 8 --epochs "$1" --quiet \
        --threads 1 ${2-}
}
small 1
cp small.checkpoint early.checkpoint
small 3
cp small wanted
cp early.checkpoint small.checkpoint
small 3 --resume
same small wanted

# more epochs than at first
small 2
small 3 --resume
same small wanted

# no checkpoint: from the beginning
rm -f small small.checkpoint
run 0 "$seqnet" train --data text --model small --layers 1 --hidden 8 --epochs 3 --threads 1 --resume
has out 'no checkpoint'
same small wanted

# what does not fit is refused, and nothing is touched
cp small.checkpoint checkpoint.before
refused() {
    run 2 "$seqnet" train --data text --model small --layers 1 --hidden 8 --epochs 3 --quiet --resume "$@"
    [ "$(wc -l <err)" -eq 1 ] || fail "not one line on stderr"
    same small wanted
    same small.checkpoint checkpoint.before
}
refused --lr 0.001
has err '--lr was 0.002, now it is 0.001'
refused --seed 2
has err '--seed was 1, now it is 2'
refused --hidden 9
refused --optimizer sgd
refused --data labelled
sed 's/cat/dog/' text >other
refused --data other
has err 'data'
head -c 200 checkpoint.before >small.checkpoint
run 2 "$seqnet" train --data text --model small --layers 1 --hidden 8 --epochs 3 --quiet --resume
cp checkpoint.before small.checkpoint
rm small
run 2 "$seqnet" train --data text --model small --layers 1 --hidden 8 --epochs 4 --quiet --resume
has err 'missing'
