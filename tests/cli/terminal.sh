# SPDX-License-Identifier: MIT
# The progress bar on a terminal: one line that is redrawn and never wider than the terminal.
. "$(dirname "$0")/lib.sh"

command -v script >/dev/null || exit 77
script -qec true /dev/null >/dev/null 2>&1 </dev/null || exit 77
make_text 12000 >text

# on_terminal COLUMNS: the bytes a terminal of that width gets.
on_terminal() {
    script -qec "stty cols $1 rows 20; '$seqnet' train --data text --model lm --layers 1 --hidden 64 \
        --batch 4 --epochs 1 --threads 1" /dev/null </dev/null >out 2>err || fail "in a terminal"
}


export TERM=xterm
for columns in 120 80 50; do
    on_terminal "$columns"
    tr '\r' '\n' <out >lines
    has lines '^epoch 1/1 +[0-9]+% .*loss'
    [ "$(grep -Ec '^epoch 1/1 +[0-9]+%' lines)" -ge 2 ] || fail "the bar was not redrawn"
    grep -E '%' out | tr '\r' '\n' | grep -E '^epoch 1/1 +[0-9]+%' |
        sed "s/$(printf '\033')\\[[0-9;]*m//g" | awk -v n="$columns" 'length >= n { exit 1 }' ||
        fail "wider than $columns columns"
done
on_terminal 120
has out "$(printf '\033')\\[32m"
NO_COLOR=1
export NO_COLOR
on_terminal 120
has out '\[=+> +\]'
has_not out "$(printf '\033')"
unset NO_COLOR
TERM=dumb
on_terminal 120
has_not out "$(printf '\033')"
