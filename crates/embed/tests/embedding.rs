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
