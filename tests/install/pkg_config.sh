# SPDX-License-Identifier: MIT
# pkg-config: the shared library, the static one, and a program without any shared library.
. "$(dirname "$0")/lib.sh"
needs pkg-config
needs readelf

# builds NAME PKG-CONFIG-OPTION... [-- LINKER-OPTION...]
builds() {
    name=$1 options=
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    [ $# -eq 0 ] || shift
    # shellcheck disable=SC2046,SC2086
    quietly "$CC" "$consumer" $(pkg-config --cflags $options seqnet) "$@" \
        $(pkg-config --libs $options seqnet) -lm -o "$name"
}

pkg-config --exists "seqnet >= $VERSION" || fail "wrong version"
pkg-config --libs seqnet | grep -E 'openblas|jansson|utf8proc' && fail "private libraries shown"

builds shared
right ./shared
needed shared | grep -q '^libseqnet\.so\.' || fail "not linked with the shared library"

# Without the shared library at hand, -lseqnet is the static one.
mkdir static_only
cp "$library_directory/libseqnet.a" static_only
builds static --static -- -Lstatic_only
needed static | grep libseqnet && fail "linked with the shared library"
right ./static

# All of it static; a system may have no static OpenBLAS.
if [ -n "$(find /usr/lib /usr/local/lib -name libopenblas.a -print -quit 2>/dev/null)" ]; then
    builds alone --static -- -static
    readelf -d alone | grep -q 'no dynamic section' || fail "not static"
    right ./alone
fi
