//! `cargo xtask bench`: the programs of `tests/bench` under the release build and other Pythons, run by run in turn, as
//! ratios.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::conformance;

/// What runs the programs and prints the ratios.
const DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/bench/compare.py");

/// The sets of programs.
const SETS: [&str; 5] = ["programs", "startup", "memory", "scaling", "threads"];

/// The Pythons that are looked for; the first one found is the yardstick.
const OTHERS: [(&str, &str); 3] = [("cpython3.14", "python3.14"), ("cpython3.15", "python3.15"), ("pypy", "pypy3")];

/// Options: `--python PATH` (instead of the release build), `--against NAME=COMMAND` (again and again; otherwise those of
/// `OTHERS` on the path), `--set NAME` (again and again; otherwise all), `--runs N` (5), `--record FILE` (Markdown with
/// the machine's description), and `--programs A,B` for one set.
pub fn run(args: Vec<String>) -> Result<(), String> {
    let (mut python, mut against, mut sets) = (None, Vec::new(), Vec::new());
    let (mut runs, mut record, mut programs) = ("5".to_owned(), None, None);
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let value = args.next().ok_or_else(|| format!("{arg}: a value is missing"))?;
        match arg.as_str() {
            "--python" => python = Some(PathBuf::from(value)),
            "--against" => against.push(value),
            "--set" => sets.push(value),
            "--runs" => runs = value,
            "--record" => record = Some(PathBuf::from(value)),
            "--programs" => programs = Some(value),
            _ => return Err(format!("bench: unknown option {arg}")),
        }
    }
    if against.is_empty() {
        against = OTHERS
            .iter()
            .filter_map(|(name, program)| Some(format!("{name}={}", on_path(program)?.display())))
            .collect();
    }
    if against.is_empty() {
        return Err("bench: no other Python on the path; --against NAME=COMMAND names one".to_owned());
    }
    if sets.is_empty() {
        sets = SETS.map(str::to_owned).to_vec();
    }
    let python = match python {
        Some(python) => python,
        None => conformance::release_build()?,
    };
    let mut text = heading(&runs, &against);
    for set in &sets {
        let mut command = Command::new("python3");
        command.args([DRIVER, "--set", set, "--runs", &runs]);
        command.arg("--subject").arg(format!("taipan={}", python.display()));
        command.args(against.iter().flat_map(|other| ["--against", other]));
        if let Some(programs) = &programs {
            command.args(["--programs", programs]);
        }
        // It says by its status that a program failed, which the table shows.
        let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("{command:?}: {error}"))?;
        let table = String::from_utf8_lossy(&output.stdout);
        println!("{set}\n{table}");
        if table.is_empty() {
            return Err(format!("{command:?}: {}", output.status));
        }
        let _ = write!(text, "\n## {set}\n\n```text\n{table}```\n");
    }
    if let Some(record) = record {
        fs::write(&record, text).map_err(|error| format!("{}: {error}", record.display()))?;
    }
    Ok(())
}

/// A program of the path.
fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// What was measured, where and how.
fn heading(runs: &str, against: &[String]) -> String {
    let mut text = String::from("# How fast programs run\n\n");
    let others: Vec<&str> = against.iter().map(|other| other.split('=').next().unwrap_or(other)).collect();
    let _ = write!(
        text,
        "`cargo xtask bench --runs {runs} --record docs/speed.md`, against {}: medians of {runs} interleaved runs of the \
         plain release build\n(`tests/bench/compare.py`). Ratios are to the first; below 1.00 is better.\n\n",
        others.join(", ")
    );
    let first = |path: &str, key: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_once(':').map_or(String::new(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let _ = writeln!(
        text,
        "Machine: {cores} cores of {}, {} of memory, Linux {}. Source: {}.",
        first("/proc/cpuinfo", "model name"),
        first("/proc/meminfo", "MemTotal"),
        system.trim(),
        revision()
    );
    text
}

/// The commit, if this is a checkout.
fn revision() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(root).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
