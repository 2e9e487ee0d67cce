#!/bin/sh
# SPDX-License-Identifier: MIT
# pip builds and installs the package from its folder, then from a source distribution, into a fresh
# environment, where the README's program runs. Usage: python_install.sh [WHEEL]; that is installed as it is.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset SEQNET_LIBRARY PYTHONPATH

# try: the package carries its library, and the README's program runs.
try() {
    cd "$scratch"
    sed -n '/^```python$/,/^```$/{//!p;}' "$root/bindings/python/README.md" >program.py
    venv/bin/python -c '
import seqnet._library as library
assert "site-packages/seqnet/" in library.find(), library.find()'
    venv/bin/python program.py | tee written.txt
    grep -q '^Row, row, row your boat, gently down the stream.$' written.txt
}

pip=$scratch/venv/bin/pip
if ! { python3 -m venv "$scratch/venv" && "$pip" install -q numpy build scikit-build-core; } \
    >"$scratch/pip.log" 2>&1; then
    echo "skipped: python3 -m venv or pip's package index is missing"
    exit 77
fi

if [ $# -gt 0 ]; then
    "$pip" install -q "$1"
    try
    cd "$scratch"/venv/lib/python*/site-packages
    # A licence for each library it carries.
    libraries=$(find seqnet.libs -type f | wc -l)
    [ "$(find seqnet-*.dist-info/licenses -name "lib*.txt" | wc -l)" -ge "$libraries" ]
    exit
fi
"$pip" install -q "$root/bindings/python"
try

"$scratch/venv/bin/python" -m build -q --sdist -o "$scratch" "$root/bindings/python"
[ ! -e "$root/bindings/python/libseqnet" ]
"$pip" install -q --force-reinstall --no-deps "$scratch"/seqnet-*.tar.gz
try
