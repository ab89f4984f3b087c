// What the package changed for its own interpreter, changed back: file, text, replacement. Included by the build script,
// which fails when a text is no longer there.

const CHANGES: &[(&str, &str, &str)] = &[
    (
        "site.py",
        "    return 'RustPython' # XXX: RUSTPYTHON; for site-packages\n",
        "    return 'Python'\n",
    ),
    (
        "site.py",
        "    # XXX: RUSTPYTHON\n    return f'{userbase}/lib/rustpython{version[0]}",
        "    return f'{userbase}/lib/python{version[0]}",
    ),
    (
        "sysconfig/__init__.py",
        "    return 'RustPython'  # XXX: RUSTPYTHON; For site-packages\n",
        "    return 'Python'\n",
    ),
    (
        "io.py",
        "                 open, open_code, BytesIO, StringIO, BufferedReader,",
        "                 open, open_code, FileIO, BytesIO, StringIO, BufferedReader,",
    ),
    (
        "io.py",
        "# XXX: RUSTPYTHON; FileIO needs host_env, optional without it\ntry:\n    from _io import FileIO\nexcept ImportError:\n    FileIO = None\n",
        "",
    ),
    (
        "io.py",
        "if FileIO is not None:  # XXX: RUSTPYTHON; see the try/except above\n    RawIOBase.register(FileIO)\n",
        "RawIOBase.register(FileIO)\n",
    ),
    (
        "platform.py",
        "\n        # XXX: RUSTPYTHON support\n        if \"RustPython\" in sys_version:\n            name = \"RustPython\"\n        else:\n            name = 'CPython'\n",
        "        name = 'CPython'\n",
    ),
    (
        "_compat_pickle.py",
        "# NOTE: RUSTPYTHON exceptions\ntry:\n    JitError\nexcept NameError:\n    pass\nelse:\n    PYTHON2_EXCEPTIONS += (\"JitError\",)\n",
        "",
    ),
];

/// Blocks that the package added at a file's end or between two lines: file, first line, line after the block.
const ADDITIONS: &[(&str, &str, Option<&str>)] = &[
    ("json/decoder.py", "    # RUSTPYTHON SPECIFIC\n", Some("    # Note that this exception is used from _json\n")),
    ("unittest/__init__.py", "\n\n# XXX: RUSTPYTHON\n", None),
];

/// The source of a file as CPython has it.
fn mend(path: &str, source: Vec<u8>) -> Result<Vec<u8>, String> {
    let concerned = CHANGES.iter().any(|c| c.0 == path) || ADDITIONS.iter().any(|a| a.0 == path);
    if !concerned {
        return Ok(source);
    }
    let mut text = String::from_utf8(source).map_err(|error| format!("{path}: {error}"))?;
    for (_, old, new) in CHANGES.iter().filter(|c| c.0 == path) {
        if !text.contains(old) {
            return Err(format!("{path}: {old:?} is not there"));
        }
        text = text.replacen(old, new, 1);
    }
    for (_, first, next) in ADDITIONS.iter().filter(|a| a.0 == path) {
        let Some(start) = text.find(first) else { return Err(format!("{path}: {first:?} is not there")) };
        let end = match next {
            None => text.len(),
            Some(next) => match text[start..].find(next) {
                Some(at) => start + at,
                None => return Err(format!("{path}: {next:?} is not there")),
            },
        };
        text.replace_range(start..end, if next.is_none() { "\n" } else { "" });
    }
    Ok(text.into_bytes())
}
