//! `cargo xtask profile`: what guides release builds. An instrumented build runs the programs of `tests/training`; what it
//! counted is put to `profile/rustc-VERSION.profdata`, and the order that its functions are laid out in to
//! `profile/rustc-VERSION.order`. `.cargo/rustc.sh` and the build script of `taipan` find them there.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{succeed, target};

/// Runs the command.
pub fn run(args: Vec<String>) -> Result<(), String> {
    if !args.is_empty() {
        return Err("usage: cargo xtask profile".to_owned());
    }
    let counts = count()?;
    let folder = root()?.join("profile");
    for old in entries(&folder)? {
        if old.extension().is_some_and(|extension| extension == "profdata" || extension == "order") {
            fs::remove_file(&old).map_err(|error| format!("{}: {error}", old.display()))?;
        }
    }
    let name = format!("rustc-{}", compiler_version()?);
    for extension in ["profdata", "order"] {
        let file = folder.join(&name).with_added_extension(extension);
        fs::copy(counts.with_extension(extension), &file).map_err(|error| format!("{}: {error}", file.display()))?;
        println!("{}", file.display());
    }
    Ok(())
}

/// The project's folder.
pub fn root() -> Result<PathBuf, String> {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().map_err(|error| error.to_string())
}

/// Builds the release as `cargo build --release` does, in a folder of its own, with variables for `.cargo/rustc.sh`; returns
/// the executable. The names of functions, which counts are found by, depend on the command.
pub fn build(folder: &Path, variables: &[(&str, String)]) -> Result<PathBuf, String> {
    succeed(
        Command::new(env!("CARGO"))
            .args(["build", "--release", "--package", "taipan", "--target-dir"])
            .arg(folder)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            // They would take the place of the wrapper.
            .env_remove("RUSTC_WRAPPER")
            .env_remove("CARGO_BUILD_RUSTC_WRAPPER")
            .current_dir(root()?),
    )?;
    Ok(folder.join("release/taipan"))
}

/// Builds the instrumented interpreter, trains it, and returns the file of its counts (`.profdata`). The order of functions
/// is beside it (`.order`).
pub fn count() -> Result<PathBuf, String> {
    let work = target().join("profile");
    let counts = work.join("counts");
    let _ = fs::remove_dir_all(&counts);
    fs::create_dir_all(&counts).map_err(|error| format!("{}: {error}", counts.display()))?;
    let counts = counts.canonicalize().map_err(|error| error.to_string())?;
    let python = build(&work, &[("TAIPAN_PROFILE", format!("generate={}", counts.display()))])?;
    train(&root()?, &python, &counts)?;
    let profile = work.join("taipan.profdata");
    let tool_path = tool("llvm-profdata")?;
    let merge = |files: Vec<PathBuf>| {
        let mut command = Command::new(&tool_path);
        command.args(["merge", "-sparse"]).args(files);
        command
    };
    let mut all = Vec::new();
    let mut breadth: HashMap<String, usize> = HashMap::new();
    let mut started = Vec::new();
    for programs in folders(&counts)? {
        let files = entries(&programs)?;
        let found = reached(&mut merge(files.clone()))?;
        for function in &found {
            *breadth.entry(function.name.clone()).or_default() += 1;
        }
        if programs.ends_with(STARTUP) {
            started = found;
        }
        all.extend(files);
    }
    succeed(merge(all).arg("-o").arg(&profile))?;
    let mut trained = reached(&mut merge(vec![profile.clone()]))?;
    trained.sort_by_key(|function| std::cmp::Reverse((breadth.get(&function.name).copied(), function.count)));
    let order = order(started, trained, &symbols(&python)?);
    let file = profile.with_extension("order");
    fs::write(&file, order.join("\n") + "\n").map_err(|error| format!("{}: {error}", file.display()))?;
    profile.canonicalize().map_err(|error| error.to_string())
}

/// The folder of counts of an interpreter that starts and ends.
const STARTUP: &str = "startup";

/// A function that a training program reached.
pub struct Reached {
    /// The unit that it is local to; empty if other units may call it.
    unit: String,
    pub name: String,
    /// How often it was entered.
    count: u64,
    /// How often the block was reached that was reached most often.
    pub most: u64,
}

/// The functions of a profile in a file.
pub fn functions(file: &Path) -> Result<Vec<Reached>, String> {
    reached(Command::new(tool("llvm-profdata")?).arg("merge").arg(file))
}

/// The functions of the profile that a command of `llvm-profdata` makes.
fn reached(merge: &mut Command) -> Result<Vec<Reached>, String> {
    let output = merge.args(["-text", "-o", "-"]).output().map_err(|error| format!("llvm-profdata: {error}"))?;
    Ok(parse(&String::from_utf8_lossy(&output.stdout)))
}

/// The functions of a profile in text form.
fn parse(profile: &str) -> Vec<Reached> {
    let lines: Vec<&str> = profile.lines().collect();
    let number = |line: usize| lines.get(line).and_then(|line| line.parse::<u64>().ok());
    let mut found = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        // Name, "# Func Hash:", hash, "# Num Counters:", their number, "# Counter Values:", counters, the entry's first.
        if lines.get(i + 1) != Some(&"# Func Hash:") {
            continue;
        }
        let (Some(counters), Some(count)) = (number(i + 4), number(i + 6)) else { continue };
        let most = (0..counters as usize).filter_map(|counter| number(i + 6 + counter)).max().unwrap_or(0);
        if most > 0 {
            let (unit, name) = line.rsplit_once(';').unwrap_or(("", line));
            found.push(Reached { unit: unit.to_owned(), name: name.to_owned(), count, most });
        }
    }
    found
}

/// The symbols of the order that functions lie in: those that every start reaches, then the others as they are given. Code of
/// the same use then shares pages, and what nothing reached is not read from the disk.
fn order(started: Vec<Reached>, trained: Vec<Reached>, symbols: &[String]) -> Vec<String> {
    // Functions that link-time optimisation made known to other units have a longer name.
    let mut promoted: HashMap<&str, Vec<&String>> = HashMap::new();
    for symbol in symbols {
        if let Some((name, _)) = symbol.split_once(".llvm.") {
            promoted.entry(name).or_default().push(symbol);
        }
    }
    let mut order = Vec::new();
    let mut seen = HashSet::new();
    let mut cold = Vec::new();
    let starting = started.len();
    for (i, function) in started.into_iter().chain(trained).enumerate() {
        if i == starting {
            order.append(&mut cold);
        }
        let mut names = Vec::new();
        if !function.unit.is_empty() {
            let unit = function.unit.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            names.push(format!("{}.llvm.{unit}", function.name));
        }
        names.extend(promoted.get(function.name.as_str()).into_iter().flatten().map(|&symbol| symbol.clone()));
        names.push(function.name);
        names.retain(|name| seen.insert(name.clone()));
        // What is rare in a function that every start reaches is often part of starting.
        if i < starting {
            cold.extend(names.iter().map(|name| format!("{name}.cold")));
        }
        order.extend(names);
    }
    order
}

/// The names of the executable's functions.
fn symbols(executable: &Path) -> Result<Vec<String>, String> {
    let output = Command::new(tool("llvm-nm")?).arg("-j").arg(executable).output();
    let output = output.map_err(|error| format!("llvm-nm: {error}"))?.stdout;
    Ok(String::from_utf8_lossy(&output).lines().map(str::to_owned).collect())
}

/// The compiler's version, as in `1.95.0`.
pub fn compiler_version() -> Result<String, String> {
    let output = Command::new("rustc").arg("-V").output().map_err(|error| format!("rustc: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split(' ').nth(1).map(str::to_owned).ok_or_else(|| "rustc -V does not name its version".to_owned())
}

/// A tool of the toolchain's LLVM: formats are those of its version. `rustup` adds it when it is missing.
pub fn tool(name: &str) -> Result<PathBuf, String> {
    let output =
        Command::new("rustc").args(["--print", "target-libdir"]).output().map_err(|error| format!("rustc: {error}"))?;
    let libraries = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let tool = libraries.with_file_name("bin").join(name);
    if !tool.exists() {
        succeed(Command::new("rustup").args(["component", "add", "llvm-tools"]))?;
    }
    if tool.exists() {
        Ok(tool)
    } else {
        Err(format!("{} is missing: rustup component add llvm-tools", tool.display()))
    }
}

/// Runs the training programs, among them one that drives an extension module, the measurement of calls from C, and the
/// scripts of the tests for breadth. Each program has its folder of counts, and each folder of scripts.
fn train(root: &Path, python: &Path, counts: &Path) -> Result<(), String> {
    let extensions = counts.with_file_name("extensions");
    fs::create_dir_all(&extensions).map_err(|error| format!("{}: {error}", extensions.display()))?;
    let instrumented = |name: &str, argument: &Path| {
        let mut command = Command::new(python);
        command.arg(argument).env("LLVM_PROFILE_FILE", counts.join(name).join("%4m.profraw"));
        command.env("PYTHONPATH", &extensions).stdin(Stdio::null()).stdout(Stdio::null());
        command
    };
    succeed(instrumented(STARTUP, Path::new("-c")).arg("pass"))?;
    let query = "import sysconfig; print(sysconfig.get_path('include'))";
    let output = instrumented("command", Path::new("-c")).arg(query).stdout(Stdio::piped()).output();
    let include = output.map_err(|error| format!("{}: {error}", python.display()))?.stdout;
    let include = String::from_utf8_lossy(&include).trim().to_owned();
    succeed(
        Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-I", &include, "-o"])
            .arg(extensions.join("native.so"))
            .arg(root.join("tests/training/native.c")),
    )?;
    for program in programs(&root.join("tests/training"))? {
        succeed(&mut instrumented(&format!("training-{}", name(&program)), &program))?;
    }
    let mut command = instrumented("boundary", &root.join("tests/wheels/boundary/run.py"));
    let python_argument = |name: &str| [name.into(), python.as_os_str().to_owned()];
    succeed(command.args(["--runs", "1"]).args(python_argument("--python")).args(python_argument("--reference")))?;
    for folder in folders(&root.join("tests/python"))? {
        for program in programs(&folder)? {
            // Some need what this machine lacks, or end with an error on purpose.
            let _ = instrumented(&format!("tests-{}", name(&folder)), &program).stderr(Stdio::null()).status();
        }
    }
    Ok(())
}

/// The last part of a path, without its extension.
fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The Python files of a folder, in order.
pub fn programs(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = entries(folder)?;
    found.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    Ok(found)
}

/// The folders of a folder, in order.
pub fn folders(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = entries(folder)?;
    found.retain(|path| path.is_dir());
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let found = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found: Vec<PathBuf> = found.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{order, parse};

    /// Two functions that were reached, one of them local to its unit, and one that was not.
    const PROFILE: &str = "# IR level Instrumentation Flag
:ir
everywhere
# Func Hash:
739364114261982804
# Num Counters:
2
# Counter Values:
0
7

taipan_object.a5bb-cgu.1;local
# Func Hash:
12
# Num Counters:
1
# Counter Values:
5
# Num Value Kinds:
1
# ValueKind = IPVK_IndirectCallTarget:
0

never
# Func Hash:
13
# Num Counters:
1
# Counter Values:
0
";

    #[test]
    fn finds_what_was_reached() {
        let found: Vec<_> = parse(PROFILE).into_iter().map(|f| (f.unit, f.name, f.count)).collect();
        let text = str::to_owned;
        assert_eq!(found, [(text(""), text("everywhere"), 0), (text("taipan_object.a5bb-cgu.1"), text("local"), 5)]);
    }

    #[test]
    fn puts_what_starts_first_and_names_what_was_promoted() {
        let mut started = parse(PROFILE);
        let trained = started.split_off(1);
        let symbols = ["everywhere.llvm.other_cgu_0".to_owned(), "third".to_owned()];
        assert_eq!(
            order(started, trained, &symbols),
            [
                "everywhere.llvm.other_cgu_0",
                "everywhere",
                "everywhere.llvm.other_cgu_0.cold",
                "everywhere.cold",
                "local.llvm.taipan_object_a5bb_cgu_1",
                "local"
            ]
        );
    }
}
