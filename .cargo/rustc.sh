#!/bin/sh
# Cargo runs this in the place of rustc (config.toml). Where the project's crates are optimised in full, the compiler is
# guided by the counts that training programs left (`cargo xtask profile` writes them): plain `cargo build --release` is
# then a profile-guided build. Counts belong to the compiler whose version they are named by, since the names of functions
# hold it; other compilers build without.
#
# TAIPAN_PROFILE=generate=FOLDER makes a build that counts, TAIPAN_PROFILE=use=FILE names other counts, and
# TAIPAN_PROFILE=none goes without. TAIPAN_RELOCATION=static lets code name addresses: the jump of every instruction of
# the interpreter becomes shorter, but the code cannot go into a shared library. Cargo does not notice a change of the
# variables: give each value a target folder of its own.

case " $* " in
    *" --crate-name taipan"*" opt-level=3 "* | *" --crate-name python3_14 "*" opt-level=3 "*) ;;
    *) exec "$@" ;;
esac

if [ "${TAIPAN_RELOCATION-}" = static ]; then
    set -- "$@" -Crelocation-model=static
fi

# Functions that link-time optimisation makes known to other units are named by the unit and not by its contents, so that
# the order of functions finds them.
set -- "$@" -Cllvm-args=-use-source-filename-for-promoted-locals

case "${TAIPAN_PROFILE-}" in
    none) exec "$@" ;;
    generate=*) exec "$@" "-Cprofile-generate=${TAIPAN_PROFILE#generate=}" ;;
    use=*) profile=${TAIPAN_PROFILE#use=} ;;
    *)
        version=$("$1" -V)
        version=${version#rustc }
        profile=$(dirname "$0")/../profile/rustc-${version%% *}.profdata
        ;;
esac

if [ ! -f "$profile" ]; then
    exec "$@"
fi

# What no training program reached is compiled as it would be without counts, not for size: other programs are no less
# important. But it lies apart from what was reached, in blocks as well as in functions, which keeps the pages of code few. Loops
# begin at multiples of 32 bytes: how quick a short one is then depends less on what lies before it.
exec "$@" "-Cprofile-use=$profile" \
    "-Cllvm-args=-pgso=false -inlinecold-threshold=225 -enable-split-machine-functions -no-pgo-warn-mismatch -align-loops=32"
