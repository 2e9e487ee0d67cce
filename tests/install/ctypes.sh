# SPDX-License-Identifier: MIT
# Python with nothing but ctypes.
. "$(dirname "$0")/lib.sh"
needs python3
right python3 "$SOURCE/tests/install/consumer.py" "$(find "$PREFIX" -name 'libseqnet.so.?')"
