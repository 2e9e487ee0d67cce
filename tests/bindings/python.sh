#!/bin/sh
# SPDX-License-Identifier: MIT
# pytest on the package, against the library that is named. Usage: python.sh LIBSEQNET [OPTION...]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
python=$root/build/python/venv/bin/python
library=$1
shift

if ! "$python" -c 'import numpy, pytest' 2>/dev/null; then
    echo "skipped: no environment build/python/venv; ./run test makes it"
    exit 77
fi
cd "$root/bindings/python"
SEQNET_LIBRARY=$library PYTHONPATH=$PWD/src exec "$python" -m pytest -q -p no:cacheprovider -rP "$@"
