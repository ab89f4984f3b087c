//! A C program that embeds Python is compiled, linked with the shared library and run.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder in which cargo has built the library.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let deps = test.parent().expect("a folder");
    let here = deps.join("libpython3_14.so");
    if here.exists() { here } else { deps.parent().expect("a folder").join("libpython3_14.so") }
}

#[test]
fn a_program_embeds_python() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/embedding");
    let folder = std::env::temp_dir().join(format!("taipan-embedding-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::os::unix::fs::symlink(library(), folder.join("libpython3.14.so.1.0")).expect("the library");
    let host = folder.join("host");
    let compiled = Command::new("cc")
        .args(["-O1", "-o"])
        .arg(&host)
        .arg(source.join("host.c"))
        .arg(folder.join("libpython3.14.so.1.0"))
        .arg(format!("-Wl,-rpath,{}", folder.display()))
        .output();
    let Ok(compiled) = compiled else {
        eprintln!("skipped: there is no C compiler");
        return;
    };
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let run = |args: &[&str]| {
        let output = Command::new(&host).args(args).current_dir(&folder).output().expect("the program starts");
        let code = output.status.code();
        (
            String::from_utf8_lossy(&output.stdout).into_owned(),
            code,
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let expected = std::fs::read_to_string(source.join("host.out")).expect("the recorded output");
    let (output, code, errors) = run(&[]);
    assert_eq!((output.as_str(), code), (expected.as_str(), Some(0)), "{errors}");
    let (output, code, errors) = run(&["main", "-c", "import sys; print(sys.argv); sys.exit(3)", "x"]);
    assert_eq!((output.as_str(), code), ("['-c', 'x']\n", Some(3)), "{errors}");
    let _ = std::fs::remove_dir_all(&folder);
}

/// An installation with the library: what `python3.14-config --embed` and `pkg-config` say is enough to compile and run a
/// program.
#[test]
fn tools_say_how_to_embed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let prefix = std::env::temp_dir().join(format!("taipan-embed-{}", std::process::id()));
    let template = here.join("../stdlib/prefix");
    std::fs::create_dir_all(prefix.join("bin")).expect("a folder");
    std::fs::copy(template.join("bin/python3.14-config"), prefix.join("bin/python3.14-config")).expect("a script");
    std::os::unix::fs::symlink(template.join("include"), prefix.join("include")).expect("the headers");
    let ask = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"));
        let output = command.output().ok()?;
        let words = String::from_utf8_lossy(&output.stdout).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        Some((output.status.success(), words))
    };
    // The shell reads the script: a process that another test forks while the copy is written holds it open, and the
    // system executes no file that is open for writing.
    let config = prefix.join("bin/python3.14-config");
    let all = [config.to_str().expect("a path in UTF-8"), "--embed", "--cflags", "--ldflags"];
    assert_eq!(ask("sh", &all).map(|(ok, _)| ok), Some(false), "there is no library yet");
    let installed =
        Command::new("sh").arg(here.join("install.sh")).arg(library()).arg(&prefix).status().expect("a shell");
    assert!(installed.success());
    let mut ways = vec![ask("sh", &all)];
    ways.push(ask("pkg-config", &["--cflags", "--libs", "python-3.14-embed"]));
    for (ok, flags) in ways.into_iter().flatten() {
        assert!(ok && flags.iter().any(|flag| flag == "-lpython3.14"), "{flags:?}");
        let source = prefix.join("host.c");
        let text = "#include <Python.h>\nint main(void) { Py_Initialize(); int r = PyRun_SimpleString(\"print(6 * 7)\");\n\
                    return Py_FinalizeEx() < 0 || r; }\n";
        std::fs::write(&source, text).expect("a file");
        let host = prefix.join("host");
        let compiled = Command::new("cc").arg(&source).arg("-o").arg(&host).args(&flags).output();
        let Ok(compiled) = compiled else {
            eprintln!("skipped: there is no C compiler");
            break;
        };
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        let output =
            Command::new(&host).env("LD_LIBRARY_PATH", prefix.join("lib")).output().expect("the program starts");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "42\n", "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success());
    }
    let _ = std::fs::remove_dir_all(&prefix);
}
