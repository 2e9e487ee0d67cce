# SPDX-License-Identifier: MIT
# What is installed: in the three components and no other, with no trace of the build.
. "$(dirname "$0")/lib.sh"
needs readelf
library=$library_directory/libseqnet.so
program=$PREFIX/bin/seqnet

# The components share no file, and together are everything.
for component in runtime development tool; do
    quietly "$CMAKE" --install "$BUILD" --prefix "$work/$component" --component $component
    (cd $component && find . ! -type d) >>parts
done
sort parts >sorted
(cd "$PREFIX" && find . ! -type d) | sort | diff - sorted || fail "components are not the whole"
[ "$(cd runtime && find . ! -type d | wc -l)" -eq 2 ] || fail "runtime is more than the library"
(cd tool && find . ! -type d) | grep -vE '^\./(bin/seqnet|share/man/man1/seqnet[a-z-]*\.1)$' &&
    fail "not part of the tool"

# Nothing leads back to the places of the build.
grep -rlF -e "$SOURCE" -e "$BUILD" "$PREFIX" && fail "these files name the build"
for file in "$library" "$program"; do
    readelf -d "$file" | grep -E 'R(UN)?PATH' | grep -vF "[\$ORIGIN/" && fail "$file: a path"
done
[ "$(readelf -d "$library" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')" = "libseqnet.so.$MAJOR" ] ||
    fail "wrong SONAME"

# Every name that libseqnet.a gives or takes for itself is public.
nm -g --defined-only "$library_directory/libseqnet.a" | awk 'NF == 3 { print $3 }' >names
[ -s names ] || fail "no names in libseqnet.a"
grep -v '^seqnet_' names && fail "libseqnet.a shows internal names"

# The program finds its library without help, and each page formats without a warning.
"$program" --version | grep -q '^seqnet ' || fail "the program does not run"
if command -v man >/dev/null; then
    find "$PREFIX/share/man" -type f | while read -r page; do
        man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null | sed "s|^|$page: |"
    done >warnings
    cat warnings
    [ ! -s warnings ] || fail "warnings of man"
fi
