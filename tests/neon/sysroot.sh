#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sysroot.sh DIRECTORY: fetch what an arm64 build of this project links, with all it depends on, and
# unpack it in DIRECTORY/root. apt gets settings and a state of its own, so this machine's packages
# and architectures stay as they are, and nothing here needs root. For Debian, whose servers hold
# all architectures.
set -euo pipefail

directory=$(realpath -m "$1")
packages=(libc6-dev libopenblas-pthread-dev libcmocka-dev libjansson-dev
    libxxhash-dev libutf8proc-dev)

apt_arm64() {
    apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 \
        -o APT::Sandbox::User= -o Debug::NoLocking=1 \
        -o Dir::State="$directory/apt" -o Dir::State::status="$directory/apt/status" \
        -o Dir::Cache="$directory/apt" -o Dir::Cache::archives="$directory/archives" "$@"
}

mkdir -p "$directory/apt/lists/partial" "$directory/archives/partial"
touch "$directory/apt/status"
apt_arm64 update || true # one source without arm64 does no harm
apt_arm64 install --download-only --no-install-recommends -y "${packages[@]}"
rm -rf "$directory/unpacking"
root=$directory/unpacking libraries=usr/lib/aarch64-linux-gnu
for archive in "$directory"/archives/*.deb; do
    dpkg-deb --extract "$archive" "$root"
done

# Installing would have made links to the one BLAS there is; links to / must stay inside.
ln -sf openblas-pthread/{libopenblas.so,libopenblas.so.0} "$root/$libraries/"
ln -sf ../openblas-pthread/pkgconfig/openblas.pc "$root/$libraries/pkgconfig/"
find "$root" -lname '/*' -print0 | while IFS= read -r -d '' link; do
    ln -sfn "$directory/root$(readlink "$link")" "$link"
done
mv "$root" "$directory/root"
