//! `cargo xtask bytecode-diff`: compiles files with CPython and with our compiler and compares the code objects.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use taipan_bytecode::{CodeObject, Const, exception_table, instruction, location, marshal};
use taipan_compiler::Options;
use taipan_parser::{Mode, Source};

const USAGE: &str =
    "usage: cargo xtask bytecode-diff [--reference PYTHON] [--optimize 0|1|2] [--show N] [--all] [FILES|DIRS]

Compiles Python files with the reference and with our compiler. Without files: the reference's whole library.
The reference is a CPython 3.14, named by --reference or TAIPAN_REFERENCE.
--show N prints the first N differing code objects in full, --all one line for each.";

/// What the reference runs: paths come in, marshalled code goes out.
const SCRIPT: &str = r#"
import io, sys, marshal, re, struct, time, os, tokenize, unicodedata, warnings, sysconfig
warnings.simplefilter("ignore")
optimize = int(sys.argv[1])
out = sys.stdout.buffer
def send(data):
    out.write(struct.pack("<I", len(data))); out.write(data)
roots = sys.argv[2:] or [sysconfig.get_paths()["stdlib"]]
files = []
for root in roots:
    if os.path.isdir(root):
        for folder, dirs, names in os.walk(root):
            dirs[:] = sorted(d for d in dirs if d not in ("__pycache__", "site-packages"))
            files += [os.path.join(folder, n) for n in sorted(names) if n.endswith(".py")]
    else:
        files.append(root)
send(struct.pack("<I", len(files)))
names = set()
for path in files:
    try:
        data = open(path, "rb").read()
    except OSError:
        data = b"("
    for name in re.findall(rb"\\N\{([^}\n]+)\}", data):
        names.add(name.decode("latin-1"))
    start = time.perf_counter()
    try:
        code = compile(data, path, "exec", dont_inherit=True, optimize=optimize)
    except SyntaxError as e:
        text = f"{e.msg} at {e.lineno}:{e.offset}-{e.end_lineno}:{e.end_offset}"
        result, spent = b"E" + text.encode("utf-8", "replace"), 0
    except Exception as e:
        result, spent = b"E" + f"{type(e).__name__}: {e}".encode("utf-8", "replace"), 0
    else:
        spent = time.perf_counter() - start
        result = b"C" + marshal.dumps(code)
    send(path.encode("utf-8", "surrogateescape"))
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        send(b"" if encoding.startswith("utf-8") else data.decode(encoding).encode())
    except (SyntaxError, UnicodeError):
        send(b"")
    send(struct.pack("<d", spent))
    send(result)
    code = None
table = []
for name in names:
    try:
        char = unicodedata.lookup(name)
    except KeyError:
        continue
    table.append(f"{name}\t{char}")
send("\n".join(table).encode())
"#;

struct Outcome {
    path: String,
    /// The source as UTF-8, if the file is in another encoding.
    text: String,
    spent: f64,
    result: Result<Vec<u8>, String>,
}

fn reference(python: &str, optimize: i32, roots: &[String]) -> Result<(Vec<Outcome>, HashMap<String, String>), String> {
    let mut child = Command::new(python)
        .args(["-I", "-c", SCRIPT, &optimize.to_string()])
        .args(roots)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot run {python}: {e}"))?;
    let mut data = Vec::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_end(&mut data).map_err(|e| e.to_string())?;
    }
    if !child.wait().map_err(|e| e.to_string())?.success() {
        return Err(format!("{python} failed"));
    }
    let mut rest = data.as_slice();
    let mut next = || -> Result<&[u8], String> {
        let (len, tail) = rest.split_at_checked(4).ok_or("output of the reference is cut off")?;
        let len = u32::from_le_bytes([len[0], len[1], len[2], len[3]]) as usize;
        let (data, tail) = tail.split_at_checked(len).ok_or("output of the reference is cut off")?;
        rest = tail;
        Ok(data)
    };
    let count = next()?;
    let count = u32::from_le_bytes(count.try_into().map_err(|_| "no count")?);
    let mut outcomes = Vec::new();
    for _ in 0..count {
        let path = String::from_utf8_lossy(next()?).into_owned();
        let text = String::from_utf8_lossy(next()?).into_owned();
        let spent = f64::from_le_bytes(next()?.try_into().map_err(|_| "no time")?);
        let result = match next()?.split_first() {
            Some((b'C', code)) => Ok(code.to_vec()),
            Some((_, error)) => Err(String::from_utf8_lossy(error).into_owned()),
            None => return Err("empty result".to_owned()),
        };
        outcomes.push(Outcome { path, text, spent, result });
    }
    let names = String::from_utf8_lossy(next()?)
        .split('\n')
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, text)| (name.to_uppercase(), text.to_owned()))
        .collect();
    Ok((outcomes, names))
}

fn ours(
    path: &str,
    text: &str,
    names: &HashMap<String, String>,
    optimize: i32,
    spent: &mut [Duration; 2],
) -> Result<Arc<CodeObject>, String> {
    let data = std::fs::read(path).map_err(|e| e.to_string())?;
    let lookup = |name: &str| names.get(&name.to_uppercase()).and_then(|text| text.chars().next());
    let options = taipan_parser::Options { unicode_names: Some(&lookup), stack_budget: 64 << 20, ..Default::default() };
    let source = if text.is_empty() { Source::Bytes(&data) } else { Source::Text(text) };
    let start = Instant::now();
    let parsed = taipan_parser::parse(source, Mode::Exec, &options).map_err(|e| {
        let number = |n: Option<i32>| n.map_or("None".to_owned(), |n| n.to_string());
        let (start, end) = (number(e.lineno), number(e.end_lineno));
        format!("{} at {start}:{}-{end}:{}", e.message, number(e.offset), number(e.end_offset))
    })?;
    spent[0] += start.elapsed();
    let mut module = parsed.module;
    let options = Options { optimize, stack: 64 << 20, ..Options::default() };
    let start = Instant::now();
    let compilation = taipan_compiler::compile_ast(&mut module, path.as_bytes(), &options);
    spent[1] += start.elapsed();
    compilation.result.map_err(|e| match e.location {
        Some(loc) => format!(
            "{} at {}:{}-{}:{}",
            e.message,
            loc.lineno,
            loc.col_offset + 1,
            loc.end_lineno,
            loc.end_col_offset + 1
        ),
        None => format!("{:?}Error: {}", e.kind, e.message),
    })
}

fn same_const(a: &Const, b: &Const) -> bool {
    match (a, b) {
        // Compared on their own.
        (Const::Code(_), Const::Code(_)) => true,
        (Const::Tuple(x), Const::Tuple(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|(a, b)| same_const(a, b))
        }
        _ => a == b,
    }
}

fn same_consts(a: &CodeObject, b: &CodeObject) -> bool {
    a.consts.len() == b.consts.len() && a.consts.iter().zip(b.consts.iter()).all(|(a, b)| same_const(a, b))
}

/// The first thing in which two code objects differ.
fn difference(a: &CodeObject, b: &CodeObject) -> Option<String> {
    if a.code != b.code {
        return Some("code".into());
    }
    if a.exceptiontable != b.exceptiontable {
        return Some("exception table".into());
    }
    if a.linetable != b.linetable {
        return Some("locations".into());
    }
    if a.names != b.names {
        return Some(format!("names: {:?} instead of {:?}", b.names, a.names));
    }
    if !same_consts(a, b) {
        let unequal = a.consts.iter().zip(b.consts.iter()).position(|(a, b)| !same_const(a, b));
        return Some(match unequal {
            Some(i) => format!("constants: {:?} instead of {:?}", b.consts[i], a.consts[i]),
            None => format!("constants: {} instead of {}", show_consts(b), show_consts(a)),
        });
    }
    if a.localsplusnames != b.localsplusnames || a.localspluskinds != b.localspluskinds {
        return Some(format!(
            "locals: {:?} {:x?} instead of {:?} {:x?}",
            b.localsplusnames, b.localspluskinds, a.localsplusnames, a.localspluskinds
        ));
    }
    for (what, x, y) in [
        ("flags", a.flags, b.flags),
        ("stacksize", a.stacksize, b.stacksize),
        ("argcount", a.argcount, b.argcount),
        ("posonlyargcount", a.posonlyargcount, b.posonlyargcount),
        ("kwonlyargcount", a.kwonlyargcount, b.kwonlyargcount),
        ("firstlineno", a.firstlineno as u32, b.firstlineno as u32),
    ] {
        if x != y {
            return Some(format!("{what}: {y:#x} instead of {x:#x}"));
        }
    }
    if a.qualname != b.qualname || a.name != b.name {
        return Some(format!("name: {:?} instead of {:?}", b.qualname, a.qualname));
    }
    None
}

fn show_consts(code: &CodeObject) -> String {
    let items: Vec<String> = code
        .consts
        .iter()
        .map(|c| match c {
            Const::Code(code) => format!("<code {}>", code.qualname.to_string_lossy()),
            other => format!("{other:?}"),
        })
        .collect();
    format!("[{}]", items.join(", "))
}

/// A line for each instruction, with its location.
pub fn disassemble(code: &CodeObject) -> Vec<String> {
    let mut lines = Vec::new();
    let mut positions = vec![location::Position::default(); code.code.len() / 2 + 1];
    for entry in location::Decoder::new(&code.linetable, code.firstlineno) {
        for unit in entry.start / 2..(entry.end / 2).min(positions.len()) {
            positions[unit] = entry.position;
        }
    }
    for i in instruction::Decoder::new(&code.code) {
        let p = positions.get(i.offset / 2).copied().unwrap_or_default();
        let number = |n: Option<i32>| n.map_or("-".to_owned(), |n| n.to_string());
        lines.push(format!(
            "{:5} {:<34} {:<8} {}:{}-{}:{}",
            i.offset,
            i.opcode.name(),
            i.oparg,
            number(p.line),
            number(p.column),
            number(p.end_line),
            number(p.end_column)
        ));
    }
    for e in exception_table::Decoder::new(&code.exceptiontable) {
        lines.push(format!(
            "  {} to {} -> {} [{}]{}",
            e.start * 2,
            e.end * 2,
            e.target * 2,
            e.depth,
            if e.lasti { " lasti" } else { "" }
        ));
    }
    lines
}

fn first_difference(a: &CodeObject, b: &CodeObject) -> String {
    let (x, y) = (disassemble(a), disassemble(b));
    for i in 0..x.len().max(y.len()) {
        let (theirs, ours) = (x.get(i).map_or("-", |s| s), y.get(i).map_or("-", |s| s));
        if theirs != ours {
            return format!("\n      reference {theirs}\n      ours      {ours}");
        }
    }
    String::new()
}

#[derive(Default)]
struct Tally {
    objects: usize,
    equal: usize,
    shown: usize,
    reasons: HashMap<String, usize>,
}

fn compare(path: &str, a: &CodeObject, b: &CodeObject, tally: &mut Tally, show: usize, all: bool) {
    tally.objects += 1;
    match difference(a, b) {
        None => tally.equal += 1,
        Some(what) => {
            let kind = what.split(':').next().unwrap_or("").to_owned();
            *tally.reasons.entry(kind).or_default() += 1;
            if all || tally.shown < show {
                println!(
                    "{path}: {} (line {}): {what}{}",
                    a.qualname.to_string_lossy(),
                    a.firstlineno,
                    first_difference(a, b)
                );
            }
            if tally.shown < show {
                let (x, y) = (disassemble(a), disassemble(b));
                for i in 0..x.len().max(y.len()) {
                    let (theirs, ours) = (x.get(i).map_or("", |s| s), y.get(i).map_or("", |s| s));
                    println!("  {} {theirs:<75} {ours}", if theirs == ours { ' ' } else { '!' });
                }
            }
            tally.shown += 1;
        }
    }
    let (mut x, mut y) = (a.nested(), b.nested());
    loop {
        match (x.next(), y.next()) {
            (Some(a), Some(b)) => compare(path, a, b, tally, show, all),
            (Some(a), None) => missing(a, tally),
            (None, _) => break,
        }
    }
}

/// Code objects without a counterpart.
fn missing(code: &CodeObject, tally: &mut Tally) {
    tally.objects += 1;
    *tally.reasons.entry("missing".to_owned()).or_default() += 1;
    for nested in code.nested() {
        missing(nested, tally);
    }
}

/// The command.
pub fn run(args: Vec<String>) -> Result<(), String> {
    let mut python = std::env::var("TAIPAN_REFERENCE").ok();
    let (mut optimize, mut show, mut all, mut roots) = (0, 0, false, Vec::new());
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--reference" => python = args.next(),
            "--optimize" => optimize = args.next().and_then(|n| n.parse().ok()).ok_or(USAGE)?,
            "--show" => show = args.next().and_then(|n| n.parse().ok()).ok_or(USAGE)?,
            "--all" => all = true,
            "--help" | "-h" => return Err(USAGE.to_owned()),
            _ => roots.push(
                std::fs::canonicalize(PathBuf::from(&arg))
                    .map_err(|e| format!("{arg}: {e}"))?
                    .to_string_lossy()
                    .into_owned(),
            ),
        }
    }
    let python = python.ok_or_else(|| format!("{USAGE}\n\nNo reference given."))?;
    let (outcomes, names) = reference(&python, optimize, &roots)?;
    // Deeply nested sources need a deep stack.
    std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(move || report(&outcomes, &names, optimize, show, all))
        .map_err(|e| e.to_string())?
        .join()
        .map_err(|_| "the comparison panicked".to_owned())
}

fn report(outcomes: &[Outcome], names: &HashMap<String, String>, optimize: i32, show: usize, all: bool) {
    let mut tally = Tally::default();
    let (mut files, mut refused, mut identical, mut errors) = (0, 0, 0, 0);
    let mut spent = [Duration::ZERO; 2];
    let mut reference_spent = 0.0;
    for outcome in outcomes {
        let path = &outcome.path;
        match (&outcome.result, ours(path, &outcome.text, names, optimize, &mut spent)) {
            (Ok(bytes), result) => {
                files += 1;
                reference_spent += outcome.spent;
                let theirs = match marshal::load_code(bytes) {
                    Ok(code) => code,
                    Err(error) => {
                        println!("{path}: cannot read the reference's code: {error}");
                        continue;
                    }
                };
                match result {
                    Ok(code) => {
                        compare(path, &theirs, &code, &mut tally, show, all);
                        let dumped = marshal::dump_code(&code).unwrap_or_default();
                        identical += usize::from(dumped == *bytes);
                        if all && let Some(at) = (0..bytes.len()).find(|i| dumped.get(*i) != bytes.get(*i)) {
                            let around = |b: &[u8]| {
                                b.get(at.saturating_sub(40)..(at + 40).min(b.len()))
                                    .unwrap_or_default()
                                    .escape_ascii()
                                    .to_string()
                            };
                            println!("{path}: marshalled differently at {at}");
                            println!("      reference {}\n      ours      {}", around(bytes), around(&dumped));
                        }
                    }
                    Err(error) => {
                        println!("{path}: {error}");
                        missing(&theirs, &mut tally);
                    }
                }
            }
            (Err(theirs), Err(ours)) => {
                refused += 1;
                if *theirs != ours {
                    errors += 1;
                    if all {
                        println!("{path}: error {ours:?} instead of {theirs:?}");
                    }
                }
            }
            (Err(error), Ok(_)) => println!("{path}: accepted, but the reference says {error}"),
        }
    }
    let mut reasons: Vec<_> = tally.reasons.iter().collect();
    reasons.sort_by(|a, b| b.1.cmp(a.1));
    for (reason, n) in reasons {
        println!("{n:8} differ in: {reason}");
    }
    let percent = |n: usize, of: usize| if of == 0 { 100.0 } else { 100.0 * n as f64 / of as f64 };
    println!(
        "{files} files, {refused} more refused by both ({errors} with another error), {identical} ({:.2} %) identical when marshalled",
        percent(identical, files)
    );
    println!(
        "compile time: reference {reference_spent:.2} s, ours {:.2} s (parser {:.2} s, compiler {:.2} s)",
        (spent[0] + spent[1]).as_secs_f64(),
        spent[0].as_secs_f64(),
        spent[1].as_secs_f64()
    );
    println!("{} of {} code objects equal: {:.3} %", tally.equal, tally.objects, percent(tally.equal, tally.objects));
    let _ = std::io::stdout().flush();
}
