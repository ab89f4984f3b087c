//! Trees, errors, warnings and tokens are CPython 3.14's, as `data/generate.py` recorded them.

use std::fmt::Write;

use taipan_parser::dump::dump;
use taipan_parser::{ErrorKind, Mode, Options, Source, SyntaxError, TokenizerIter, Warning, parse};
use taipan_text::unicode::names::{Named, lookup};

/// Printable ASCII stands for itself, other characters are `\hex;`.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if (' '..='~').contains(&c) && c != '"' && c != '\\' {
            out.push(c);
        } else {
            let _ = write!(out, "\\{:x};", c as u32);
        }
    }
    out.push('"');
    out
}

fn unquote(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.trim_start_matches('"').trim_end_matches('"');
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let (hex, after) = escape.split_once(';').expect("an escape ends with a semicolon");
        out.extend(u32::from_str_radix(hex, 16).ok().and_then(char::from_u32));
        rest = after;
    }
    out + rest
}

fn option(n: Option<i32>) -> String {
    n.map_or("None".to_owned(), |n| n.to_string())
}

fn error(e: &SyntaxError, metadata: bool) -> String {
    let kind = match e.kind {
        ErrorKind::IncompleteInput => "_IncompleteInputError".to_owned(),
        kind => format!("{kind:?}"),
    };
    if e.kind == ErrorKind::MemoryError {
        return format!("{kind}|{}", e.message);
    }
    let text = e.text.as_deref().map_or("-".to_owned(), quote);
    let place = [e.lineno, e.offset, e.end_lineno, e.end_offset].map(option).join("|");
    let mut out = format!("{kind}|{}|{place}|{text}", e.message);
    if metadata && e.kind != ErrorKind::IncompleteInput {
        let (line, col) = e.metadata.as_ref().map_or((0, 0), |m| (m.0, m.1));
        let _ = write!(out, "|M {line},{col}");
    }
    out
}

fn warnings(list: &[Warning]) -> String {
    list.iter().map(|w| format!("|W {:?} {} {}", w.category, w.lineno, w.message)).collect()
}

fn character(name: &str) -> Option<char> {
    match lookup(name, true)? {
        Named::Char(c) => char::from_u32(c),
        Named::Sequence(_) => None,
    }
}

fn result(source: Source, mode: Mode, options: &Options, metadata: bool) -> String {
    match parse(source, mode, options) {
        Ok(parsed) => {
            let raised = parsed.warnings.first().map(|w| format!("|E {}", error(&w.as_error, false)));
            format!("OK {}{}{}", dump(&parsed.module), warnings(&parsed.warnings), raised.unwrap_or_default())
        }
        Err(e) => format!("ERR {}{}", error(&e, metadata), warnings(&e.warnings)),
    }
}

/// Compares line by line; reports all differences at once.
fn check(data: &str, run: impl Fn(&[&str]) -> (String, String, String)) {
    let mut differences = String::new();
    let mut n = 0;
    for line in data.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let (source, found, expected) = run(&fields);
        if found != expected {
            n += 1;
            let _ = writeln!(differences, "{source}\n    found {found}\n expected {expected}");
        }
    }
    assert!(n == 0, "{n} differences:\n{differences}");
}

#[test]
fn trees_and_errors() {
    check(include_str!("data/cases.tsv"), |fields| {
        let [mode, flags, version, source, expected] = fields else { panic!("five fields: {fields:?}") };
        let flags: u32 = flags.parse().expect("flags");
        let version: i32 = version.parse().expect("feature version");
        let options = Options {
            type_comments: flags & 0x1000 != 0,
            allow_incomplete_input: flags & 0x4000 != 0,
            dont_imply_dedent: flags & 0x200 != 0,
            barry_as_flufl: flags & 0x40_0000 != 0,
            feature_version: u8::try_from(version).unwrap_or(14),
            unicode_names: Some(&character),
            ..Options::default()
        };
        let mode = match *mode {
            "exec" => Mode::Exec,
            "single" => Mode::Single,
            "eval" => Mode::Eval,
            _ => Mode::FuncType,
        };
        let text = unquote(source);
        (
            format!("{source} {mode:?} {flags:x}"),
            result(Source::Text(&text), mode, &options, true),
            expected.to_string(),
        )
    });
}

#[test]
fn source_bytes() {
    check(include_str!("data/bytes.tsv"), |fields| {
        let [source, expected] = fields else { panic!("two fields: {fields:?}") };
        let bytes: Vec<u8> = source
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap_or("0"), 16).expect("hexadecimal"))
            .collect();
        // The runtime decodes what the parser does not know.
        let decode = |name: &str, bytes: &[u8]| match name {
            "utf-8-sig" => Some(String::from_utf8(bytes.to_vec()).map_err(|e| e.to_string())),
            _ => None,
        };
        let options = Options { decode: Some(&decode), ..Options::default() };
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        (shown, result(Source::Bytes(&bytes), Mode::Exec, &options, false), expected.to_string())
    });
}

#[test]
fn tokens() {
    check(include_str!("data/tokens.tsv"), |fields| {
        let [extra, source, expected @ ..] = fields else { panic!("two fields and tokens: {fields:?}") };
        let found: Vec<String> = TokenizerIter::new(unquote(source), *extra == "1")
            .map(|item| match item {
                Ok(t) => format!(
                    "{} {} {},{}-{},{} {}",
                    t.type_,
                    quote(&t.string),
                    t.start.0,
                    t.start.1,
                    t.end.0,
                    t.end.1,
                    quote(&t.line)
                ),
                Err(e) => format!("ERR {}", error(&e, false)),
            })
            .collect();
        (format!("{extra} {source}"), found.join("\t"), expected.join("\t"))
    });
}
