//! The C headers: they can be read one by one, all that they declare exists, and modules that are compiled with them
//! behave as with CPython's.

mod compiler;

use compiler::{Folder, compile, compile_with, our_headers, their_headers};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/headers")
}

/// All headers, by their path.
fn headers() -> Vec<String> {
    let root = our_headers();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(&root).expect("a path below").to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// Reads every header alone, as C; as C++ those that programs include.
#[test]
fn each_can_be_included_alone() {
    let folder = Folder::new("headers-alone");
    let include = format!("-I{}", our_headers().display());
    let strict = ["-Wall", "-Wextra", "-Werror", "-fsyntax-only", &include];
    let headers = headers();
    std::thread::scope(|scope| {
        for (compiler, language) in [("cc", "-std=c11"), ("c++", "-std=c++17")] {
            let (folder, headers, strict) = (&folder, &headers, &strict);
            scope.spawn(move || {
                for header in headers.iter().filter(|header| compiler == "cc" || !header.contains('/')) {
                    let end = if compiler == "cc" { "c" } else { "cpp" };
                    let source = folder.file(&format!("{}.{end}", header.replace(['/', '.'], "_")));
                    std::fs::write(&source, format!("#include <{header}>\n")).expect("a file");
                    let args: Vec<&str> = [language].iter().chain(strict).copied().chain([&*source]).collect();
                    if !compile_with(compiler, &args) {
                        break;
                    }
                }
            });
        }
    });
}

/// Reads all headers together in every version of the limited API and several versions of the languages.
#[test]
fn all_versions_of_the_limited_api_are_there() {
    let folder = Folder::new("headers-limited");
    let mut text = String::new();
    for header in headers().iter().filter(|h| !h.starts_with("internal/")) {
        let _ = writeln!(text, "#include <{header}>");
    }
    let include = format!("-I{}", our_headers().display());
    for (compiler, end, language) in
        [("cc", "c", "-std=c99"), ("cc", "c", "-std=gnu17"), ("c++", "cpp", "-std=c++11"), ("c++", "cpp", "-std=c++20")]
    {
        let source = folder.file(&format!("all.{end}"));
        std::fs::write(&source, &text).expect("a file");
        for version in [None, Some(2), Some(7), Some(9), Some(10), Some(11), Some(12), Some(13), Some(14)] {
            let limited = version.map_or("-DFULL".to_string(), |minor| format!("-DPy_LIMITED_API=0x03{minor:02x}0000"));
            let strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"];
            let args: Vec<&str> = strict.iter().copied().chain([language, &*limited, &*include, &*source]).collect();
            if !compile_with(compiler, &args) {
                return;
            }
        }
    }
}

/// A module that refers to all functions and data that the headers declare can be loaded.
#[test]
fn all_that_is_declared_exists() {
    let mut text = String::from("#include <Python.h>\n");
    let mut names = Vec::new();
    for header in headers() {
        let _ = writeln!(text, "#include <{header}>");
        let content = std::fs::read_to_string(our_headers().join(header)).expect("a header");
        for line in content.lines().filter(|l| l.starts_with("PyAPI_FUNC(") || l.starts_with("PyAPI_DATA(")) {
            // The type is in parentheses; the name follows.
            let mut depth = 0;
            let end = line.find(|c: char| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                depth == 0 && c == ')'
            });
            let rest = line[end.expect("a type") + 1..].trim_start_matches([' ', '(', '*']);
            let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
            names.push(name.to_owned());
        }
    }
    assert!(names.len() > 1000, "{} names", names.len());
    // By their assembler names: macros may have the same names.
    names.sort();
    names.dedup();
    text.push_str("__asm__(\".data\\n\"\n");
    for name in &names {
        let _ = writeln!(text, "    \".quad {name}\\n\"");
    }
    text.push_str("    \".text\\n\");\nstatic PyModuleDef def = {PyModuleDef_HEAD_INIT, \"whole\", NULL, 0, NULL, NULL, NULL, NULL, NULL};\n");
    text.push_str("PyMODINIT_FUNC PyInit_whole(void) { return PyModuleDef_Init(&def); }\n");
    let folder = Folder::new("headers-whole");
    let source = folder.file("whole.c");
    std::fs::write(&source, text).expect("a file");
    let include = format!("-I{}", our_headers().display());
    if !compile(&["-shared", "-fPIC", "-Wl,-z,now", &include, "-o", &folder.file("whole.so"), &source]) {
        return;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .args(["-c", "import whole"])
        .env("PYTHONPATH", &folder.0)
        .output()
        .expect("the interpreter starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs the script of that name with the modules of a folder: it prints what it printed under CPython.
fn prints_as_recorded(folder: &Folder, script: &str, headers: &str) {
    let expected = std::fs::read_to_string(sources().join(format!("{script}.out"))).expect("the recorded output");
    let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .arg(sources().join(format!("{script}.py")))
        .env("PYTHONPATH", &folder.0)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("the interpreter starts");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "with {headers}: {message}");
}

/// Compiles a module with our headers and runs the script that uses it.
fn module_does_as_recorded(source: &str, module: &str, script: &str) {
    let folder = Folder::new(&format!("headers-{script}"));
    let source = sources().join(source);
    let (include, source) = (format!("-I{}", our_headers().display()), source.to_string_lossy());
    let strict = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-std=c11", &*include];
    let target = folder.file(module);
    if compile(&strict.iter().copied().chain(["-o", &*target, &*source]).collect::<Vec<_>>()) {
        prints_as_recorded(&folder, script, "ours");
    }
}

/// The same sources, compiled with our headers and with CPython's, do the same.
#[test]
fn modules_behave_alike() {
    let include = |folder: PathBuf| format!("-I{}", folder.display());
    let mut all = vec![("ours", include(our_headers()))];
    match their_headers() {
        Some(theirs) => all.push(("theirs", include(theirs))),
        None => eprintln!("skipped: no headers of CPython 3.14 (set TAIPAN_PYTHON_HEADERS to their folder)"),
    }
    for (name, include) in all {
        let folder = Folder::new(&format!("headers-{name}"));
        let common = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", &*include];
        let build = |compiler: &str, language: &str, source: &str, target: &str, define: &str| {
            let source = sources().join(source);
            let (source, target) = (source.to_string_lossy(), folder.file(target));
            let more = [language, define, "-o", &*target, &*source];
            compile_with(compiler, &common.iter().copied().chain(more).collect::<Vec<_>>())
        };
        if !build("cc", "-std=c11", "broad.c", "broad.so", "-DNDEBUG") {
            return;
        }
        build("cc", "-std=c11", "habits.c", "habits.so", "-DNDEBUG");
        build("cc", "-std=c11", "frames.c", "frames.so", "-DNDEBUG");
        if !build("c++", "-std=c++17", "plus.cpp", "plus.so", "-DCHECKED") {
            return;
        }
        for version in ["0x03070000", "0x030a0000", "0x030c0000", "0x030d0000", "0x030e0000"] {
            let define = format!("-DPy_LIMITED_API={version}");
            build("cc", "-std=c11", "limited.c", &format!("limited_{version}.so"), &define);
        }
        prints_as_recorded(&folder, "use", name);
    }
}

/// C code parses XML by `pyexpat.expat_CAPI` as by Expat.
#[test]
fn c_code_parses_xml() {
    module_does_as_recorded("xml.c", "xml_by_c.so", "xml");
}

/// Functions that look for the common case first do the same in all others.
#[test]
fn short_ways_lead_to_the_same() {
    module_does_as_recorded("paths.c", "paths.so", "ways");
}

/// What tools ask for: the first start has put the headers where `sysconfig` says they are, also for environments.
#[test]
fn tools_find_them() {
    let folder = Folder::new("headers-venv");
    let environment = folder.file("venv");
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).output().expect("a program");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    run(env!("CARGO_BIN_EXE_taipan"), &["-m", "venv", "--without-pip", &environment]);
    let ask = "import sysconfig as s; print(s.get_path('include'), s.get_config_var('EXT_SUFFIX'), s.get_config_var('BINDIR'))";
    let inside = run(&format!("{environment}/bin/python"), &["-c", ask]);
    assert_eq!(inside, run(env!("CARGO_BIN_EXE_taipan"), &["-c", ask]));
    let answers: Vec<&str> = inside.split(' ').collect();
    assert!(Path::new(answers[0]).join("Python.h").exists(), "{inside}");
    let config = format!("{}/python3.14-config", answers[2]);
    assert_eq!(run(&config, &["--includes"]), format!("-I{}", answers[0]));
    assert_eq!(run(&config, &["--extension-suffix"]), answers[1]);
}
