#!/bin/sh
# Cargo runs this in the place of rustc (config.toml). cargo-fuzz lets every crate be watched by the fuzzer and be compiled
# as one piece. Here, only the crates are that the targets are about: the interpreter that calls them needs neither, and its
# loop alone would take longer to compile than all else.

watched=no
previous=
for argument; do
    if [ "$previous" = --crate-name ]; then
        case $argument in
            taipan_std_text | taipan_text | taipan_std_data | taipan_std_binary | taipan_std_compress | taipan_std_xml) watched=yes ;;
            taipan_parser | taipan_compiler | taipan_bytecode | zlib_rs | libz_rs_sys | libbz2_rs_sys) watched=yes ;;
        esac
        break
    fi
    previous=$argument
done

# The arguments in their order, without those that are not to be.
count=$#
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    case $watched$argument in
        *-Ccodegen-units=*) ;;
        no-Cpasses=sancov-module | no-Cllvm-args=-sanitizer-coverage-* | no-Cllvm-args=-simplifycfg-*) ;;
        *) set -- "$@" "$argument" ;;
    esac
done
exec "$@"
