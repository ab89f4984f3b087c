//! `cargo xtask headers`: writes the C headers that extensions are compiled with.
//!
//! What can be derived is read from the sources: functions with their signatures and documentation, data, structures
//! and constants. The templates in `crates/capi/headers` say which header has which of them, for which versions of
//! the limited API, and hold the macros and inline functions, which exist in C only. A line of a template that begins
//! with `%` is a directive:
//!
//! - `%fn NAME` declares an exported function; `%fn TYPE NAME(TYPE, ...)` does so with C types where Rust's say less
//!   (the two are compared as the calling convention sees them). Nothing is written for what is not exported.
//! - `%data TYPE NAME` declares exported data.
//! - `%struct NAME [TAG] [| FIELD: DECLARATION; ...]` defines a structure of the crate `abi`, as a `typedef` or, with a
//!   tag that has its `typedef` elsewhere, alone. Fields may be declared differently, or as nothing.
//! - `%define NAME` defines a constant of the crate `abi`; with `*` at the end all whose names begin so.
//! - `%since 3.13`, `%before 3.13` and `%full` begin what the limited API has from a version on, until a version, or
//!   not at all (the full API has everything); `%end` ends them.
//! - `%cast NAME(FIRST, ...)` makes an inline function accept a pointer of any type as its first argument.
//! - `%slots` and `%opcodes` define the numbers of type slots, and of instructions.
//! - `%c` is where C's linkage begins, behind what is included; without it, that is the start of the file.
//! - `%guard NAME` says what the file defines against being read twice.
//!
//! Every header can be included alone: all but the first few include `Python.h` if that has not happened.

mod ctypes;
mod exports;
mod layouts;
mod tokens;

use exports::{Export, Exports};
use layouts::Layouts;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use taipan_bytecode::opcode::ALL;

const TEMPLATES: &str = "crates/capi/headers";
const TARGET: &str = "crates/stdlib/prefix/include/python3.14";

/// Runs the command; `--check` writes nothing and fails when a header is not current, `--list` prints all exports.
pub fn run(args: Vec<String>) -> Result<(), String> {
    let root = root();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let target = root.join(TARGET);
            let headers = generate(&root)?;
            for (path, text) in &headers {
                let file = target.join(path);
                if let Some(parent) = file.parent() {
                    std::fs::create_dir_all(parent).map_err(|e| format!("{}: {e}", parent.display()))?;
                }
                if std::fs::read_to_string(&file).ok().as_ref() != Some(text) {
                    std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
                }
            }
            for path in superfluous(&target, &headers)? {
                std::fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            }
            Ok(())
        }
        ["--check"] => check(&root),
        ["--list"] => {
            for (name, export) in exports::read(&root)? {
                let types = export.signature.as_ref().and_then(ctypes::c_signature);
                let types = types.map(|t| t.iter().map(|d| d.named("")).collect::<Vec<_>>().join("|"));
                println!("{name}\t{}", types.unwrap_or_default());
            }
            Ok(())
        }
        _ => Err("usage: cargo xtask headers [--check | --list]".to_owned()),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All files under a folder, sorted.
fn files(at: &Path, out: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = std::fs::read_dir(at).map_err(|e| format!("{}: {e}", at.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, out)?;
        } else {
            out.push(path);
        }
    }
    Ok(())
}

fn superfluous(target: &Path, headers: &[(PathBuf, String)]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    files(target, &mut found)?;
    found.retain(|path| !headers.iter().any(|(known, _)| target.join(known) == *path));
    Ok(found)
}

fn check(root: &Path) -> Result<(), String> {
    let target = root.join(TARGET);
    let headers = generate(root)?;
    for (path, text) in &headers {
        if std::fs::read_to_string(target.join(path)).ok().as_ref() != Some(text) {
            return Err(format!("{} is not current: run `cargo xtask headers`", path.display()));
        }
    }
    match superfluous(&target, &headers)?.first() {
        Some(path) => Err(format!("{} has no template", path.display())),
        None => Ok(()),
    }
}

/// What templates may refer to.
struct Known {
    exports: Exports,
    layouts: Layouts,
    /// Enumerations, which the templates themselves define.
    enumerations: Vec<String>,
}

/// All headers by their path.
fn generate(root: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let exports = exports::read(root)?;
    let layouts = layouts::read(&root.join("crates/abi/src"))?;
    let templates = root.join(TEMPLATES);
    let mut paths = Vec::new();
    files(&templates, &mut paths)?;
    let mut texts = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let relative = path.strip_prefix(&templates).map_err(|e| e.to_string())?.to_owned();
        texts.push((relative, text));
    }
    let enumerations = texts.iter().flat_map(|(_, text)| ctypes::enumerations(text)).collect();
    let known = Known { exports, layouts, enumerations };
    let mut out = Vec::new();
    for (path, text) in texts {
        let header = expand(&path, &text, &known).map_err(|e| format!("{}: {e}", path.display()))?;
        out.push((path, header));
    }
    Ok(out)
}

/// Headers that stand at the bottom, and the one at the top.
const ALONE: [&str; 3] = ["Python.h", "patchlevel.h", "pyconfig.h"];

/// The version of a limited API as `Py_LIMITED_API` says it.
fn version(text: &str) -> Result<u32, String> {
    let (major, minor) = text.trim().split_once('.').ok_or("a directive without a version")?;
    let number = |text: &str| text.parse::<u32>().map_err(|e| format!("{text}: {e}"));
    Ok(number(major)? << 24 | number(minor)? << 16)
}

fn expand(path: &Path, template: &str, known: &Known) -> Result<String, String> {
    let name = path.to_string_lossy();
    let guard = match template.lines().find_map(|line| line.strip_prefix("%guard ")) {
        Some(guard) => guard.to_owned(),
        None => format!("Py_{}", name.replace(['/', '.'], "_").to_uppercase()),
    };
    let alone = ALONE.contains(&&*name);
    let marked = template.lines().any(|line| line == "%c");
    let linkage = "#ifdef __cplusplus\nextern \"C\" {\n#endif\n";
    let mut out = format!("/* Taipan's C API: {name}. Made by `cargo xtask headers` from {TEMPLATES}/{name}. */\n");
    let up = "../".repeat(path.components().count() - 1);
    if !alone {
        // Python.h includes this file again, which then is complete.
        let _ = writeln!(out, "#ifndef Py_PYTHON_H\n#  include \"{up}Python.h\"\n#endif");
    }
    let _ = writeln!(out, "#ifndef {guard}\n#define {guard}");
    // The limited API has nothing of these.
    let full = name.contains('/');
    if full {
        out.push_str("#ifndef Py_LIMITED_API\n");
    }
    if !alone && !marked {
        out.push_str(linkage);
    }
    let linked = marked || !alone;
    for line in template.lines() {
        let Some(directive) = line.strip_prefix('%') else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
        match word {
            "fn" => function(rest.trim(), known, &mut out)?,
            "data" => data(rest.trim(), &known.exports, &mut out)?,
            "struct" => known.layouts.structure(rest.trim(), &mut out)?,
            "define" => known.layouts.define(rest.trim(), &mut out)?,
            "cast" => cast(rest.trim(), &mut out)?,
            "slots" => known.layouts.slots(&mut out),
            "opcodes" => opcodes(&mut out),
            "guard" => {}
            "c" => out.push_str(linkage),
            "since" => {
                let _ = writeln!(out, "#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= {:#010x}", version(rest)?);
            }
            "before" => {
                let _ = writeln!(out, "#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < {:#010x}", version(rest)?);
            }
            "full" => out.push_str("#ifndef Py_LIMITED_API\n"),
            "end" => out.push_str("#endif\n"),
            _ => return Err(format!("unknown directive: {line}")),
        }
    }
    if linked {
        out.push_str("#ifdef __cplusplus\n}\n#endif\n");
    }
    if full {
        out.push_str("#endif\n");
    }
    out.push_str("#endif\n");
    Ok(out)
}

/// `NAME(FIRST, ...)`.
fn cast(text: &str, out: &mut String) -> Result<(), String> {
    let inner = text.split_once('(').and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)));
    let (name, inner) = inner.ok_or_else(|| format!("%cast {text}"))?;
    let mut arguments: Vec<String> = inner.split(',').map(|a| format!("({})", a.trim())).collect();
    if let Some(first) = arguments.first_mut() {
        *first = format!("_PyObject_CAST{first}");
    }
    let _ = writeln!(out, "#define {text} {name}({})", arguments.join(", "));
    Ok(())
}

fn opcodes(out: &mut String) {
    let mut all: Vec<_> = ALL.iter().map(|op| (op.number(), op.name())).collect();
    all.sort_unstable();
    for (number, name) in all {
        let _ = writeln!(out, "#define {name} {number}");
    }
}

/// The documentation of an export as a C comment.
fn comment(doc: &[String], out: &mut String) {
    let lines = doc.iter().take_while(|line| !line.starts_with('#'));
    let text = lines.map(|line| line.replace('`', "").replace("*/", "* /")).collect::<Vec<_>>().join(" ");
    if text.trim().is_empty() {
        return;
    }
    let mut column = 2;
    out.push_str("/*");
    for word in text.split_whitespace() {
        let width = word.chars().count() + 1;
        if column + width > 96 {
            out.push_str("\n  ");
            column = 2;
        }
        out.push(' ');
        out.push_str(word);
        column += width;
    }
    out.push_str(" */\n");
}

/// Splits `TYPE NAME(TYPE, ...)`; the types are empty for a bare name.
fn prototype(text: &str) -> Result<(String, Option<(String, Vec<String>)>), String> {
    let text = text.trim_end_matches(';');
    let Some(open) = text.find('(') else { return Ok((text.to_owned(), None)) };
    let head = text[..open].trim_end();
    let at = head.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    let inner = text[open + 1..].strip_suffix(')').ok_or_else(|| format!("no end: {text}"))?;
    let mut parameters: Vec<String> = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (i, c) in inner.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parameters.push(inner[start..i].trim().to_owned());
                start = i + 1;
            }
            _ => {}
        }
    }
    parameters.push(inner[start..].trim().to_owned());
    if parameters == ["void"] || parameters == [""] {
        parameters.clear();
    }
    Ok((head[at..].to_owned(), Some((head[..at].trim().to_owned(), parameters))))
}

/// A parameter of an explicit C type with a name.
fn with_name(ty: &str, name: &str) -> String {
    if ty == "..." || name.is_empty() {
        return ty.to_owned();
    }
    if let Some(at) = ty.find("(*)") {
        return format!("{}(*{name}{}", &ty[..at], &ty[at + 2..]);
    }
    if let Some(at) = ty.find('[') {
        return format!("{} {name}{}", ty[..at].trim_end(), &ty[at..]);
    }
    let gap = if ty.ends_with('*') { "" } else { " " };
    format!("{ty}{gap}{name}")
}

/// What C and C++ reserve, or would misread.
fn safe_name(name: &str) -> String {
    const RESERVED: [&str; 22] = [
        "catch",
        "class",
        "default",
        "delete",
        "double",
        "errno",
        "explicit",
        "export",
        "friend",
        "int",
        "long",
        "namespace",
        "new",
        "operator",
        "private",
        "public",
        "register",
        "signed",
        "template",
        "this",
        "throw",
        "using",
    ];
    if RESERVED.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

fn function(text: &str, known: &Known, out: &mut String) -> Result<(), String> {
    let (name, explicit) = prototype(text)?;
    let Some(Export { doc, signature }) = known.exports.get(&name) else { return Ok(()) };
    let derived = signature.as_ref().and_then(ctypes::c_signature);
    let names: Vec<String> = signature.iter().flat_map(|s| &s.parameters).map(|p| safe_name(&p.name)).collect();
    let (result, parameters) = match explicit {
        Some((result, types)) => {
            if let Some(derived) = &derived {
                let classes =
                    |types: &[String]| types.iter().map(|t| ctypes::class(t, &known.enumerations)).collect::<Vec<_>>();
                let mut rust: Vec<String> = derived.iter().map(|d| d.named("")).collect();
                if result.starts_with("_Py_NO_RETURN") {
                    rust[0].clone_from(&result);
                }
                let c: Vec<String> = std::iter::once(&result).chain(&types).cloned().collect();
                if classes(&rust) != classes(&c) {
                    return Err(format!("{name} is declared as {c:?} but defined as {rust:?}"));
                }
            }
            let named = types.iter().enumerate();
            let parameters = named.map(|(i, ty)| with_name(ty, names.get(i).map_or("", String::as_str)));
            (result, parameters.collect::<Vec<_>>())
        }
        None => {
            let derived = derived.ok_or_else(|| format!("{name} needs a signature in C"))?;
            let named = derived[1..].iter().enumerate();
            let parameters = named.map(|(i, d)| {
                let name = if d.before == "..." { "" } else { names.get(i).map_or("", String::as_str) };
                d.named(name)
            });
            (derived[0].named(""), parameters.collect())
        }
    };
    comment(doc, out);
    let list = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
    let _ = writeln!(out, "PyAPI_FUNC({result}) {name}({list});");
    Ok(())
}

fn data(text: &str, exports: &Exports, out: &mut String) -> Result<(), String> {
    let text = text.trim_end_matches(';');
    // The name stands behind the type, before an array's length, or inside a pointer to a function.
    let (ty, declared, name) = match text.split_once("(*") {
        Some((ty, rest)) => (ty, &text[ty.len()..], rest.split(')').next().unwrap_or_default()),
        None => {
            let end = text.find('[').unwrap_or(text.len());
            let at = text[..end].rfind([' ', '*']).ok_or_else(|| format!("%data without a type: {text}"))?;
            (&text[..=at], &text[at + 1..], &text[at + 1..end])
        }
    };
    if exports.contains_key(name) {
        let _ = writeln!(out, "PyAPI_DATA({}) {declared};", ty.trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn headers_are_current() {
        assert_eq!(super::check(&super::root()), Ok(()));
    }
}
