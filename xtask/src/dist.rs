//! `cargo xtask dist [FOLDER]`: the profile-guided release build. An instrumented build runs the programs of
//! `tests/training`, and the compiler lays out, inlines and splits by what it counted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::succeed;

/// Runs the command; the executable is put to `FOLDER/bin/taipan` (`target/dist/bin/taipan`).
pub fn run(args: Vec<String>) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().map_err(|error| error.to_string())?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = match &args[..] {
        [] => target.join("dist"),
        [folder] if !folder.starts_with('-') => PathBuf::from(folder),
        _ => return Err("usage: cargo xtask dist [FOLDER]".to_owned()),
    };
    let profdata = profdata()?;
    let work = target.join("dist-build");
    let counts = work.join("counts");
    let _ = fs::remove_dir_all(&counts);
    fs::create_dir_all(&counts).map_err(|error| format!("{}: {error}", counts.display()))?;
    let host = host()?;
    let flags = [format!("-Cprofile-generate={}", counts.display())];
    let instrumented = build(&root, &host, &work.join("instrumented"), &flags)?;
    train(&root, &instrumented, &counts)?;
    let profile = work.join("taipan.profdata");
    succeed(Command::new(profdata).args(["merge", "-o"]).arg(&profile).args(entries(&counts)?))?;
    // What no training program reached is compiled as it would be without counts, not for size: other programs are no
    // less important. But it lies apart from what was reached, in blocks as well as in functions, which keeps the pages of
    // code few.
    let flags = [
        format!("-Cprofile-use={}", profile.display()),
        "-Cllvm-args=-pgso=false -inlinecold-threshold=225 -enable-split-machine-functions".into(),
        "-Clink-arg=-Wl,-z,keep-text-section-prefix".into(),
    ];
    let built = build(&root, &host, &work.join("optimised"), &flags)?;
    let executable = folder.join("bin/taipan");
    fs::create_dir_all(folder.join("bin")).map_err(|error| error.to_string())?;
    fs::copy(&built, &executable).map_err(|error| format!("{}: {error}", executable.display()))?;
    println!("{}", executable.display());
    Ok(())
}

/// The toolchain's own `llvm-profdata`: the format of counts is that of its LLVM. `rustup` adds it when it is missing.
fn profdata() -> Result<PathBuf, String> {
    let output =
        Command::new("rustc").args(["--print", "target-libdir"]).output().map_err(|error| format!("rustc: {error}"))?;
    let libraries = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let tool = libraries.with_file_name("bin").join("llvm-profdata");
    if !tool.exists() {
        succeed(Command::new("rustup").args(["component", "add", "llvm-tools"]))?;
    }
    if tool.exists() {
        Ok(tool)
    } else {
        Err(format!("{} is missing: rustup component add llvm-tools", tool.display()))
    }
}

/// The name of the platform that the compiler runs on.
fn host() -> Result<String, String> {
    let output = Command::new("rustc").arg("-vV").output().map_err(|error| format!("rustc: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc -vV does not name the host".to_owned())
}

/// A release build with more compiler flags, in a target folder of its own.
fn build(root: &Path, host: &str, target: &Path, flags: &[String]) -> Result<PathBuf, String> {
    // The executable runs at a fixed address, so its code may name addresses: the jump of every instruction of the
    // interpreter becomes shorter. Macros and build scripts cannot be compiled so; naming the target spares them. What
    // the configuration names is appended to the flags of .cargo/config.toml; RUSTFLAGS would replace them.
    let flags: Vec<String> = flags.iter().map(|flag| format!("{flag:?}")).collect();
    let config = format!("build.rustflags=[\"-Crelocation-model=static\", {}]", flags.join(", "));
    succeed(
        Command::new(env!("CARGO"))
            .args(["build", "--release", "--package", "taipan", "--target", host, "--config", &config, "--target-dir"])
            .arg(target)
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .current_dir(root),
    )?;
    Ok(target.join(host).join("release/taipan"))
}

/// Runs the training programs, among them one that drives an extension module, the measurement of calls from C, and the
/// scripts of the tests for breadth.
fn train(root: &Path, python: &Path, counts: &Path) -> Result<(), String> {
    let pattern = counts.join("%4m.profraw");
    let extensions = counts.with_file_name("extensions");
    fs::create_dir_all(&extensions).map_err(|error| format!("{}: {error}", extensions.display()))?;
    let instrumented = |program: &Path| {
        let mut command = Command::new(python);
        command.arg(program).env("LLVM_PROFILE_FILE", &pattern).env("PYTHONPATH", &extensions);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    };
    let query = "import sysconfig; print(sysconfig.get_path('include'))";
    let output = Command::new(python).args(["-c", query]).env("LLVM_PROFILE_FILE", &pattern).output();
    let include = output.map_err(|error| format!("{}: {error}", python.display()))?.stdout;
    let include = String::from_utf8_lossy(&include).trim().to_owned();
    succeed(
        Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-I", &include, "-o"])
            .arg(extensions.join("native.so"))
            .arg(root.join("tests/training/native.c")),
    )?;
    for program in programs(&root.join("tests/training"))? {
        succeed(&mut instrumented(&program))?;
    }
    let boundary = root.join("tests/wheels/boundary/run.py");
    let python_argument = |name: &str| [name.into(), python.as_os_str().to_owned()];
    let mut command = instrumented(&boundary);
    succeed(command.args(["--runs", "1"]).args(python_argument("--python")).args(python_argument("--reference")))?;
    for folder in folders(&root.join("tests/python"))? {
        for program in programs(&folder)? {
            // Some need what this machine lacks, or end with an error on purpose.
            let _ = instrumented(&program).stderr(Stdio::null()).status();
        }
    }
    Ok(())
}

/// The Python files of a folder, in order.
fn programs(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = entries(folder)?;
    found.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    Ok(found)
}

/// The folders of a folder, in order.
fn folders(folder: &Path) -> Result<Vec<PathBuf>, String> {
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
