# SPDX-License-Identifier: MIT
# Each task from its data file to a model that has learned it, and what eval and info say of the model.
. "$(dirname "$0")/lib.sh"

# lm: six words in any order and always the same line end
make_text 1500 >text
run 0 "$seqnet" train --data text --model lm --layers 1 --hidden 24 --batch 8 --bptt 32 \
    --epochs 3 --lr 0.01 --log lm.log
has out '^epoch 3/3  training loss [0-9.]+ nats, [0-9.]+ bits/char; held out loss'
has out '^lm: the model of epoch [0-9]+, held out loss'
[ "$(grep -c '"event":"epoch"' lm.log)" -eq 3 ] || fail "not 3 epochs in the log"
has lm.log '"event":"train".*"gradient_norm"'
run 0 "$seqnet" eval lm --data text --held-out --json
at_least 1.2 "$(number out loss)"
loss=$(number out loss)
run 0 "$seqnet" eval lm --data text --held-out
has out '^loss [0-9.]+ nats, [0-9.]+ bits/char$'
run 0 "$seqnet" info lm
has out '^vocabulary: [0-9]+ different chars$'
has out 'lstm [0-9]+ -> 24, hidden 24, levels 1, one-hot'
has_not out folded
run 0 "$seqnet" info lm --tensors
has out '0\.weight_hh_l0 \(96, 24\)'
run 0 "$seqnet" info lm --json
has out '"task": "lm"'
at_least "$(number out loss)" "$loss"
at_least "$loss" "$(number out loss)"

# the same at word and byte level
run 0 "$seqnet" train --data text --model words --level word --layers 1 --hidden 16 --batch 8 \
    --bptt 16 --epochs 2 --quiet
[ ! -s out ] || fail "--quiet printed"
run 0 "$seqnet" eval words --data text
has out '^loss [0-9.]+ nats, perplexity [0-9.]+$'
run 0 "$seqnet" train --data text --model bytes --level byte --layers 1 --hidden 8 --epochs 1 --quiet
run 0 "$seqnet" eval bytes --data text
has out 'bits/byte$'

# classify, by words and by characters
make_labelled 600 >labelled
run 0 "$seqnet" train --task classify --data labelled --model classify --hidden 16 --embedding 8 \
    --epochs 6 --lr 0.01
run 0 "$seqnet" eval classify --data labelled --held-out --json
at_least "$(number out accuracy)" 0.99
[ "$(number out count)" -eq 120 ] || fail "not a fifth was held out"
run 0 "$seqnet" info classify
has out 'different words'
run 0 "$seqnet" train --task classify --data labelled --model chars --level char --pool last \
    --bidirectional --hidden 12 --epochs 1 --bptt 8 --quiet
run 0 "$seqnet" eval chars --data labelled
has out 'accuracy [0-9.]+ % \([0-9]+ of 600\)$'
printf 'even\tzzz qqq\nodd\t\n' >strange
run 0 "$seqnet" eval classify --data strange
has out 'of 2\)$'
printf 'neither\tsun\n' >unknown
run 2 "$seqnet" eval classify --data unknown
has err "no label 'neither'"

# tag
make_tagged 400 >tagged
run 0 "$seqnet" train --task tag --data tagged --model tag --hidden 16 --embedding 8 --epochs 8 \
    --lr 0.02 --quiet
run 0 "$seqnet" eval tag --data tagged --held-out --json
at_least "$(number out accuracy)" 0.99

# forecast, by title with a comma, by number, and against persistence
make_series 600 >series.csv
run 0 "$seqnet" train --task forecast --data series.csv --column 'value, measured' --model forecast \
    --epochs 30 --hidden 16 --quiet
run 0 "$seqnet" eval forecast --data series.csv --held-out
has out '^RMSE [0-9.]+, persistence [0-9.]+ \([0-9.]+ % below it\)$'
run 0 "$seqnet" eval forecast --data series.csv --held-out --json
at_least "$(number out percent_below_persistence)" 50
[ "$(number out count)" -eq 120 ] || fail "not a fifth was held out"
run 0 "$seqnet" train --task forecast --data series.csv --column 2 --model by-number --epochs 30 \
    --hidden 16 --quiet
run 0 "$seqnet" eval by-number --data series.csv --held-out --json
cp out by-number.json
run 0 "$seqnet" eval forecast --data series.csv --held-out --json
same out by-number.json

# models of other tasks do not write
for model in classify tag forecast; do
    run 2 "$seqnet" sample "$model"
    has err 'cannot write'
done

run 0 "$seqnet" bench --seconds 0.001 --threads 1
has out '^stream +lstm +128 +1 +1 +[0-9]+'
has out '^train +gru +128 +50 +32 +[0-9]+'

# products run on kernels that fit the machine
if grep -q 'DYNAMIC_ARCH' out && grep -Eq 'avx(2|512) kernels' out; then
    has_not out 'core (Prescott|Barcelona),'
fi
