# SPDX-License-Identifier: MIT
# Every example builds outside the tree, with pkg-config alone; the first one is run.
. "$(dirname "$0")/lib.sh"
needs pkg-config
for example in "$SOURCE"/examples/*.c; do
    # shellcheck disable=SC2046
    quietly "$CC" "$example" $(pkg-config --cflags --libs seqnet) -lm \
        -o "$(basename "$example" .c)"
done
LD_LIBRARY_PATH=$library_directory ./quickstart | grep -q '^Row, row' || fail "quickstart"
