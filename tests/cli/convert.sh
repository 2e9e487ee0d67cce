# SPDX-License-Identifier: MIT
# Models to tensors of every dialect and back: the same model, with its vocabulary; and what is refused.
. "$(dirname "$0")/lib.sh"

make_text 60 >text
for cell in lstm gru rnn; do
    run 0 "$seqnet" train --data text --model "$cell" --cell "$cell" --embedding 5 --hidden 6 \
        --layers 2 --batch 2 --epochs 1 --quiet
done

# PyTorch's and ONNX' weights are only moved, so a model comes back with equal bits.
for cell in lstm gru rnn; do
    for dialect in torch onnx keras onednn; do
        run 0 "$seqnet" convert --to "$dialect" "$cell" tensors --modules embed,rnn,head
        [ ! -s out ] && [ ! -s err ] || fail "output of a conversion"
        run 0 "$seqnet" info tensors
        has out '^not a seqnet model; '
        run 0 "$seqnet" convert --from "$dialect" tensors back --modules embed,rnn,head \
            --gru reset-after
        run 0 "$seqnet" info --tensors "$cell"
        cp out expected
        run 0 "$seqnet" info --tensors back
        same out expected
        run 0 "$seqnet" convert --to torch "$cell" first
        run 0 "$seqnet" convert --to torch back second
        case $dialect in torch | onnx) same first second ;; esac
        run 0 "$seqnet" sample "$cell" --length 40 --seed 3
        cp out expected
        run 0 "$seqnet" sample back --length 40 --seed 3
        same out expected
    done
done

# from one library to another, with names of its own
run 0 "$seqnet" convert --to keras --prefix net. --modules a,b,c lstm keras
run 0 "$seqnet" convert --from keras --to onnx --prefix net. --modules a,b,c keras onnx
run 0 "$seqnet" convert --from onnx --prefix net. --modules a,b,c onnx back
run 0 "$seqnet" convert --from onnx --prefix net.b. onnx single
run 0 "$seqnet" info single
has out '^  0  lstm 5 -> 6, hidden 6, levels 2$'

# options of an RNN
run 0 "$seqnet" convert --to torch rnn tensors
run 0 "$seqnet" convert --from torch --prefix 1. --nonlinearity relu --tokens tensors single
run 0 "$seqnet" info single
has out '^  0  rnn 5 -> 6, hidden 6, levels 2, one-hot, relu$'

# what is refused: one line, status 2, and nothing is written
refused() {
    rm -f none
    run 2 "$seqnet" convert "$@"
    [ "$(wc -l <err)" -eq 1 ] || fail "not one line on stderr: $*"
    [ ! -s out ] && [ ! -e none ] || fail "something was written: $*"
}
refused
refused lstm
refused lstm none more
refused --from fortran lstm none
refused missing none
has err '^seqnet: cannot read the model'
refused text none
refused keras none
has err 'tensors need --from'
refused --from keras keras none
has err 'no tensor begins with|there are modules'
refused --from torch --prefix net. --modules a,b,c keras none
has err 'no tensor "net\.a\.weight_hh_l0" or "weight"; found "net\.a\.embeddings" \(keras\?\)'
refused --from keras --prefix net. --modules a,b,d keras none
has err 'no module "d"; there are '
run 0 "$seqnet" convert --to onnx gru onnx
refused --from onnx onnx none
has err '"1\.l0\.R" is of a GRU and no tensor tells its form'
refused lstm lstm
has err 'OUT is IN'
refused --to torch lstm ./lstm
refused --to torch lstm text
has err 'exists and is no safetensors file'
refused --to torch lstm missing/none
