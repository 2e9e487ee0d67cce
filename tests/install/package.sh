# SPDX-License-Identifier: MIT
# find_package: programs with the shared and the static library, and what the components answer.
. "$(dirname "$0")/lib.sh"
needs readelf

# configure PROJECT PREFIX OPTION...
configure() {
    project=$1 root=$2
    shift 2
    rm -rf "$project"
    "$CMAKE" -S "$SOURCE/tests/install/$project" -B "$project" -DCMAKE_C_COMPILER="$CC" \
        -DCMAKE_PREFIX_PATH="$root" "$@"
}

quietly configure package "$PREFIX" -DCONSUMER="$consumer" -DVERSION="$VERSION"
quietly "$CMAKE" --build package
needed package/shared | grep -q '^libseqnet\.so\.' || fail "not linked with the shared library"
needed package/static | grep libseqnet && fail "linked with the shared library"
right package/shared
right package/static

quietly configure components "$PREFIX"
for part in static tool; do
    cp -R "$PREFIX" without
    case $part in
    static) find without -name 'seqnet-static-targets*' -exec rm {} + ;;
    tool) rm without/bin/seqnet ;;
    esac
    quietly configure components "$work/without" -DWITHOUT=$part
    rm -rf without
done
