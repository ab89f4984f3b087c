//! `cargo xtask order`: puts the functions that a start of the release build really executes first in the order that
//! functions are laid out in (`profile/rustc-VERSION.order`), and before them the variables that it writes to. Counts do not
//! tell of all of the functions: those of Rust's library and of libraries in C have none, and functions are split after
//! counting. Valgrind tells. Of the variables a program tells that compares its own data with the executable's.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::process::{Command, Stdio};

use crate::profile::{self, compiler_version, root, tool};
use crate::{succeed, target};

/// Prints the addresses of the words of data that are not as the executable has them.
const WRITTEN: &str = "
import struct
exe = open('/proc/self/exe', 'rb').read()
table, = struct.unpack_from('<Q', exe, 0x28)
size, count = struct.unpack_from('<HH', exe, 0x3a)
memory = open('/proc/self/mem', 'rb', buffering=0)
for i in range(count):
    _, kind, flags, address, offset, length = struct.unpack_from('<IIQQQQ', exe, table + i * size)
    if kind == 1 and flags & 7 == 3:  # In the file, allocated and writable, no code.
        memory.seek(address)
        now, then = memory.read(length), exe[offset:offset + length]
        for at in range(0, length, 8):
            if now[at:at + 8] != then[at:at + 8]:
                print(hex(address + at))
";

/// Runs the command.
pub fn run(args: Vec<String>) -> Result<(), String> {
    if !args.is_empty() {
        return Err("usage: cargo xtask order".to_owned());
    }
    let executable = target().join("release/taipan");
    let counts = target().join("start.callgrind");
    // The first start writes the library's files.
    succeed(Command::new(&executable).args(["-c", "pass"]))?;
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-instr=yes", "--compress-pos=no"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(&executable)
        .args(["-c", "pass"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !ran.success() {
        return Err(format!("{} does not run under valgrind; is it built?", executable.display()));
    }
    let counts = fs::read_to_string(&counts).map_err(|error| format!("{}: {error}", counts.display()))?;
    let output = Command::new(tool("llvm-nm")?).args(["-n", "-S"]).arg(&executable).output();
    let output = output.map_err(|error| format!("llvm-nm: {error}"))?.stdout;
    let table = String::from_utf8_lossy(&output);
    let executed = found_at(&symbols(&table, "tTwW"), &counts);
    let profile = root()?.join(format!("profile/rustc-{}.profdata", compiler_version()?));
    let trained = profile::functions(&profile)?.into_iter().map(|function| (function.name, function.most)).collect();
    let written = Command::new(&executable).args(["-S", "-c", WRITTEN]).output().map_err(|error| error.to_string())?;
    let written: HashMap<&str, u64> = found_at(&symbols(&table, "dD"), &String::from_utf8_lossy(&written.stdout));
    let (functions, variables) = (sorted(&executed, &trained), sorted(&written, &HashMap::new()));
    let file = root()?.join(format!("profile/rustc-{}.order", compiler_version()?));
    let shown = |error| format!("{}: {error}", file.display());
    let old = fs::read_to_string(&file).map_err(shown)?;
    let new = put_first(variables, put_first(functions, old.lines().collect()));
    fs::write(&file, new.join("\n") + "\n").map_err(shown)?;
    let (executed, written) = (executed.len(), written.len());
    println!("{}: a start executes {executed} functions and writes to {written} variables", file.display());
    Ok(())
}

/// A symbol of the executable: its address, its size and its name.
type Symbol<'a> = (u64, u64, &'a str);

/// The symbols of some kinds in a table that is sorted by address.
fn symbols<'a>(table: &'a str, kinds: &str) -> Vec<Symbol<'a>> {
    let parse = |line| -> Option<Symbol<'a>> {
        let mut parts = str::split_whitespace(line);
        let (address, size, kind, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let number = |text| u64::from_str_radix(text, 16).ok();
        kinds.contains(kind).then_some((number(address)?, number(size)?, name))
    };
    table.lines().filter_map(parse).collect()
}

/// The symbols that lines begin with an address of, as those of Valgrind's costs do: address, line of the source, how often.
/// With each, the highest of these numbers.
fn found_at<'a>(symbols: &[Symbol<'a>], lines: &str) -> HashMap<&'a str, u64> {
    let mut found = HashMap::new();
    let mut is_call = false;
    for line in lines.lines() {
        // What a call has cost stands on the line after it.
        if core::mem::replace(&mut is_call, line.starts_with("calls=")) {
            continue;
        }
        let mut parts = line.strip_prefix("0x").unwrap_or_default().split(' ');
        let Some(address) = parts.next().and_then(|text| u64::from_str_radix(text, 16).ok()) else { continue };
        let times = parts.nth(1).and_then(|text| text.parse().ok()).unwrap_or(1);
        let end = symbols.partition_point(|symbol| symbol.0 <= address);
        let Some(start) = symbols.get(end.wrapping_sub(1)).map(|symbol| symbol.0) else { continue };
        // Equal functions share their code.
        let same = symbols[..end].iter().rev().take_while(|symbol| symbol.0 == start);
        for symbol in same.filter(|symbol| address < symbol.0 + symbol.1) {
            let most = found.entry(symbol.2).or_insert(times);
            *most = times.max(*most);
        }
    }
    found
}

/// The symbols in the order that they shall lie in: first the rare parts of functions, then what does little else than
/// starting, and last what training programs reached far more often than their starts explain. Behind that lies what
/// other programs use: an interpreter that has started keeps the last of these pages, and gives the others up.
fn sorted<'a>(found: &HashMap<&'a str, u64>, trained: &HashMap<String, u64>) -> Vec<&'a str> {
    let weight = |name: &str| {
        if name.ends_with(".cold") {
            return -1.0;
        }
        let name = name.split_once(".llvm.").map_or(name, |(name, _)| name);
        trained.get(name).map_or(f64::INFINITY, |&most| most as f64)
    };
    let mut sorted: Vec<_> = found.iter().map(|(&name, &times)| (weight(name) / times.max(1) as f64, name)).collect();
    sorted.sort_by(|one, two| one.0.total_cmp(&two.0).then(one.1.cmp(two.1)));
    sorted.into_iter().map(|(_, name)| name).collect()
}

/// The order with some symbols before the others.
fn put_first<'a>(mut first: Vec<&'a str>, order: Vec<&'a str>) -> Vec<&'a str> {
    let known: HashSet<&str> = first.iter().copied().collect();
    first.extend(order.into_iter().filter(|name| !known.contains(name)));
    first
}

#[cfg(test)]
mod tests {
    use super::{found_at, put_first, sorted, symbols};
    use std::collections::HashMap;

    const SYMBOLS: &str = "\
0000000000001000 0000000000000010 T one
0000000000001010 0000000000000008 t two
0000000000001010 0000000000000008 t twin
0000000000001020 0000000000000004 t one.cold
0000000000001030 0000000000000004 D data
                 U puts
";

    #[test]
    fn finds_what_is_executed() {
        let functions = symbols(SYMBOLS, "tTwW");
        assert_eq!(functions.len(), 4);
        let lines =
            "fn=(1) one\n0x1004 12 3\n0x1006 12 9\ncalls=1 0x1010 3\n0x1008 12 70\n0x1011 1 1\n0x1018 1 1\n0x900 1\n";
        assert_eq!(found_at(&functions, lines), HashMap::from([("one", 9), ("two", 1), ("twin", 1)]));
        assert_eq!(found_at(&functions, "0x1020"), HashMap::from([("one.cold", 1)]));
    }

    #[test]
    fn puts_what_is_used_most_last() {
        let found = HashMap::from([("start", 10), ("often.llvm.unit", 2), ("start.cold", 1), ("library", 5)]);
        let trained = HashMap::from([("start".to_owned(), 30), ("often".to_owned(), 800)]);
        let first = sorted(&found, &trained);
        assert_eq!(first, ["start.cold", "start", "often.llvm.unit", "library"]);
        assert_eq!(put_first(first, vec!["a", "library", "b"])[4..], ["a", "b"]);
    }
}
