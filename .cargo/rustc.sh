#!/bin/sh
# Cargo runs this in the place of rustc (config.toml). Where the project's crates are optimised in full, the compiler is
# guided by the counts that training programs left (`cargo xtask profile` writes them): plain `cargo build --release` is
# then a profile-guided build. Counts belong to the compiler whose version they are named by, since the names of functions
# hold it; other compilers build without.
#
# Executables have a fixed address, so that code may name addresses: what another crate defines is reached without a load,
# and the jump of an instruction of the interpreter is a single one. Shared libraries cannot contain such code.
#
# TAIPAN_PROFILE=generate=FOLDER makes a build that counts, TAIPAN_PROFILE=use=FILE names other counts, and
# TAIPAN_PROFILE=none goes without. TAIPAN_RELOCATION=pic makes code that may become part of a shared library. Cargo does not
# notice a change of the variables: give each value a target folder of its own (`cargo xtask` does).

case " $* " in
    *" opt-level=3 "*) ;;
    *) exec "$@" ;;
esac

case "${TAIPAN_RELOCATION-} $* " in
    pic\ * | *" --crate-type proc-macro "*) ;;
    *" --crate-name python3_14 "*",link "*)
        echo "the shared library needs TAIPAN_RELOCATION=pic and a target folder of its own: cargo xtask embed PREFIX" >&2
        exit 1
        ;;
    *) set -- "$@" -Crelocation-model=static ;;
esac

case " $* " in
    *" --crate-name taipan"* | *" --crate-name python3_14 "*) ;;
    *) exec "$@" ;;
esac

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
