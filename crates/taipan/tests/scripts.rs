//! Runs every script under `tests/python` and compares what it prints with what CPython 3.14 printed (`NAME.out`
//! beside `NAME.py`). A script listed in `tests/python/known_failures.txt` is run too, and must be taken off the list
//! when it passes. A script that begins with `# needs: LIBRARY` is left out where the system lacks that library.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A script that takes longer than this hangs.
const LIMIT: Duration = Duration::from_secs(60);

fn scripts(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|e| e == "py") && path.with_extension("out").exists() {
            found.push(path);
        }
    }
}

/// The library that a script needs and the system lacks.
fn missing(script: &Path) -> Option<String> {
    let text = std::fs::read_to_string(script).ok()?;
    let library = text.lines().next()?.strip_prefix("# needs: ")?.to_string();
    let open = format!("import ctypes; ctypes.CDLL({library:?})");
    let found = Command::new(env!("CARGO_BIN_EXE_taipan")).args(["-c", &open]).stderr(Stdio::null()).status();
    (!found.is_ok_and(|status| status.success())).then_some(library)
}

fn collect(mut from: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = from.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    })
}

/// Runs one script; gives what it printed to both streams.
fn run(script: &Path) -> Result<String, String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .arg(script)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let out = child.stdout.take().ok_or("no stdout")?;
    let err = child.stderr.take().ok_or("no stderr")?;
    let out = collect(out);
    let err = collect(err);
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        if start.elapsed() > LIMIT {
            let _ = child.kill();
            return Err("timed out".to_string());
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let out = out.join().map_err(|_| "reader died")?;
    let err = err.join().map_err(|_| "reader died")?;
    if !status.success() {
        return Err(format!("{status}\n{err}"));
    }
    Ok(out)
}

#[test]
fn scripts_print_what_cpython_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python");
    let mut found = Vec::new();
    scripts(&root, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no scripts under {}", root.display());
    let known = std::fs::read_to_string(root.join("known_failures.txt")).unwrap_or_default();
    let known: Vec<&str> = known.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    let mut failures = Vec::new();
    for script in &found {
        let name = script.strip_prefix(&root).unwrap_or(script).display().to_string();
        if let Some(library) = missing(script) {
            println!("{name}: not run without {library}");
            continue;
        }
        let expected = std::fs::read_to_string(script.with_extension("out")).unwrap_or_default();
        let problem = match run(script) {
            Ok(actual) if actual == expected => None,
            Ok(actual) => {
                let line = actual
                    .lines()
                    .zip(expected.lines())
                    .position(|(a, e)| a != e)
                    .unwrap_or_else(|| actual.lines().count().min(expected.lines().count()));
                Some(format!(
                    "line {}: expected {:?}, got {:?}",
                    line + 1,
                    expected.lines().nth(line).unwrap_or("<end>"),
                    actual.lines().nth(line).unwrap_or("<end>")
                ))
            }
            Err(problem) => Some(problem),
        };
        match (problem, known.contains(&name.as_str())) {
            (Some(problem), false) => failures.push(format!("{name}: {problem}")),
            (None, true) => failures.push(format!("{name} passes: take it off known_failures.txt")),
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{} of {} scripts:\n{}", failures.len(), found.len(), failures.join("\n"));
}
