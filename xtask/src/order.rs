//! `cargo xtask order`: puts the functions that the release build really executes first in the order that functions are laid
//! out in (`profile/rustc-VERSION.order`): those of a start, then those of the training programs and of the tests' scripts,
//! what many of them use before what few do. Before them come the variables that a start writes to. Counts do not tell of
//! all of the functions: those of Rust's library and of libraries in C have none, and functions are split after counting.
//! Valgrind tells. With `--start` only the functions of a start are told anew, which takes seconds: small changes of the source
//! move some of them into other units. Of the variables a program tells that compares its own data with the executable's.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

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
    let start_only = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--start"] => true,
        _ => return Err("usage: cargo xtask order [--start]".to_owned()),
    };
    let executable = target().join("release/taipan");
    // The first start writes the library's files.
    succeed(Command::new(&executable).args(["-c", "pass"]))?;
    let output = Command::new(tool("llvm-nm")?).args(["-n", "-S"]).arg(&executable).output();
    let output = output.map_err(|error| format!("llvm-nm: {error}"))?.stdout;
    let table = String::from_utf8_lossy(&output);
    let code = symbols(&table, "tTwW");
    let start = ["-c".into(), "pass".into()];
    let start = executed(&executable, &start, &code, "start")
        .ok_or_else(|| format!("{} does not run under valgrind; is it built?", executable.display()))?;
    let profile = root()?.join(format!("profile/rustc-{}.profdata", compiler_version()?));
    let trained = profile::functions(&profile)?.into_iter().map(|function| (function.name, function.most)).collect();
    let written = Command::new(&executable).args(["-S", "-c", WRITTEN]).output().map_err(|error| error.to_string())?;
    let written: HashMap<&str, u64> = found_at(&symbols(&table, "dD"), &String::from_utf8_lossy(&written.stdout));
    let mut first = sorted(&written, &HashMap::new());
    first.extend(sorted(&start, &trained));
    let used = if start_only { Vec::new() } else { used(&executable, &code)? };
    let names: Vec<&str> = code.iter().map(|symbol| symbol.2).collect();
    let file = root()?.join(format!("profile/rustc-{}.order", compiler_version()?));
    let shown = |error| format!("{}: {error}", file.display());
    let old = fs::read_to_string(&file).map_err(shown)?;
    first.extend(clustered(&names, &used));
    let new = in_any_unit(&put_first(first, old.lines().collect()), &names);
    fs::write(&file, new.join("\n") + "\n").map_err(shown)?;
    println!(
        "{}: a start executes {} functions and writes to {} variables; {} programs execute {}",
        file.display(),
        start.len(),
        written.len(),
        used.len(),
        used.iter().flatten().collect::<HashSet<_>>().len()
    );
    Ok(())
}

/// The functions that the executable runs with these arguments, and for each how often its most frequent instruction was
/// executed; `None` if that cannot be told.
fn executed<'a>(
    executable: &Path,
    args: &[OsString],
    code: &[Symbol<'a>],
    name: &str,
) -> Option<HashMap<&'a str, u64>> {
    let counts = target().join(format!("{name}.callgrind"));
    let _ = fs::remove_file(&counts);
    // What the program says, and how it ends, is of no interest: some tests end with an error on purpose.
    Command::new("timeout")
        .args(["120", "valgrind", "--tool=callgrind", "--dump-instr=yes", "--compress-pos=no"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(executable)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    let found = found_at(code, &fs::read_to_string(&counts).ok()?);
    let _ = fs::remove_file(&counts);
    Some(found).filter(|found| !found.is_empty())
}

/// What each of the training programs and of the tests' scripts executes.
fn used<'a>(executable: &Path, code: &[Symbol<'a>]) -> Result<Vec<HashSet<&'a str>>, String> {
    let root = root()?;
    let mut programs = profile::programs(&root.join("tests/training"))?;
    for folder in profile::folders(&root.join("tests/python"))? {
        programs.extend(profile::programs(&folder)?);
    }
    let next = AtomicUsize::new(0);
    let run = || {
        let mut found = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(program) = programs.get(at) else { return found };
            if let Some(used) = executed(executable, &[program.into()], code, &format!("program-{at}")) {
                found.push((at, used.into_keys().collect()));
            }
        }
    };
    let mut found: Vec<(usize, HashSet<&str>)> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..std::thread::available_parallelism().map_or(1, usize::from)).map(|_| scope.spawn(run)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    found.sort_by_key(|program| program.0);
    Ok(found.into_iter().map(|(_, used)| used).collect())
}

/// The symbols that programs use, in the order that they shall lie in: what many programs use by their number, then, of the
/// others, together what the same programs use. Equals stay as they are in the executable, where a crate's lie together.
fn clustered<'a>(symbols: &[&'a str], programs: &[HashSet<&'a str>]) -> Vec<&'a str> {
    let mut sorted: Vec<_> = symbols
        .iter()
        .filter_map(|&symbol| {
            let users: Vec<usize> = (0..programs.len()).filter(|&at| programs[at].contains(symbol)).collect();
            let many = if users.len() * FEW < programs.len() { 0 } else { users.len() };
            (!users.is_empty()).then_some((Reverse(many), if many > 0 { Vec::new() } else { users }, symbol))
        })
        .collect();
    sorted.sort_by(|one, two| (&one.0, &one.1).cmp(&(&two.0, &two.1)));
    sorted.into_iter().map(|(_, _, symbol)| symbol).collect()
}

/// Less than this part of the programs are few.
const FEW: usize = 8;

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

/// The order with all the names that its functions may have. What link-time optimisation makes known to other units is named
/// by its unit, and a small change of a crate spreads its functions over its units anew.
fn in_any_unit(order: &[&str], symbols: &[&str]) -> Vec<String> {
    let split = |name: &str| -> Option<(String, String, u32, String)> {
        let (name, unit) = name.split_once(".llvm.")?;
        let (unit, part) =
            unit.split_once('.').map_or((unit, String::new()), |(unit, part)| (unit, format!(".{part}")));
        let (unit, number) = unit.rsplit_once("_cgu_")?;
        Some((name.to_owned(), unit.to_owned(), number.parse().ok()?, part))
    };
    let mut units: HashMap<String, u32> = HashMap::new();
    for (_, unit, number, _) in symbols.iter().filter_map(|name| split(name)) {
        let last = units.entry(unit).or_default();
        *last = number.max(*last);
    }
    let mut seen = HashSet::new();
    let mut new = Vec::new();
    for &name in order {
        let mut names = vec![name.to_owned()];
        if let Some((function, unit, _, part)) = split(name) {
            names.push(format!("{function}{part}"));
            let last = units.get(&unit).copied().unwrap_or(0);
            names.extend((0..=last).map(|number| format!("{function}.llvm.{unit}_cgu_{number}{part}")));
        }
        names.retain(|name| seen.insert(name.clone()));
        new.append(&mut names);
    }
    new
}

/// The order with some symbols before the others.
fn put_first<'a>(mut first: Vec<&'a str>, order: Vec<&'a str>) -> Vec<&'a str> {
    let known: HashSet<&str> = first.iter().copied().collect();
    first.extend(order.into_iter().filter(|name| !known.contains(name)));
    first
}

#[cfg(test)]
mod tests {
    use super::{clustered, found_at, in_any_unit, put_first, sorted, symbols};
    use std::collections::{HashMap, HashSet};

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
    #[test]
    fn puts_together_what_the_same_programs_use() {
        let mut programs = vec![HashSet::from(["all"]); 20];
        for (program, more) in [(0, "x"), (1, "y"), (2, "x"), (2, "twin of y"), (1, "twin of y"), (2, "y")] {
            programs[program].insert(more);
        }
        for program in &mut programs[..10] {
            program.insert("half");
        }
        let symbols = ["y", "x", "half", "never", "twin of y", "all"];
        assert_eq!(clustered(&symbols, &programs), ["all", "half", "x", "y", "twin of y"]);
    }

    #[test]
    fn names_functions_in_all_units_of_their_crate() {
        let symbols = ["a.llvm.crate_1f_cgu_0", "b.llvm.crate_1f_cgu_2.cold", "plain"];
        let order = ["c.llvm.crate_1f_cgu_1.cold", "plain", "c.llvm.crate_1f_cgu_0.cold", "d.llvm.library"];
        let c = ["_1.cold", "_0.cold", "_2.cold"].map(|end| format!("c.llvm.crate_1f_cgu{end}"));
        let [first, second, third] = &c;
        assert_eq!(in_any_unit(&order, &symbols), [first, "c.cold", second, third, "plain", "d.llvm.library"]);
    }
}
