//! `_symtable`: the compiler's symbol tables.

use crate::compile::{self, Settings};
use taipan_compiler::names::Names;
use taipan_compiler::symtable::{BlockType, Symtable, flags};
use taipan_object::{
    Class, Head, Object, Own, Owned, PyBytes, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, Thread, class, err,
    name, native_module, new_object, object,
};
use taipan_parser::{Mode, Source};

/// One block.
#[object]
pub struct PySymtableEntry {
    id: Owned<PyInt>,
    name: Owned<PyStr>,
    symbols: Owned<PyDict>,
    varnames: Owned<PyList>,
    children: Owned<PyList>,
    kind: i32,
    nested: bool,
    lineno: i32,
}

#[class(name = "symtable entry", flags(HAVE_GC), no_new)]
impl PySymtableEntry {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let (name, id) = (self.name.display(), self.id.to_decimal_lossy());
        PyStr::from_fmt(t, format_args!("<symtable entry {name}({id}), line {}>", self.lineno))
    }

    #[getter(member)]
    fn id(&self, _t: &Thread) -> Owned<PyInt> {
        self.id.clone()
    }

    #[getter(member)]
    fn name(&self, _t: &Thread) -> Owned<PyStr> {
        self.name.clone()
    }

    #[getter(member)]
    fn symbols(&self, _t: &Thread) -> Owned<PyDict> {
        self.symbols.clone()
    }

    #[getter(member)]
    fn varnames(&self, _t: &Thread) -> Owned<PyList> {
        self.varnames.clone()
    }

    #[getter(member)]
    fn children(&self, _t: &Thread) -> Owned<PyList> {
        self.children.clone()
    }

    #[getter(member)]
    fn nested(&self, _t: &Thread) -> i32 {
        i32::from(self.nested)
    }

    #[getter(name = "type", member)]
    fn kind(&self, _t: &Thread) -> i32 {
        self.kind
    }

    #[getter(member)]
    fn lineno(&self, _t: &Thread) -> i32 {
        self.lineno
    }
}

/// A block and those in it as objects.
fn entry_object(t: &Thread, table: &Symtable, names: &Names, index: usize) -> PyResult<Owned<PySymtableEntry>> {
    taipan_object::call::enter_recursive(t, " during symtable construction")?;
    let Some(entry) = table.entries.get(index) else { return Err(err!(t, SystemError, "no such block")) };
    let symbols = PyDict::new(t)?;
    for (symbol, bits) in entry.symbols.iter() {
        let key = PyStr::intern_str(t, names.text(symbol))?;
        symbols.set_item(t, &key, &*PyInt::from_i64(t, i64::from(bits))?)?;
    }
    let varnames = PyList::new(t)?;
    for &symbol in &entry.varnames {
        varnames.append(t, PyStr::intern_str(t, names.text(symbol))?.into_object())?;
    }
    let children = PyList::new(t)?;
    for &child in &entry.children {
        children.append(t, entry_object(t, table, names, child)?.into_object())?;
    }
    let made = PySymtableEntry {
        head: Head::new(),
        // Tables are looked up by this: any number that tells the blocks of a table apart will do.
        id: PyInt::from_u64(t, children.as_object().as_ptr() as usize as u64)?,
        name: PyStr::intern_str(t, names.text(entry.name))?,
        symbols,
        varnames,
        children,
        kind: entry.block_type as i32,
        nested: entry.nested,
        lineno: entry.loc.lineno,
    };
    new_object(t, made)
}

/// A file's name as given to `compile()` and friends (`PyUnicode_FSDecoder`).
fn file_name(t: &Thread, path: &Object) -> PyResult<Owned<PyStr>> {
    let held;
    let path = match taipan_object::attr::call_special(t, path, name!(t, "__fspath__"), &[])? {
        Some(found) => {
            held = found;
            &*held
        }
        None => path,
    };
    if let Some(text) = path.downcast::<PyStr>() {
        return Ok(text.own());
    }
    match path.downcast::<PyBytes>() {
        Some(bytes) => PyStr::from_fs_bytes(t, bytes.as_bytes()),
        None => {
            let name = path.class().name_lossy();
            Err(err!(t, TypeError, "expected str, bytes or os.PathLike object, not {name:.200}"))
        }
    }
}

#[native_module(name = "_symtable")]
pub mod symtable {
    use super::*;

    /// Return symbol and scope dictionaries used internally by compiler.
    #[function(sig = "(source, filename, startstr, /)")]
    fn symtable(t: &Thread, source: &Object, filename: &Object, startstr: String) -> PyResult<Owned<PySymtableEntry>> {
        let filename = file_name(t, filename)?;
        let (text, is_text) = compile::source_text(t, source, "symtable", "string or bytes")?;
        let mode = match startstr.as_str() {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => return Err(err!(t, ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
        };
        let source =
            if is_text { Source::Text(core::str::from_utf8(&text).unwrap_or_default()) } else { Source::Bytes(&text) };
        let settings = Settings { optimize: -1, ..Settings::default() };
        let (table, names) = compile::symbol_table(t, source, &filename, mode, settings)?;
        entry_object(t, &table, &names, 0)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::ready(t, PySymtableEntry::class())?;
        let constants: [(&str, u32); 25] = [
            ("USE", flags::USE),
            ("DEF_GLOBAL", flags::DEF_GLOBAL),
            ("DEF_NONLOCAL", flags::DEF_NONLOCAL),
            ("DEF_LOCAL", flags::DEF_LOCAL),
            ("DEF_PARAM", flags::DEF_PARAM),
            ("DEF_TYPE_PARAM", flags::DEF_TYPE_PARAM),
            ("DEF_FREE_CLASS", flags::DEF_FREE_CLASS),
            ("DEF_IMPORT", flags::DEF_IMPORT),
            ("DEF_BOUND", flags::DEF_BOUND),
            ("DEF_ANNOT", flags::DEF_ANNOT),
            ("DEF_COMP_ITER", flags::DEF_COMP_ITER),
            ("DEF_COMP_CELL", flags::DEF_COMP_CELL),
            ("TYPE_FUNCTION", BlockType::Function as u32),
            ("TYPE_CLASS", BlockType::Class as u32),
            ("TYPE_MODULE", BlockType::Module as u32),
            ("TYPE_ANNOTATION", BlockType::Annotation as u32),
            ("TYPE_TYPE_ALIAS", BlockType::TypeAlias as u32),
            ("TYPE_TYPE_PARAMETERS", BlockType::TypeParameters as u32),
            ("TYPE_TYPE_VARIABLE", BlockType::TypeVariable as u32),
            ("LOCAL", 1),
            ("GLOBAL_EXPLICIT", 2),
            ("GLOBAL_IMPLICIT", 3),
            ("FREE", 4),
            ("CELL", 5),
            ("SCOPE_OFF", flags::SCOPE_OFFSET),
        ];
        for (name, value) in constants {
            module.set(t, name, &*PyInt::from_i64(t, i64::from(value))?)?;
        }
        module.set(t, "SCOPE_MASK", &*PyInt::from_i64(t, i64::from(flags::SCOPE_MASK))?)
    }
}
