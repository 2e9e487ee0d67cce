# SPDX-License-Identifier: MIT
# Every option of train that changes the training does so, and the default it claims is the default.
. "$(dirname "$0")/lib.sh"

make_text 120 >text
make_labelled 60 >labelled

# model FILE OPTIONS...: a small language model.
model() {
    file=$1
    shift
    run 0 "$seqnet" train --data text --model "$file" --layers 1 --hidden 6 --batch 4 --bptt 16 \
        --epochs 2 --validation 0 --quiet "$@"
}

# Weights without metadata: everything behind the header.
weights() {
    size=$(od -An -tu8 -N8 "$1" | tr -d ' ')
    tail -c +$((size + 9)) "$1"
}

differs() {
    model other "$@"
    weights other >other.weights
    ! cmp -s base.weights other.weights || fail "no effect: $*"
}

equals() {
    model other "$@"
    weights other >other.weights
    cmp -s base.weights other.weights || fail "not the default: $*"
}

model base
weights base >base.weights
equals --task lm --level char --cell lstm --optimizer adam --lr 0.002 --beta1 0.9 --beta2 0.999 \
    --clip-norm 5 --schedule constant --seed 1 --update-steps 16 --accumulate 1 --embedding 0 \
    --forget-bias 1 --punctuation keep
for cell in gru rnn; do
    differs --cell "$cell"
done
for optimizer in sgd adagrad rmsprop adamw; do
    differs --optimizer "$optimizer"
done
for schedule in step exponential cosine; do
    differs --schedule "$schedule" --period 1
done
differs --schedule plateau --patience 1 --validation 0.3
differs --layers 2
differs --embedding 5
differs --tie
differs --dropout 0.3
differs --init-range 0.3
differs --forget-bias 3
differs --level word
differs --lower --vocab-size 5
differs --min-count 400
differs --lr 0.003
differs --beta1 0.8
differs --beta2 0.9
differs --weight-decay 0.1
differs --clip-value 0.0001
differs --clip-norm 0.0001
differs --warmup 5
differs --bptt 8
differs --update-steps 8
differs --update-steps 32
differs --burn-in 4
differs --accumulate 2
differs --seed 2

# options of one optimizer
model base --optimizer sgd
weights base >base.weights
differs --optimizer sgd --momentum 0.5
differs --optimizer sgd --momentum 0.5 --nesterov
model base --optimizer rmsprop
weights base >base.weights
equals --optimizer rmsprop --beta2 0.95
equals --optimizer rmsprop --rms-decay 0.95
differs --optimizer rmsprop --rms-decay 0.9

# options that must not change it
model base
cp base one
model two --checkpoint-every 1 --log two.log --threads 3
model one --threads 1
same one two

# a default of each task shows in the model
run 0 "$seqnet" train --task classify --data labelled --model classify --epochs 1 --quiet
run 0 "$seqnet" info classify
has out 'embedding [0-9]+ -> 64'
has out '"pool": ?"mean"'
has out 'lstm 64 -> 128, hidden 128, levels 1'
run 0 "$seqnet" train --task classify --data labelled --model classify --epochs 1 --quiet \
    --bidirectional --dropout 0.25
run 0 "$seqnet" info classify
has out 'lstm 64 -> 256, hidden 128, levels 1, bidirectional'
has out 'dropout 256 -> 256, dropout 0.25'

# --minutes ends a training that would go on for long, with a model
run 0 "$seqnet" train --data text --model short --layers 1 --hidden 6 --epochs 1000000 \
    --minutes 0.01
has out 'time is up'
has out '--resume$'
run 0 "$seqnet" eval short --data text
