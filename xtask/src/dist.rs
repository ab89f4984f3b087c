//! `cargo xtask dist [FOLDER]`: the release build guided by counts of exactly this source, whereas the plain release build
//! takes those in `profile`.

use std::fs;
use std::path::PathBuf;

use crate::{profile, target};

/// Runs the command; the executable is put to `FOLDER/bin/taipan` (`target/dist/bin/taipan`).
pub fn run(args: Vec<String>) -> Result<(), String> {
    let folder = match &args[..] {
        [] => target().join("dist"),
        [folder] if !folder.starts_with('-') => PathBuf::from(folder),
        _ => return Err("usage: cargo xtask dist [FOLDER]".to_owned()),
    };
    let counts = profile::count()?;
    let variables = [("TAIPAN_PROFILE", format!("use={}", counts.display()))];
    let built = profile::build(&target().join("dist-build"), &variables)?;
    let executable = folder.join("bin/taipan");
    fs::create_dir_all(folder.join("bin")).map_err(|error| error.to_string())?;
    fs::copy(&built, &executable).map_err(|error| format!("{}: {error}", executable.display()))?;
    println!("{}", executable.display());
    Ok(())
}
