//! The library modules that are written in Python, embedded: source and bytecode; and C headers.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

struct Row {
    name: &'static str,
    path: &'static str,
    is_package: bool,
    code: (usize, usize),
    source: (usize, usize),
}

include!(concat!(env!("OUT_DIR"), "/index.rs"));

/// The code of all modules.
pub static CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.code"));
static SOURCE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.source"));
static DATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.data"));
static PREFIX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.prefix"));

fn part(all: &'static [u8], (at, len): (usize, usize)) -> &'static [u8] {
    all.get(at..at + len).unwrap_or_default()
}

/// A module of the library.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// Its full name.
    pub name: &'static str,
    /// The path of its file, from the library's folder.
    pub path: &'static str,
    /// Whether it is a package.
    pub is_package: bool,
    /// Its code, in the form of `taipan_bytecode::library`.
    pub code: &'static [u8],
    /// Its source.
    pub source: &'static [u8],
}

impl Row {
    fn module(&self) -> Module {
        Module {
            name: self.name,
            path: self.path,
            is_package: self.is_package,
            code: part(CODE, self.code),
            source: part(SOURCE, self.source),
        }
    }
}

/// The module of a full name.
pub fn find(name: &str) -> Option<Module> {
    let at = INDEX.binary_search_by(|row| row.name.cmp(name)).ok()?;
    INDEX.get(at).map(Row::module)
}

/// The module whose file has this path in the library.
pub fn find_path(path: &str) -> Option<Module> {
    let stem = path.strip_suffix(".py")?;
    let name = stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".");
    find(&name).filter(|m| m.path == path)
}

/// Whether the library has a folder of this path.
pub fn is_folder(path: &str) -> bool {
    if path.is_empty() {
        return true;
    }
    let prefix = format!("{}.", path.replace('/', "."));
    let at = INDEX.partition_point(|row| row.name < prefix.as_str());
    INDEX.get(at).is_some_and(|row| row.name.starts_with(&prefix))
        || find(&path.replace('/', ".")).is_some_and(|m| m.is_package)
}

/// All modules, by name.
pub fn modules() -> impl Iterator<Item = Module> {
    INDEX.iter().map(Row::module)
}

/// The content of the file at this path in the library: a module's source or a data file.
pub fn read(path: &str) -> Option<&'static [u8]> {
    if let Some(module) = find_path(path) {
        return Some(module.source);
    }
    let at = DATA_INDEX.binary_search_by(|row| row.0.cmp(path)).ok()?;
    DATA_INDEX.get(at).map(|row| part(DATA, row.1))
}

/// All files of the library with their contents, by path.
pub fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let data = DATA_INDEX.iter().map(|row| (row.0, part(DATA, row.1)));
    modules().map(|module| (module.path, module.source)).chain(data)
}

/// The files of an installation that are not the library, by their path from the prefix: C headers, and what tells
/// tools that build extension modules about them.
pub fn prefix_files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    PREFIX_INDEX.iter().map(|row| (row.0, part(PREFIX, row.1)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn finds_modules_by_name_and_path() {
        let json = super::find("json").map(|m| (m.path, m.is_package));
        assert_eq!(json, Some(("json/__init__.py", true)));
        assert!(super::find_path("json/decoder.py").is_some_and(|m| !m.code.is_empty() && !m.source.is_empty()));
        assert!(super::is_folder("json"));
        assert!(!super::is_folder("keyword"));
        assert!(super::find("no_such_module").is_none());
    }

    #[test]
    fn has_headers() {
        assert!(super::prefix_files().any(|(path, _)| path == "include/python3.14/Python.h"));
    }

    #[test]
    fn has_data_files() {
        assert!(super::read("venv/scripts/common/activate").is_some_and(|text| text.starts_with(b"# This file")));
        assert!(super::read("json/decoder.py").is_some());
        assert!(super::read("json/decoder.pyc").is_none());
        assert!(super::files().any(|(path, _)| path == "pydoc_data/_pydoc.css"));
    }
}
