#!/bin/sh
# SPDX-License-Identifier: MIT
# The Debian packages of a directory: installed with apt, used, and removed. apt works on a root of
# its own, whose list of installed packages is this system's: so what they depend on counts as
# there, and nothing of this system is changed. Usage: deb.sh DIRECTORY; on Debian, as any user.
set -eu
packages=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/../.." && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

fail() {
    echo "deb.sh: $*" >&2
    exit 1
}

# quietly COMMAND...: show its output only if it fails.
quietly() {
    "$@" >"$root/log" 2>&1 </dev/null || {
        cat "$root/log"
        fail "$*"
    }
}

# in_root COMMAND...: apt-get there. Scripts and triggers of dpkg run in that root, which is empty:
# ours have none but the one of ldconfig, for which nobody waits.
in_root() {
    quietly apt-get -qq -y -o Dir::State="$root/state" \
        -o Dir::State::status="$root/var/lib/dpkg/status" \
        -o Dir::Cache="$root/cache" -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=- \
        -o Dpkg::Options::=--root="$root" -o Dpkg::Options::=--log=/dev/null \
        -o Dpkg::Options::=--force-not-root -o Dpkg::Options::=--force-script-chrootless \
        -o DPkg::Use-Pty=0 -o APT::Sandbox::User=root "$@"
}

mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial" \
    "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/triggers"
awk 'BEGIN { RS = ""; ORS = "\n\n" } !/^Package: (libseqnet|seqnet)/' /var/lib/dpkg/status \
    >"$root/var/lib/dpkg/status"

cd "$packages"
in_root install ./libseqnet0_*.deb ./libseqnet-dev_*.deb ./seqnet_*.deb
libraries=$(dirname "$(find "$root/usr/lib" -name 'libseqnet.so')")
[ -n "$libraries" ] || fail "no libseqnet.so"

# use PROGRAM...: with the installed library.
use() {
    LD_LIBRARY_PATH=$libraries "$@"
}

# The files of pkg-config and CMake name no prefix, so that they lead to the root they lie in.
consumer=$source/tests/install/consumer.c
PKG_CONFIG_PATH=$libraries/pkgconfig
export PKG_CONFIG_PATH
mkdir "$root/static"
ln -s "$libraries/libseqnet.a" "$root/static/"
# shellcheck disable=SC2046
"${CC:-cc}" "$consumer" $(pkg-config --cflags --libs seqnet) -lm -o "$root/by_shared"
# shellcheck disable=SC2046
"${CC:-cc}" "$consumer" -L"$root/static" $(pkg-config --static --cflags --libs seqnet) \
    -o "$root/by_static"
quietly cmake -S "$source/tests/install/package" -B "$root/build" -DCONSUMER="$consumer" \
    -DCMAKE_PREFIX_PATH="$root/usr" -DVERSION="$(pkg-config --modversion seqnet)"
quietly use cmake --build "$root/build"
for program in by_shared by_static build/shared build/static; do
    use "$root/$program" | grep -q ': right$' || fail "$program is not right"
done
dpkg --root="$root" --verify libseqnet0 libseqnet-dev seqnet >"$root/differ" 2>"$root/log" ||
    fail "dpkg --verify"
[ ! -s "$root/differ" ] || fail "not as in the package: $(cat "$root/differ")"
[ "$(find "$root/usr/share/man" -name '*.[13].gz' | wc -l)" -ge 3 ] || fail "no man pages"

use "$root/usr/bin/seqnet" --version | grep -q '^seqnet ' || fail "the program does not run"
yes 'the cat sat on the mat' | head -n 200 >"$root/text"
use "$root/usr/bin/seqnet" train --data "$root/text" --model "$root/model" --hidden 16 --epochs 1 \
    --quiet >/dev/null || fail "the program does not train"
use "$root/usr/bin/seqnet" sample "$root/model" --length 20 --seed 1 >/dev/null ||
    fail "the program does not sample"

in_root purge libseqnet0 libseqnet-dev seqnet
left=$(find "$root" -path "$root/usr/*" ! -type d)
[ -z "$left" ] || fail "left behind: $left"
echo "the packages install, work and go"
