# SPDX-License-Identifier: MIT
# What sample writes: by seed, primed, greedy, cut to the likeliest, into a pipe that closes early.
. "$(dirname "$0")/lib.sh"

make_text 1200 >text
run 0 "$seqnet" train --data text --model lm --layers 1 --hidden 32 --batch 8 --epochs 3 --lr 0.01 --quiet
run 0 "$seqnet" train --data text --model words --level word --punctuation split --layers 1 \
    --hidden 16 --batch 8 --epochs 3 --lr 0.01 --quiet

run 0 "$seqnet" sample lm --seed 3 --length 200
cp out first
[ "$(wc -c <first)" -eq 201 ] || fail "not 200 characters and a line end"
run 0 "$seqnet" sample lm --seed 3 --length 200
same out first
run 0 "$seqnet" sample lm --seed 4 --length 200
! cmp -s out first || fail "the seed has no effect"

run 0 "$seqnet" sample lm --prime 'the cat' --length 50
has out '^the cat'
run 0 "$seqnet" sample lm --prime 'the cat' --length 0
printf 'the cat\n' >wanted
same out wanted
run 0 "$seqnet" sample lm --prime 'the ~ cat' --length 3
has out '^the ~ cat'

run 0 "$seqnet" sample lm --argmax --length 100
cp out greedy
for options in '--top-k 1' '--top-p 0.000001'; do
    run 0 "$seqnet" sample lm --seed 9 --length 100 $options
    same out greedy
done
run 0 "$seqnet" sample lm --top-p 0.9 --top-k 3 --temperature 1.5 --length 20

# learned words, joined by spaces, marks without one
run 0 "$seqnet" sample words --length 300 --temperature 0.5
has out '^[a-z]+( [a-z]+)*\.$'
has_not out ' \.'
has_not out '<'
run 0 "$seqnet" sample words --prime 'the cat' --length 5
has out '^the cat( [a-z]|\.)'

# with an embedding, which sample folds into the next layer
run 0 "$seqnet" train --data text --model embedded --level word --punctuation split --layers 1 \
    --hidden 16 --embedding 12 --batch 8 --epochs 3 --lr 0.01 --quiet
run 0 "$seqnet" info embedded
has out '^embedding folded into the next layer: a table of [0-9.]+ KB$'
run 0 "$seqnet" sample embedded --length 300 --temperature 0.5
has out '^[a-z]+( [a-z]+)*\.$'

# head has seen enough: no message, and the program does not go on
(
    timeout 20 "$seqnet" sample lm --length 1000000000 2>err
    echo $? >status
) | head -c 10 >out
[ "$(cat status)" -eq 0 ] || fail "status $(cat status) when the reader closed the pipe"
[ ! -s err ] || fail "a message when the reader closed the pipe"
if [ -c /dev/full ]; then
    "$seqnet" sample lm --length 10 >/dev/full 2>err
    [ $? -eq 1 ] || fail "a full device was not noticed"
    has err '^seqnet: stdout: '
fi
