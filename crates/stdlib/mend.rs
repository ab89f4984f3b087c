// Changes to the package's files while building. Included by the build script, which fails when a text that should be
// replaced is no longer there.
//
// The files in `mends/` hold them. A line `@ path` names the file of the library that the following blocks are for, a
// block is a text between lines of seven `<`, `=` and `>` with its replacement, and lines with `#` say why.

/// A text and what stands in its place.
struct Mend {
    old: String,
    new: String,
}

/// The mends by the path of their file.
type Mends = BTreeMap<String, Vec<Mend>>;

fn read_mends(folder: &Path) -> Result<Mends, String> {
    let mut out = Mends::new();
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries {
        let file = entry.map_err(|e| e.to_string())?.path();
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        parse_mends(&text, &mut out).map_err(|(line, e)| format!("{}:{line}: {e}", file.display()))?;
    }
    Ok(out)
}

fn parse_mends(text: &str, out: &mut Mends) -> Result<(), (usize, &'static str)> {
    let mut path: Option<&str> = None;
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if let Some(name) = line.strip_prefix("@ ") {
            path = Some(name);
        } else if line == "<<<<<<<" {
            let path = path.ok_or((number, "a block before the first path"))?;
            let mut until = |end: &str| {
                let mut held = Vec::new();
                for (line, _) in lines.by_ref() {
                    if line == end {
                        return Ok(held.join("\n"));
                    }
                    held.push(line);
                }
                Err((number, "a block without its end"))
            };
            let one = Mend { old: until("=======")?, new: until(">>>>>>>")? };
            out.entry(path.to_owned()).or_default().push(one);
        } else if !line.is_empty() && !line.starts_with('#') {
            return Err((number, "neither a path, a block nor a remark"));
        }
    }
    Ok(())
}

/// The source of a file as CPython has it.
fn mend(path: &str, source: Vec<u8>, mends: &Mends) -> Result<Vec<u8>, String> {
    let Some(mends) = mends.get(path) else { return Ok(source) };
    let mut text = String::from_utf8(source).map_err(|error| format!("{path}: {error}"))?;
    for mend in mends {
        if !text.contains(&mend.old) {
            return Err(format!("{path}: {:?} is not there", mend.old));
        }
        text = text.replacen(&mend.old, &mend.new, 1);
    }
    Ok(text.into_bytes())
}
