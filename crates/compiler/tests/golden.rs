//! Small sources against the code, errors and warnings that CPython makes of them: `golden/*.txt`, written by
//! `regenerate.py`. `GOLDEN_DIR` names another folder of such files.

use std::fmt::Write;
use std::sync::Arc;
use taipan_bytecode::tables::co_fast;
use taipan_bytecode::{CodeObject, Const, exception_table, instruction, location};
use taipan_compiler::{ErrorKind, Failure, Options, compile, unparse};
use taipan_parser::ast::Location;
use taipan_parser::{Mode, Source};

fn constant(value: &Const) -> String {
    let list = |items: &[Const]| items.iter().map(constant).collect::<Vec<_>>();
    match value {
        Const::Code(code) => format!("<code {}>", code.qualname.to_string_lossy()),
        Const::Tuple(items) => format!("({})", list(items).iter().map(|i| format!("{i},")).collect::<String>()),
        Const::FrozenSet(items) => {
            let mut items = list(items);
            items.sort();
            format!("frozenset{{{}}}", items.join(", "))
        }
        Const::Slice(items) => format!("slice({})", list(&items[..]).join(", ")),
        Const::Str(_) => {
            let repr = unparse::constant_repr(value);
            String::from_utf8(repr).unwrap().chars().fold(String::new(), |mut out, c| {
                match u32::from(c) {
                    0..=0x7f => out.push(c),
                    c @ 0x80..=0xff => write!(out, "\\x{c:02x}").unwrap(),
                    c @ 0x100..=0xffff => write!(out, "\\u{c:04x}").unwrap(),
                    c => write!(out, "\\U{c:08x}").unwrap(),
                }
                out
            })
        }
        value => String::from_utf8(unparse::constant_repr(value)).unwrap(),
    }
}

fn dump(code: &CodeObject, out: &mut String) {
    let names = |names: &mut dyn Iterator<Item = &taipan_bytecode::Str>| {
        names.map(|n| n.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    };
    let locals = |kind: u8| {
        names(
            &mut code
                .localsplusnames
                .iter()
                .zip(code.localspluskinds.iter())
                .filter(move |(_, k)| **k & kind != 0)
                .map(|(n, _)| n),
        )
    };
    writeln!(out, "code {} line {}", code.qualname.to_string_lossy(), code.firstlineno).unwrap();
    let args = format!("{}/{}/{}", code.argcount, code.posonlyargcount, code.kwonlyargcount);
    writeln!(out, "  args {args} stack {} flags {:#x}", code.stacksize, code.flags).unwrap();
    writeln!(out, "  names {}", names(&mut code.names.iter())).unwrap();
    writeln!(out, "  locals {}; {}; {}", locals(co_fast::LOCAL), locals(co_fast::CELL), locals(co_fast::FREE)).unwrap();
    writeln!(out, "  consts {}", code.consts.iter().map(constant).collect::<Vec<_>>().join(" ")).unwrap();
    let mut positions = vec![location::Position::default(); code.code.len() / 2];
    for entry in location::Decoder::new(&code.linetable, code.firstlineno) {
        positions[entry.start / 2..entry.end / 2].fill(entry.position);
    }
    for i in instruction::Decoder::new(&code.code) {
        let p = positions[i.offset / 2];
        let position =
            [p.line, p.column, p.end_line, p.end_column].map(|x| x.map_or("-".to_owned(), |x| x.to_string())).join(":");
        writeln!(out, "  {} {} {} {position}", i.offset, i.opcode.name(), i.oparg).unwrap();
    }
    for e in exception_table::Decoder::new(&code.exceptiontable) {
        let lasti = if e.lasti { " lasti" } else { "" };
        writeln!(out, "  {} to {} -> {} [{}]{lasti}", e.start * 2, e.end * 2, e.target * 2, e.depth).unwrap();
    }
    for code in code.nested() {
        dump(code, out);
    }
}

/// Bytes from 1, as in `SyntaxError.offset` of errors that the compiler finds.
fn place(loc: Location) -> String {
    format!("{}:{}-{}:{}", loc.lineno, loc.col_offset + 1, loc.end_lineno, loc.end_col_offset + 1)
}

fn result(source: &str, options: &str) -> String {
    let option = |name: &str| {
        options.split(['[', ']', ' ', ',']).filter_map(|o| o.split_once('=')).find(|o| o.0 == name).map(|o| o.1)
    };
    let mode = match option("mode") {
        Some("single") => Mode::Single,
        Some("eval") => Mode::Eval,
        _ => Mode::Exec,
    };
    let number = |name| option(name).map_or(0, |n| n.parse().unwrap());
    let options = Options { optimize: number("optimize") as i32, flags: number("flags"), ..Options::default() };
    let parsing = taipan_parser::Options::default();
    let compiled = compile(Source::Text(source), b"<golden>", mode, &options, &parsing);
    let mut out = String::new();
    for w in &compiled.parser_warnings {
        writeln!(out, "warning {}: {}", w.lineno, w.message).unwrap();
    }
    for w in &compiled.warnings {
        writeln!(out, "warning {}: {}", w.location.lineno, w.message).unwrap();
    }
    match compiled.result {
        Ok(code) => dump(&Arc::unwrap_or_clone(code), &mut out),
        Err(Failure::Compile(error)) => {
            let kind = match error.kind {
                ErrorKind::Syntax => "SyntaxError",
                ErrorKind::Recursion => "RecursionError",
                ErrorKind::Runtime => "RuntimeError",
                ErrorKind::System => "SystemError",
                ErrorKind::Value => "ValueError",
                ErrorKind::Overflow => "OverflowError",
                ErrorKind::Type => "TypeError",
            };
            write!(out, "{kind}: {}", error.message).unwrap();
            match error.location {
                Some(loc) => writeln!(out, " at {}", place(loc)).unwrap(),
                None => writeln!(out).unwrap(),
            }
        }
        Err(Failure::Parse(error)) => {
            for w in &error.warnings {
                writeln!(out, "warning {}: {}", w.lineno, w.message).unwrap();
            }
            let n = |n: Option<i32>| n.map_or("None".to_owned(), |n| n.to_string());
            writeln!(
                out,
                "{:?}: {} at {}:{}-{}:{}",
                error.kind,
                error.message,
                n(error.lineno),
                n(error.offset),
                n(error.end_lineno),
                n(error.end_offset)
            )
            .unwrap();
        }
    }
    out
}

#[test]
fn golden() {
    let folder = std::env::var("GOLDEN_DIR").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden").into());
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let (mut cases, mut failures) = (0, 0);
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        for case in format!("\n{text}").split("\n### ").skip(1) {
            let (title, rest) = case.split_once('\n').unwrap();
            let Some((source, expected)) = rest.split_once("\n>>>\n") else {
                panic!("{}: {title}: no result", path.display())
            };
            let source = format!("{}\n", source.trim_matches('\n'));
            let got = result(&source, title.split_once('[').map_or("", |t| t.1));
            cases += 1;
            if got.trim_end().lines().map(str::trim_end).ne(expected.trim_end().lines().map(str::trim_end)) {
                failures += 1;
                println!("{}: {title}\n{source}", path.display());
                let (mut theirs, mut ours) = (expected.trim_end().lines(), got.trim_end().lines());
                loop {
                    match (theirs.next(), ours.next()) {
                        (None, None) => break,
                        (a, b) if a.map(str::trim_end) == b.map(str::trim_end) => {}
                        (a, b) => {
                            println!("  expected {}\n  got      {}", a.unwrap_or("-"), b.unwrap_or("-"));
                            break;
                        }
                    }
                }
            }
        }
    }
    assert_eq!(failures, 0, "of {cases} cases");
    println!("{cases} cases");
}
