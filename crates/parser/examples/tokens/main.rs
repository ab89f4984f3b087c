//! `tokens FILE`: tokenizes sources and compares with CPython's `_tokenize`. A line holds source (hexadecimal), whether
//! extra tokens are wanted, and the expected tokens (hexadecimal), separated by tabs.

use taipan_parser::TokenizerIter;

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

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let (mut bad, mut total) = (0, 0);
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let source = String::from_utf8(unhex(fields[0])).unwrap();
        let expected = String::from_utf8_lossy(&unhex(fields[2])).into_owned();
        let found: Vec<String> = TokenizerIter::new(source.clone(), fields[1] == "1")
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
                Err(e) => format!(
                    "ERR {:?}|{}|{}|{}|{}|{}|{}",
                    e.kind,
                    e.message,
                    opt(e.lineno),
                    opt(e.offset),
                    opt(e.end_lineno),
                    opt(e.end_offset),
                    e.text.as_deref().map_or("-".into(), quote)
                ),
            })
            .collect();
        total += 1;
        let wanted: Vec<&str> = expected.lines().collect();
        if found.iter().map(String::as_str).ne(wanted.iter().copied()) {
            bad += 1;
            let at = found.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
            println!("{:?} {}", source.chars().take(200).collect::<String>(), fields[1]);
            println!("   found {:?}", found.get(at));
            println!("  wanted {:?}", wanted.get(at));
        }
    }
    println!("{bad} of {total} differ");
}
