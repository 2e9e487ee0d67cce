# SPDX-License-Identifier: MIT
# Install, and move the result to where the other tests use it: prefix.sh CMAKE BUILD PREFIX.
set -eu
rm -rf "$3" "$3.first"
"$1" --install "$2" --prefix "$3.first" >/dev/null
mv "$3.first" "$3"
