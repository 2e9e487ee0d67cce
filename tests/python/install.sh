#!/bin/sh
# SPDX-License-Identifier: MIT
# pip builds and installs the package from its folder and from a source distribution, each into a
# fresh environment, where the README's program runs. Usage: install.sh [WHEEL]; a wheel is
# installed as it is.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset SEQNET_LIBRARY PYTHONPATH

# fresh NAME: an environment with pip; the test is skipped where there is none, or no index.
fresh() {
    python3 -m venv "$scratch/$1" 2>/dev/null &&
        "$scratch/$1/bin/pip" install -q numpy scikit-build-core build >"$scratch/pip.log" 2>&1 && return
    echo "skipped: python3 -m venv or pip's package index is missing"
    exit 77
}

# try NAME: the package in that environment carries its library, and the README's program runs.
try() {
    cd "$scratch"
    sed -n '/^```python$/,/^```$/{//!p;}' "$root/bindings/python/README.md" >program.py
    "$scratch/$1/bin/python" -c '
import seqnet._library as library
assert "site-packages/seqnet/" in library.find(), library.find()'
    "$scratch/$1/bin/python" program.py | tee written.txt
    grep -q '^Row, row, row your boat, gently down the stream.$' written.txt
}

fresh folder
if [ $# -gt 0 ]; then
    "$scratch/folder/bin/pip" install -q "$1"
    try folder
    exit
fi
"$scratch/folder/bin/pip" install -q "$root/bindings/python"
try folder

"$scratch/folder/bin/python" -m build -q --sdist -o "$scratch" "$root/bindings/python"
[ ! -e "$root/bindings/python/libseqnet" ]
fresh sdist
"$scratch/sdist/bin/pip" install -q "$scratch"/seqnet-*.tar.gz
try sdist
