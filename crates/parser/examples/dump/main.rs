//! `dump FILE...`: the syntax tree of each file. `dump --check DIR`: compares with dumps made by CPython, DIR holding a
//! file `index` of paths and the dump of the n-th path in file n.

use std::time::{Duration, Instant};

use taipan_parser::{Mode, Options, Source, dump::dump, parse};

fn name(name: &str) -> Option<char> {
    match taipan_text::unicode::names::lookup(name, true)? {
        taipan_text::unicode::names::Named::Char(c) => char::from_u32(c),
        _ => None,
    }
}

fn result(bytes: &[u8], options: &Options) -> (String, Duration) {
    let start = Instant::now();
    let parsed = parse(Source::Bytes(bytes), Mode::Exec, options);
    let elapsed = start.elapsed();
    let text = match parsed {
        Ok(parsed) => dump(&parsed.module),
        Err(e) => format!(
            "ERR {:?}|{}|{}|{}|{}|{}|{}",
            e.kind,
            e.message,
            opt(e.lineno),
            opt(e.offset),
            opt(e.end_lineno),
            opt(e.end_offset),
            e.text.map_or("-".into(), |t| format!("{t:?}"))
        ),
    };
    (text, elapsed)
}

fn opt(n: Option<i32>) -> String {
    n.map_or("None".into(), |n| n.to_string())
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let lookup = name;
    let mut options = Options { unicode_names: Some(&lookup), ..Options::default() };
    if args.first().is_some_and(|a| a == "--check") {
        options.type_comments = args.get(2).is_some_and(|a| a == "types");
        let dir = &args[1];
        let index = std::fs::read_to_string(format!("{dir}/index")).unwrap();
        let (mut bad, mut bytes, mut total) = (0, 0, Duration::ZERO);
        for (i, path) in index.lines().enumerate() {
            let source = std::fs::read(path).unwrap();
            let Ok(expected) = std::fs::read_to_string(format!("{dir}/{i}")) else { continue };
            let (found, elapsed) = result(&source, &options);
            bytes += source.len();
            total += elapsed;
            if found != expected {
                bad += 1;
                let at = found.bytes().zip(expected.bytes()).take_while(|(a, b)| a == b).count();
                let from = at.saturating_sub(120);
                println!("{path}:");
                println!("   found ...{}", found.get(from..found.len().min(at + 120)).unwrap_or(""));
                println!("  wanted ...{}", expected.get(from..expected.len().min(at + 120)).unwrap_or(""));
            }
        }
        println!("{bad} differ; {bytes} bytes in {total:?}");
        return;
    }
    for path in args {
        let source = std::fs::read(&path).unwrap();
        println!("{}", result(&source, &options).0);
    }
}
