#!/bin/sh
# Puts the shared library into an installation, with what tells tools about it: install.sh LIBRARY PREFIX.
# `cargo xtask embed PREFIX` builds the library first.
set -e
library=$1
prefix=$2
if [ ! -f "$library" ] || [ -z "$prefix" ]; then
    echo "usage: $0 LIBRARY PREFIX" >&2
    exit 2
fi
here=$(dirname "$0")
mkdir -p "$prefix/lib/pkgconfig"
cp "$library" "$prefix/lib/libpython3.14.so.1.0"
ln -sf libpython3.14.so.1.0 "$prefix/lib/libpython3.14.so"
cp "$here/python-3.14-embed.pc" "$prefix/lib/pkgconfig/"
# The name without the minor version belongs to whom had it first.
[ -e "$prefix/lib/pkgconfig/python3-embed.pc" ] || ln -s python-3.14-embed.pc "$prefix/lib/pkgconfig/python3-embed.pc"
