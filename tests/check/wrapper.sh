#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The C++ headers reach all of the C headers: every function (but X_init, for which C++ has default
# members), every member that a caller sets, every constant of an option that has a type of its own.
. "$(dirname "$0")/common.sh"

mapfile -t wrapper < <(files '*.hpp' | grep '^include/seqnet/cpp/')

# reached REGEX FILE:LINE TEXT
reached() {
    grep -qE -- "$1" "${wrapper[@]}" || fault "$2" "$3 is not in include/seqnet/cpp"
}

while IFS=: read -r line name; do
    reached "\\b$name\\b" "cmake/seqnet.map:$line" "$name"
done < <(sed -n '/^global:/,/^local:/p' cmake/seqnet.map | grep -nvE '_init;$|:' |
    sed -E 's/^([0-9]+): *([a-z0-9_]*);/\1:\2/')

while IFS=: read -r line member; do
    reached "\\bc\\.$member =|\\bgiven\\.$member =" "tests/abi/layout.def:$line" "$member"
done < <(grep -nE '^MEMBER\(seqnet_([a-z]+_options|window|batch),' tests/abi/layout.def |
    grep -vE ', (struct_size|reserved),' | sed -E 's/^([0-9]+):[^,]*, ([a-z0-9_]*),.*/\1:\2/')

scoped='TANH|RELU|SIGMOID|CROSS_ENTROPY|MEAN_SQUARED_ERROR|[A-Z]+_STEP|SGD|ADAGRAD|RMSPROP|ADAMW?'
scoped+='|CONSTANT|STEP|EXPONENTIAL|COSINE|PLATEAU|LEVEL_[A-Z]+|DIALECT_[A-Z]+|GRU_FORM_[A-Z_]+'
while IFS=: read -r line name; do
    reached "\\b$name\\b" "tests/abi/layout.def:$line" "$name"
done < <(grep -nE "^CONSTANT\(SEQNET_($scoped)," tests/abi/layout.def |
    sed -E 's/^([0-9]+):CONSTANT\(([A-Z0-9_]*),.*/\1:\2/')
finish
