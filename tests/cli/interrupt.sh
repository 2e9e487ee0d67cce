# SPDX-License-Identifier: MIT
# Ctrl-C and SIGTERM: status 130, and the command that is printed ends with the bytes of a training that never stopped.
. "$(dirname "$0")/lib.sh"

mkdir 'a folder'
make_text 500 >"a folder/it's text"

train() {
    "$seqnet" train --data "a folder/it's text" --layers 2 --hidden 48 --batch 4 --bptt 16 \
        --epochs 6 --threads 1 --dropout 0.1 "$@"
}
train --model whole --quiet

# A shell starts its background processes with SIGINT ignored, env starts them with the default again.
for signal in INT TERM; do
    rm -f model* out err
    env --default-signal=INT "$seqnet" train --data "a folder/it's text" --layers 2 --hidden 48 \
        --batch 4 --bptt 16 --epochs 6 --threads 1 --dropout 0.1 --model model >out 2>err &
    process=$!
    tries=0
    until grep -qs '^epoch 2/6' out || [ "$tries" -ge 1000 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
    kill -s "$signal" "$process"
    wait "$process"
    status=$?
    [ "$status" -eq 130 ] || fail "status $status after SIG$signal"
    has err '^seqnet: interrupted and saved in epoch [0-9]; to go on:$'
    tail -n 1 err >command
    has command '--resume$'
    sh ./command >out 2>err || fail "the printed command"
    has out '^resumed in epoch [0-9] after [0-9]+ updates$'
    same whole model
done
