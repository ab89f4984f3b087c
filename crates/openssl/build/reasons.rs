//! Tables of the errors' names, from the headers that number them.

use crate::Result;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Lines `#define NAME number` of a header, number by name.
fn defines(text: &str) -> impl Iterator<Item = (&str, u32)> {
    text.lines().filter_map(|line| {
        let line = line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("define ")?;
        let mut words = line.split_whitespace();
        let (name, number) = (words.next()?, words.next()?);
        Some((name, number.parse().ok()?))
    })
}

/// The Rust source of the tables `LIBRARIES` and `REASONS`.
pub fn tables(source: &Path, out: &Path) -> Result<String> {
    let text = fs::read_to_string(out.join("include/openssl/err.h"))?;
    let libraries: BTreeMap<u32, &str> =
        defines(&text).filter_map(|(name, n)| Some((n, name.strip_prefix("ERR_LIB_")?))).collect();
    let numbers: BTreeMap<&str, u32> = libraries.iter().map(|(n, name)| (*name, *n)).collect();
    let mut reasons: BTreeMap<(u32, u32), String> = BTreeMap::new();
    for entry in fs::read_dir(source.join("include/openssl"))? {
        let path = entry?.path();
        if !path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with("err.h")) {
            continue;
        }
        for (name, number) in defines(&fs::read_to_string(&path)?) {
            let Some((library, reason)) = name.split_once("_R_") else { continue };
            if let Some(library) = numbers.get(library) {
                reasons.entry((*library, number)).or_insert_with(|| reason.to_string());
            }
        }
    }
    let mut text = String::from("/// Names of libraries, by number.\npub static LIBRARIES: &[(i32, &str)] = &[\n");
    for (number, name) in &libraries {
        writeln!(text, "    ({number}, {name:?}),")?;
    }
    text += "];\n\n/// Names of reasons, by the numbers of library and reason, in that order.\n";
    text += "pub static REASONS: &[((i32, i32), &str)] = &[\n";
    for ((library, number), name) in &reasons {
        writeln!(text, "    (({library}, {number}), {name:?}),")?;
    }
    Ok(text + "];\n")
}
