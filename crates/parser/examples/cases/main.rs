//! `cases FILE`: parses sources and compares with what CPython made of them. A line holds source (hexadecimal), mode,
//! flags, feature version and the expected result (hexadecimal), separated by tabs.

use taipan_parser::{Mode, Options, Source, SyntaxError, Warning, dump::dump, parse};

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if (' '..='~').contains(&c) && c != '"' && c != '\\' {
            out.push(c);
        } else {
            out.push_str(&format!("\\{:x};", c as u32));
        }
    }
    out.push('"');
    out
}

fn opt(n: Option<i32>) -> String {
    n.map_or("None".into(), |n| n.to_string())
}

fn describe(e: &SyntaxError, metadata: bool) -> String {
    let kind = match e.kind {
        taipan_parser::ErrorKind::IncompleteInput => "_IncompleteInputError".to_owned(),
        kind => format!("{kind:?}"),
    };
    if e.lineno.is_none() && kind == "MemoryError" {
        return format!("ERR {kind}|{}", e.message);
    }
    let text = e.text.as_deref().map_or("-".to_owned(), quote);
    let place = e.metadata.as_ref().map_or((0, 0), |m| (m.0, m.1));
    let place = match e.kind {
        taipan_parser::ErrorKind::IncompleteInput => String::new(),
        _ if !metadata => String::new(),
        _ => format!("|M {},{}", place.0, place.1),
    };
    format!(
        "ERR {kind}|{}|{}|{}|{}|{}|{text}{place}",
        e.message,
        opt(e.lineno),
        opt(e.offset),
        opt(e.end_lineno),
        opt(e.end_offset)
    )
}

fn warnings(list: &[Warning]) -> String {
    list.iter().map(|w| format!("|W {:?} {} {}", w.category, w.lineno, w.message)).collect()
}

fn name(name: &str) -> Option<char> {
    unicode_names2::character(name)
}

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let lookup = name;
    let (mut bad, mut total) = (0, 0);
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let source = unhex(fields[0]);
        let input = match std::str::from_utf8(&source) {
            Ok(text) if fields[1] != "bytes" => Source::Text(text),
            _ => Source::Bytes(&source),
        };
        let mode = match fields[1] {
            "exec" | "bytes" => Mode::Exec,
            "single" => Mode::Single,
            "eval" => Mode::Eval,
            _ => Mode::FuncType,
        };
        let flags: u32 = fields[2].parse().unwrap();
        let version: i32 = fields[3].parse().unwrap();
        let options = Options {
            type_comments: flags & 0x1000 != 0,
            allow_incomplete_input: flags & 0x4000 != 0,
            dont_imply_dedent: flags & 0x200 != 0,
            barry_as_flufl: flags & 0x400000 != 0,
            feature_version: if version < 0 { 14 } else { version as u8 },
            unicode_names: Some(&lookup),
            ..Options::default()
        };
        let expected = String::from_utf8_lossy(&unhex(fields[4])).into_owned();
        let found = match parse(input, mode, &options) {
            Ok(parsed) => {
                let raised = parsed.warnings.first().map(|w| describe(&w.as_error, false).replacen("ERR ", "|E ", 1));
                let raised = raised.unwrap_or_default();
                format!("OK {}{}{raised}", dump(&parsed.module), warnings(&parsed.warnings))
            }
            Err(e) => format!("{}{}", describe(&e, fields[1] != "bytes"), warnings(&e.warnings)),
        };
        total += 1;
        if found != expected {
            bad += 1;
            let short = |s: &str| -> String { s.chars().take(400).collect() };
            println!("{:?} {} {flags:x} {version}", short(&String::from_utf8_lossy(&source)), fields[1]);
            println!("   found {}", short(&found));
            println!("  wanted {}", short(&expected));
        }
    }
    println!("{bad} of {total} differ");
}
