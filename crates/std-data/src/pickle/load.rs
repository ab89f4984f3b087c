//! From a pickle to objects.

use super::input::Input;
use super::opcode::*;
use super::{Globals, dotted_path, follow, module_named, number, raise};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use taipan_object::attr::none_if_none;
use taipan_object::codecs::native::decode_raw_unicode_escape;
use taipan_object::{
    Object, Own, Owned, PyBytes, PyDict, PyFloat, PyInt, PyList, PyResult, PyStr, PyTuple, PyType, Raised, Slot,
    Thread, Traverse, Visitor, audit, err, errors, exceptions, iter, name, set, singletons, state, typeobject,
};
use taipan_types::{PyByteArray, PyMemoryView, PySet, new_frozenset, new_set};

/// Objects by number. Numbers far beyond the others are kept apart: what a pickle claims must not cost memory.
#[derive(Default)]
pub struct Memo {
    dense: Vec<Option<Owned>>,
    sparse: BTreeMap<usize, Owned>,
    allocated: usize,
}

impl Memo {
    fn get(&self, index: usize) -> Option<Owned> {
        match self.dense.get(index) {
            Some(found) => found.clone(),
            None if self.sparse.is_empty() => None,
            None => self.sparse.get(&index).cloned(),
        }
    }

    /// Enters an object; the one that was there is handed out, to be dropped when the memo is not in use.
    pub fn put(&mut self, index: usize, object: Owned) -> Option<Owned> {
        if index >= self.capacity() {
            self.allocated = index.saturating_mul(2);
        }
        if index < self.dense.len() {
            return self.dense[index].replace(object);
        }
        if index > self.dense.len() * 2 + 1024 {
            return self.sparse.insert(index, object);
        }
        self.dense.resize_with(index, || None);
        self.dense.push(Some(object));
        // What was kept apart may be in reach now.
        self.sparse.remove(&index)
    }

    fn len(&self) -> usize {
        self.dense.iter().flatten().count() + self.sparse.len()
    }

    fn capacity(&self) -> usize {
        self.allocated.max(32)
    }

    /// Everything by number.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &Owned)> {
        let dense = self.dense.iter().enumerate().filter_map(|(i, object)| object.as_ref().map(|object| (i, object)));
        let beyond = self.dense.len();
        dense.chain(self.sparse.range(beyond..).map(|(&i, object)| (i, object)))
    }

    /// A copy.
    pub fn copy(&self) -> Self {
        Self { dense: self.dense.clone(), sparse: self.sparse.clone(), allocated: self.allocated }
    }
}

impl Traverse for Memo {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.dense.traverse(visitor);
        for object in self.sparse.values() {
            object.traverse(visitor);
        }
    }
}

/// What an unpickler keeps.
pub struct Core {
    pub memo: RefCell<Memo>,
    input: RefCell<Input>,
    marks: Cell<usize>,
    pub proto: Cell<u8>,
    pub fix_imports: Cell<bool>,
    encoding: RefCell<String>,
    errors: RefCell<String>,
    buffers: Slot,
}

impl Default for Core {
    fn default() -> Self {
        Self {
            memo: RefCell::default(),
            input: RefCell::default(),
            marks: Cell::new(0),
            proto: Cell::new(0),
            fix_imports: Cell::new(false),
            encoding: RefCell::default(),
            errors: RefCell::default(),
            buffers: Slot::empty(),
        }
    }
}

impl Traverse for Core {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.memo.traverse(visitor);
        self.input.traverse(visitor);
        self.buffers.traverse(visitor);
    }
    fn clear(&self) {
        self.memo.clear();
        self.input.clear();
        self.buffers.clear();
    }
}

impl Core {
    /// Reads from memory.
    pub fn set_data(&self, t: &Thread, data: &Object) -> PyResult<()> {
        let old = self.input.replace(Input::memory(t, data)?);
        drop(old);
        Ok(())
    }

    /// Reads from a file.
    pub fn set_file(&self, t: &Thread, file: &Object) -> PyResult<()> {
        let old = self.input.replace(Input::file(t, file)?);
        drop(old);
        Ok(())
    }

    /// How strings of Python 2 are read.
    pub fn set_encoding(&self, encoding: &str, errors: &str) {
        *self.encoding.borrow_mut() = encoding.to_string();
        *self.errors.borrow_mut() = errors.to_string();
    }

    /// Where out-of-band buffers come from.
    pub fn set_buffers(&self, t: &Thread, buffers: Option<&Object>) -> PyResult<()> {
        let buffers = match none_if_none(buffers) {
            Some(buffers) => Some(buffers.iter(t)?),
            None => None,
        };
        self.buffers.set(buffers);
        Ok(())
    }

    /// Whether there is something to read from.
    pub fn is_set(&self) -> bool {
        self.input.borrow().is_set()
    }

    /// The memory of the memo, the marks and the names, as CPython lays them out.
    pub fn extra_size(&self) -> usize {
        if !self.is_set() {
            return 0;
        }
        let mut marks = 0;
        while marks < self.marks.get() {
            marks = marks * 2 + 20;
        }
        let names = self.encoding.borrow().len() + self.errors.borrow().len() + 2;
        self.memo.borrow().capacity() * 8 + marks * 8 + names
    }
}

/// What a subclass may have replaced.
pub struct Hooks {
    pub persistent_load: Option<Owned>,
    /// The object whose `find_class` is called.
    pub find_class: Option<Owned>,
}

#[cold]
fn error(t: &Thread, message: fmt::Arguments<'_>) -> Raised {
    match Globals::of(t) {
        Ok(globals) => raise(t, &globals.unpickling_error, message),
        Err(raised) => raised,
    }
}

/// Raises for a persistent identifier that nobody can resolve.
#[cold]
pub fn no_persistent_load(t: &Thread) -> Raised {
    error(
        t,
        format_args!(
            "A load persistent id instruction was encountered, but no persistent_load function was specified."
        ),
    )
}

/// `Unpickler.find_class`.
pub fn find_class(t: &Thread, core: &Core, module_name: &PyStr, global_name: &PyStr) -> PyResult {
    audit::audit(t, "pickle.find_class", &[module_name, global_name])?;
    let globals = Globals::of(t)?;
    let (mut module_name, mut global_name) = (module_name.own(), global_name.own());
    let proto = core.proto.get();
    if proto < 3 && core.fix_imports.get() {
        let key = PyTuple::from_slice(t, &[&module_name, &global_name])?;
        if let Some(pair) = globals.name_mapping.get_item(t, &key)? {
            let Some([new_module, new_name]) = pair.downcast::<PyTuple>().map(PyTuple::as_slice) else {
                return Err(err!(
                    t,
                    RuntimeError,
                    "_compat_pickle.NAME_MAPPING values should be 2-tuples, not {:.200}",
                    pair.class().name_lossy()
                ));
            };
            let (Some(new_module), Some(new_name)) = (new_module.downcast::<PyStr>(), new_name.downcast::<PyStr>())
            else {
                return Err(err!(
                    t,
                    RuntimeError,
                    "_compat_pickle.NAME_MAPPING values should be pairs of str, not ({:.200}, {:.200})",
                    new_module.class().name_lossy(),
                    new_name.class().name_lossy()
                ));
            };
            (module_name, global_name) = (new_module.own(), new_name.own());
        } else if let Some(new_module) = globals.import_mapping.get_item(t, &module_name)? {
            module_name = new_module.into_type::<PyStr>().map_err(|other| {
                err!(
                    t,
                    RuntimeError,
                    "_compat_pickle.IMPORT_MAPPING values should be strings, not {:.200}",
                    other.class().name_lossy()
                )
            })?;
        }
    }
    let module = module_named(t, &module_name)?;
    if proto < 4 || !global_name.has_char(u32::from(b'.')) {
        return module.getattr(t, &global_name);
    }
    follow(t, &module, &dotted_path(t, &global_name)?).map_err(|raised| {
        if !errors::matches::<exceptions::AttributeError>(t) {
            return raised;
        }
        let exception = errors::take_raised(t, raised);
        let raised = match (global_name.repr(t), module_name.repr(t)) {
            (Ok(name), Ok(module)) => {
                err!(t, AttributeError, "Can't resolve path {} on module {}", name.display(), module.display())
            }
            (Err(raised), _) | (_, Err(raised)) => raised,
        };
        errors::chain(t, exception);
        raised
    })
}

/// Loads one object.
pub fn load(t: &Thread, core: &Core, hooks: Option<Hooks>) -> PyResult {
    let hooks = hooks.unwrap_or(Hooks { persistent_load: None, find_class: None });
    let input = std::mem::take(&mut *core.input.borrow_mut());
    let memo_len = core.memo.borrow().len();
    core.marks.set(0);
    core.proto.set(0);
    let mut run = Run { t, core, hooks, input, stack: Vec::new(), marks: Vec::new(), memo_len };
    let mut done = run.run();
    if done.is_ok()
        && let Err(raised) = run.input.skip_consumed(t)
    {
        done = Err(raised);
    }
    let old = core.input.replace(run.input);
    drop(old);
    done
}

/// One unpickling.
struct Run<'a> {
    t: &'a Thread,
    core: &'a Core,
    hooks: Hooks,
    input: Input,
    stack: Vec<Owned>,
    /// Where the stack was when `MARK` came.
    marks: Vec<usize>,
    /// The number that `MEMOIZE` gives.
    memo_len: usize,
}

impl Run<'_> {
    #[cold]
    fn error(&self, message: fmt::Arguments<'_>) -> Raised {
        error(self.t, message)
    }

    fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    #[cold]
    fn underflow(&self) -> Raised {
        if self.marks.is_empty() {
            self.error(format_args!("unpickling stack underflow"))
        } else {
            self.error(format_args!("unexpected MARK found"))
        }
    }

    fn push(&mut self, object: impl Into<Owned>) {
        self.stack.push(object.into());
    }

    fn pop(&mut self) -> PyResult {
        if self.stack.len() <= self.fence() {
            return Err(self.underflow());
        }
        self.stack.pop().ok_or_else(|| self.underflow())
    }

    fn top(&self) -> PyResult<&Owned> {
        if self.stack.len() <= self.fence() {
            return Err(self.underflow());
        }
        self.stack.last().ok_or_else(|| self.underflow())
    }

    /// Ends at the last mark: where it was.
    fn marker(&mut self) -> PyResult<usize> {
        self.marks.pop().ok_or_else(|| self.error(format_args!("could not find MARK")))
    }

    /// Everything from `start` on.
    fn pop_from(&mut self, start: usize) -> PyResult<Vec<Owned>> {
        if start < self.fence() || start > self.stack.len() {
            return Err(self.underflow());
        }
        Ok(self.stack.split_off(start))
    }

    fn run(&mut self) -> PyResult {
        let t = self.t;
        loop {
            let op = match self.input.byte(t) {
                Ok(op) => op,
                Err(raised) => {
                    let exception = errors::take_raised(t, raised);
                    let globals = Globals::of(t)?;
                    if exception.is_instance(t, &globals.unpickling_error)? {
                        return Err(err!(t, EOFError, "Ran out of input"));
                    }
                    return Err(errors::restore_raised(t, exception));
                }
            };
            match op {
                NONE => self.push(singletons::none().own()),
                BININT => {
                    let n = i32::from_le_bytes(self.input.array(t)?);
                    self.push(PyInt::from_i64(t, i64::from(n))?.into_object());
                }
                BININT1 => {
                    let n = self.input.byte(t)?;
                    self.push(PyInt::from_i64(t, i64::from(n))?.into_object());
                }
                BININT2 => {
                    let n = u16::from_le_bytes(self.input.array(t)?);
                    self.push(PyInt::from_i64(t, i64::from(n))?.into_object());
                }
                INT => self.load_int()?,
                LONG => {
                    let line = self.text_line()?;
                    let digits = line.strip_suffix(b"L\n").unwrap_or(&line);
                    self.push(number::parse_decimal(t, digits)?.into_object());
                }
                LONG1 => {
                    let n = self.input.byte(t)?;
                    self.load_counted_long(i64::from(n))?;
                }
                LONG4 => {
                    let n = i32::from_le_bytes(self.input.array(t)?);
                    self.load_counted_long(i64::from(n))?;
                }
                FLOAT => {
                    let line = self.text_line()?;
                    self.push(PyFloat::new(t, number::parse_float(t, &line)?)?.into_object());
                }
                BINFLOAT => {
                    let x = f64::from_be_bytes(self.input.array(t)?);
                    self.push(PyFloat::new(t, x)?.into_object());
                }
                SHORT_BINBYTES => {
                    let n = self.input.byte(t)?;
                    self.load_bytes(u64::from(n))?;
                }
                BINBYTES => {
                    let n = u32::from_le_bytes(self.input.array(t)?);
                    self.load_bytes(u64::from(n))?;
                }
                BINBYTES8 => {
                    let n = u64::from_le_bytes(self.input.array(t)?);
                    self.load_bytes(n)?;
                }
                BYTEARRAY8 => {
                    let n = u64::from_le_bytes(self.input.array(t)?);
                    let n = self.size(n, "BYTEARRAY8")?;
                    let data = self.input.take(t, n)?;
                    self.push(PyByteArray::new(t, &data)?.into_object());
                }
                NEXT_BUFFER => self.load_next_buffer()?,
                READONLY_BUFFER => self.load_readonly_buffer()?,
                STRING => self.load_string()?,
                BINSTRING => {
                    let n = i32::from_le_bytes(self.input.array(t)?);
                    let Ok(n) = usize::try_from(n) else {
                        return Err(self.error(format_args!("BINSTRING pickle has negative byte count")));
                    };
                    let data = self.input.read(t, n)?.to_vec();
                    let text = self.decode_string(&data)?;
                    self.push(text);
                }
                SHORT_BINSTRING => {
                    let n = self.input.byte(t)?;
                    let data = self.input.read(t, usize::from(n))?.to_vec();
                    let text = self.decode_string(&data)?;
                    self.push(text);
                }
                UNICODE => {
                    let line = self.input.line(t)?;
                    let text = line.strip_suffix(b"\n").unwrap_or(&line);
                    let (text, _) = decode_raw_unicode_escape(t, text, None, true)?;
                    self.push(text.into_object());
                }
                SHORT_BINUNICODE => {
                    let n = self.input.byte(t)?;
                    self.load_text(u64::from(n))?;
                }
                BINUNICODE => {
                    let n = u32::from_le_bytes(self.input.array(t)?);
                    self.load_text(u64::from(n))?;
                }
                BINUNICODE8 => {
                    let n = u64::from_le_bytes(self.input.array(t)?);
                    self.load_text(n)?;
                }
                EMPTY_TUPLE => self.push(PyTuple::empty().own().into_object()),
                TUPLE1 => self.load_tuple(1)?,
                TUPLE2 => self.load_tuple(2)?,
                TUPLE3 => self.load_tuple(3)?,
                TUPLE => {
                    let start = self.marker()?;
                    let items = self.pop_from(start)?;
                    self.push(PyTuple::from_vec(t, items)?.into_object());
                }
                EMPTY_LIST => self.push(PyList::new(t)?.into_object()),
                LIST => {
                    let start = self.marker()?;
                    let items = self.pop_from(start)?;
                    self.push(PyList::from_vec(t, items)?.into_object());
                }
                EMPTY_DICT => self.push(PyDict::new(t)?.into_object()),
                DICT => {
                    let start = self.marker()?;
                    let items = self.pop_from(start)?;
                    if !items.len().is_multiple_of(2) {
                        return Err(self.error(format_args!("odd number of items for DICT")));
                    }
                    let dict = PyDict::new(t)?;
                    for pair in items.as_chunks::<2>().0 {
                        dict.set_item(t, &pair[0], &pair[1])?;
                    }
                    self.push(dict.into_object());
                }
                EMPTY_SET => self.push(new_set(t)?),
                ADDITEMS => self.load_additems()?,
                FROZENSET => {
                    let start = self.marker()?;
                    let items = self.pop_from(start)?;
                    self.push(new_frozenset(t, items)?);
                }
                OBJ => {
                    let start = self.marker()?;
                    let mut items = self.pop_from(start)?;
                    if items.is_empty() {
                        return Err(self.underflow());
                    }
                    let class = items.remove(0);
                    self.instantiate(&class, items)?;
                }
                INST => {
                    let start = self.marker()?;
                    let args = self.pop_from(start)?;
                    let module_name = self.name_line(Some("ascii"))?;
                    let class_name = self.name_line(Some("ascii"))?;
                    let class = self.find_class(&module_name, &class_name)?;
                    self.instantiate(&class, args)?;
                }
                NEWOBJ => {
                    let args = self.pop()?;
                    let class = self.pop()?;
                    self.newobj("NEWOBJ", &class, &args, None)?;
                }
                NEWOBJ_EX => {
                    let kwargs = self.pop()?;
                    let args = self.pop()?;
                    let class = self.pop()?;
                    self.newobj("NEWOBJ_EX", &class, &args, Some(&kwargs))?;
                }
                GLOBAL => {
                    let module_name = self.name_line(None)?;
                    let name = self.name_line(None)?;
                    let found = self.find_class(&module_name, &name)?;
                    self.push(found);
                }
                STACK_GLOBAL => {
                    let name = self.pop()?;
                    let module_name = self.pop()?;
                    let (Some(module_name), Some(name)) =
                        (module_name.downcast_exact::<PyStr>(), name.downcast_exact::<PyStr>())
                    else {
                        return Err(self.error(format_args!("STACK_GLOBAL requires str")));
                    };
                    let found = self.find_class(module_name, name)?;
                    self.push(found);
                }
                PERSID => {
                    let line = self.input.line(t)?;
                    let text = line.strip_suffix(b"\n").unwrap_or(&line);
                    if !text.is_ascii() {
                        return Err(self.error(format_args!("persistent IDs in protocol 0 must be ASCII strings")));
                    }
                    let pid = PyStr::from_ascii(t, text)?;
                    self.load_persistent(&pid)?;
                }
                BINPERSID => {
                    let pid = self.pop()?;
                    self.load_persistent(&pid)?;
                }
                REDUCE => {
                    let args = self.pop()?;
                    let callable = self.pop()?;
                    let Some(args) = args.downcast::<PyTuple>() else {
                        return Err(err!(t, TypeError, "argument list must be a tuple"));
                    };
                    let made = callable.call(t, args.as_slice())?;
                    self.push(made);
                }
                BUILD => self.load_build()?,
                APPEND => {
                    if self.stack.len() <= self.fence() + 1 {
                        return Err(self.underflow());
                    }
                    self.append_from(self.stack.len() - 1)?;
                }
                APPENDS => {
                    let start = self.marker()?;
                    self.append_from(start)?;
                }
                SETITEM => {
                    if self.stack.len() < self.fence() + 2 {
                        return Err(self.underflow());
                    }
                    self.set_items_from(self.stack.len() - 2)?;
                }
                SETITEMS => {
                    let start = self.marker()?;
                    self.set_items_from(start)?;
                }
                MARK => {
                    self.marks.push(self.stack.len());
                    self.core.marks.set(self.core.marks.get().max(self.marks.len()));
                }
                POP => {
                    if self.marks.last() == Some(&self.stack.len()) {
                        self.marks.pop();
                    } else {
                        drop(self.pop()?);
                    }
                }
                POP_MARK => {
                    let start = self.marker()?;
                    let gone = self.pop_from(start)?;
                    drop(gone);
                }
                DUP => {
                    let top = self.top()?.clone();
                    self.push(top);
                }
                GET => {
                    let line = self.text_line()?;
                    let key = number::parse_decimal(t, &line)?;
                    let found = key.to_u64().and_then(|k| self.core.memo.borrow().get(k as usize));
                    match found {
                        Some(found) => self.push(found),
                        None => {
                            let key = key.repr(t)?;
                            return Err(self.error(format_args!("Memo value not found at index {}", key.display())));
                        }
                    }
                }
                BINGET => {
                    let index = self.input.byte(t)?;
                    self.load_get(usize::from(index))?;
                }
                LONG_BINGET => {
                    let index = u32::from_le_bytes(self.input.array(t)?);
                    self.load_get(index as usize)?;
                }
                PUT => {
                    let line = self.text_line()?;
                    let top = self.top()?.clone();
                    let index = number::parse_decimal(t, &line)?.to_isize(t)?;
                    let Ok(index) = usize::try_from(index) else {
                        return Err(err!(t, ValueError, "negative PUT argument"));
                    };
                    self.memo_put(index, top);
                }
                BINPUT => {
                    let index = self.input.byte(t)?;
                    let top = self.top()?.clone();
                    self.memo_put(usize::from(index), top);
                }
                LONG_BINPUT => {
                    let index = u32::from_le_bytes(self.input.array(t)?);
                    let top = self.top()?.clone();
                    self.memo_put(index as usize, top);
                }
                MEMOIZE => {
                    let top = self.top()?.clone();
                    self.memo_put(self.memo_len, top);
                }
                EXT1 => {
                    let code = self.input.byte(t)?;
                    self.load_extension(i64::from(code))?;
                }
                EXT2 => {
                    let code = u16::from_le_bytes(self.input.array(t)?);
                    self.load_extension(i64::from(code))?;
                }
                EXT4 => {
                    let code = i32::from_le_bytes(self.input.array(t)?);
                    self.load_extension(i64::from(code))?;
                }
                PROTO => {
                    let proto = self.input.byte(t)?;
                    if proto > HIGHEST_PROTOCOL {
                        return Err(err!(t, ValueError, "unsupported pickle protocol: {proto}"));
                    }
                    self.core.proto.set(proto);
                }
                FRAME => {
                    let n = u64::from_le_bytes(self.input.array(t)?);
                    let Ok(n) = isize::try_from(n) else {
                        return Err(err!(
                            t,
                            OverflowError,
                            "FRAME length exceeds system's maximum of {} bytes",
                            isize::MAX
                        ));
                    };
                    self.input.frame(t, n as usize)?;
                }
                NEWTRUE => self.push(singletons::bool(true).own()),
                NEWFALSE => self.push(singletons::bool(false).own()),
                STOP => return self.pop(),
                0x20..=0x7e if op != b'\'' && op != b'\\' => {
                    return Err(self.error(format_args!("invalid load key, '{}'.", char::from(op))));
                }
                _ => return Err(self.error(format_args!("invalid load key, '\\x{op:02x}'."))),
            }
        }
    }

    /// A line that holds something.
    fn text_line(&mut self) -> PyResult<Vec<u8>> {
        let line = self.input.line(self.t)?;
        if line.len() < 2 {
            return Err(self.error(format_args!("pickle data was truncated")));
        }
        Ok(line)
    }

    fn name_line(&mut self, encoding: Option<&str>) -> PyResult<Owned<PyStr>> {
        let line = self.text_line()?;
        PyStr::decode(self.t, line.strip_suffix(b"\n").unwrap_or(&line), encoding.or(Some("utf-8")), None)
    }

    fn size(&self, n: u64, what: &str) -> PyResult<usize> {
        match isize::try_from(n) {
            Ok(n) => Ok(n as usize),
            Err(_) => Err(err!(self.t, OverflowError, "{what} exceeds system's maximum size of {} bytes", isize::MAX)),
        }
    }

    fn load_int(&mut self) -> PyResult<()> {
        let line = self.text_line()?;
        let value = number::parse_int(self.t, &line)?;
        let truth = match value.to_i64() {
            Some(n @ 0..=1) if line.len() == 3 && line[0] == b'0' => Some(n == 1),
            _ => None,
        };
        match truth {
            Some(truth) => self.push(singletons::bool(truth).own()),
            None => self.push(value.into_object()),
        }
        Ok(())
    }

    fn load_counted_long(&mut self, n: i64) -> PyResult<()> {
        let t = self.t;
        let Ok(n) = usize::try_from(n) else {
            return Err(self.error(format_args!("LONG pickle has negative byte count")));
        };
        let value = number::decode(t, self.input.read(t, n)?)?;
        self.push(value.into_object());
        Ok(())
    }

    fn load_bytes(&mut self, n: u64) -> PyResult<()> {
        let t = self.t;
        let n = self.size(n, "BINBYTES")?;
        let bytes = if n <= 4096 {
            PyBytes::new(t, self.input.read(t, n)?)?
        } else {
            let data = self.input.take(t, n)?;
            PyBytes::new(t, &data)?
        };
        self.push(bytes.into_object());
        Ok(())
    }

    fn load_text(&mut self, n: u64) -> PyResult<()> {
        let t = self.t;
        let n = self.size(n, "BINUNICODE")?;
        let data = self.input.read(t, n)?;
        let text = if data.is_ascii() {
            PyStr::from_ascii(t, data)?
        } else {
            PyStr::decode(t, data, Some("utf-8"), Some("surrogatepass"))?
        };
        self.push(text.into_object());
        Ok(())
    }

    fn load_string(&mut self) -> PyResult<()> {
        let t = self.t;
        let line = self.input.line(t)?;
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        let quoted = match text {
            [open @ (b'"' | b'\''), inner @ .., close] if open == close => inner,
            _ => return Err(self.error(format_args!("the STRING opcode argument must be quoted"))),
        };
        let data = if quoted.contains(&b'\\') {
            let raw = PyBytes::new(t, quoted)?;
            let pair = state::import(t, "_codecs")?.call_method(t, name!(t, "escape_decode"), &[&raw])?;
            let decoded = pair.downcast::<PyTuple>().and_then(|p| p.get(0)).and_then(|b| b.downcast::<PyBytes>());
            decoded.ok_or_else(|| errors::bad_internal_call(t))?.as_bytes().to_vec()
        } else {
            quoted.to_vec()
        };
        let text = self.decode_string(&data)?;
        self.push(text);
        Ok(())
    }

    /// A string of Python 2.
    fn decode_string(&self, data: &[u8]) -> PyResult {
        let (encoding, handler) = (self.core.encoding.borrow().clone(), self.core.errors.borrow().clone());
        if encoding == "bytes" {
            return PyBytes::new(self.t, data).map(Owned::into_object);
        }
        PyStr::decode(self.t, data, Some(&encoding), Some(&handler)).map(Owned::into_object)
    }

    fn load_next_buffer(&mut self) -> PyResult<()> {
        let t = self.t;
        let Some(buffers) = self.core.buffers.get() else {
            return Err(self
                .error(format_args!("pickle stream refers to out-of-band data but no *buffers* argument was given")));
        };
        match iter::next(t, &buffers)? {
            Some(buffer) => {
                self.push(buffer);
                Ok(())
            }
            None => Err(self.error(format_args!("not enough out-of-band buffers"))),
        }
    }

    fn load_readonly_buffer(&mut self) -> PyResult<()> {
        let t = self.t;
        let buffer = self.top()?.clone();
        let view = PyMemoryView::from_object(t, &buffer)?;
        if !view.as_object().getattr(t, name!(t, "readonly"))?.is_true(t)? {
            let readonly = view.as_object().call_method(t, name!(t, "toreadonly"), &[])?;
            self.pop()?;
            self.push(readonly);
        }
        Ok(())
    }

    fn load_tuple(&mut self, n: usize) -> PyResult<()> {
        let Some(start) = self.stack.len().checked_sub(n) else { return Err(self.underflow()) };
        let items = self.pop_from(start)?;
        let tuple = PyTuple::from_vec(self.t, items)?;
        self.push(tuple.into_object());
        Ok(())
    }

    fn load_get(&mut self, index: usize) -> PyResult<()> {
        let found = self.core.memo.borrow().get(index);
        match found {
            Some(found) => {
                self.push(found);
                Ok(())
            }
            None => Err(self.error(format_args!("Memo value not found at index {index}"))),
        }
    }

    fn memo_put(&mut self, index: usize, object: Owned) {
        let old = self.core.memo.borrow_mut().put(index, object);
        if old.is_none() {
            self.memo_len += 1;
        }
        drop(old);
    }

    fn find_class(&self, module_name: &PyStr, name: &PyStr) -> PyResult {
        match &self.hooks.find_class {
            Some(this) => this.call_method(self.t, name!(self.t, "find_class"), &[module_name, name]),
            None => find_class(self.t, self.core, module_name, name),
        }
    }

    fn load_persistent(&mut self, pid: &Object) -> PyResult<()> {
        let Some(load) = &self.hooks.persistent_load else { return Err(no_persistent_load(self.t)) };
        let object = load.call(self.t, &[pid])?;
        self.push(object);
        Ok(())
    }

    fn load_extension(&mut self, code: i64) -> PyResult<()> {
        let t = self.t;
        if code <= 0 {
            return Err(self.error(format_args!("EXT specifies code <= 0")));
        }
        let globals = Globals::of(t)?;
        let key = PyInt::from_i64(t, code)?;
        if let Some(found) = globals.extension_cache.get_item(t, &key)? {
            self.push(found);
            return Ok(());
        }
        let Some(pair) = globals.inverted_registry.get_item(t, &key)? else {
            return Err(err!(t, ValueError, "unregistered extension code {code}"));
        };
        let names = match pair.downcast::<PyTuple>().map(PyTuple::as_slice) {
            Some([module_name, name]) => module_name.downcast::<PyStr>().zip(name.downcast::<PyStr>()),
            _ => None,
        };
        let Some((module_name, name)) = names else {
            return Err(err!(t, ValueError, "_inverted_registry[{code}] isn't a 2-tuple of strings"));
        };
        let found = self.find_class(module_name, name)?;
        globals.extension_cache.set_item(t, &key, &found)?;
        self.push(found);
        Ok(())
    }

    /// Makes an instance as Python 2 did for classes of old.
    fn instantiate(&mut self, class: &Object, args: Vec<Owned>) -> PyResult<()> {
        let t = self.t;
        let made = if args.is_empty()
            && class.is_instance_of::<PyType>()
            && class.getattr_opt(t, name!(t, "__getinitargs__"))?.is_none()
        {
            class.call_method(t, name!(t, "__new__"), &[class])?
        } else {
            let args: Vec<&Object> = args.iter().map(|a| &**a).collect();
            class.call(t, &args)?
        };
        self.push(made);
        Ok(())
    }

    fn newobj(&mut self, op: &str, class: &Object, args: &Object, kwargs: Option<&Object>) -> PyResult<()> {
        let t = self.t;
        let must = |part: &str, must: &str, got: &Object| {
            self.error(format_args!("{op} {part} argument must be {must}, not {:.200}", got.class().name_lossy()))
        };
        let Some(class) = class.downcast::<PyType>() else { return Err(must("class", "a type", class)) };
        let Some(args) = args.downcast::<PyTuple>() else { return Err(must("args", "a tuple", args)) };
        let kwargs = match kwargs {
            None => None,
            Some(kwargs) => match kwargs.downcast::<PyDict>() {
                Some(dict) => Some(dict),
                None => return Err(must("kwargs", "a dict", kwargs)),
            },
        };
        match typeobject::slots::call_new(t, class, args, kwargs)? {
            Some(made) => {
                self.push(made);
                Ok(())
            }
            None => {
                Err(self.error(format_args!("{op} class argument '{:.200}' doesn't have __new__", class.name_lossy())))
            }
        }
    }

    /// The object below `start`, and what is above it.
    fn owner_of(&self, start: usize) -> PyResult<Owned> {
        if start > self.stack.len() || start <= self.fence() {
            return Err(self.underflow());
        }
        Ok(self.stack[start - 1].clone())
    }

    fn append_from(&mut self, start: usize) -> PyResult<()> {
        let t = self.t;
        let owner = self.owner_of(start)?;
        if start == self.stack.len() {
            return Ok(());
        }
        if let Some(list) = owner.downcast_exact::<PyList>() {
            list.reserve(t, list.len() + self.stack.len() - start)?;
            for item in self.stack.drain(start..) {
                list.append(t, item)?;
            }
            return Ok(());
        }
        let items = self.pop_from(start)?;
        if let Some(extend) = owner.getattr_opt(t, name!(t, "extend"))? {
            let list = PyList::from_vec(t, items)?;
            extend.call(t, &[&list])?;
            return Ok(());
        }
        let append = owner.getattr(t, name!(t, "append"))?;
        for item in items {
            append.call(t, &[&item])?;
        }
        Ok(())
    }

    fn set_items_from(&mut self, start: usize) -> PyResult<()> {
        let t = self.t;
        let owner = self.owner_of(start)?;
        if start == self.stack.len() {
            return Ok(());
        }
        if !(self.stack.len() - start).is_multiple_of(2) {
            return Err(self.error(format_args!("odd number of items for SETITEMS")));
        }
        let items = self.pop_from(start)?;
        let exact = owner.downcast_exact::<PyDict>();
        for pair in items.as_chunks::<2>().0 {
            match exact {
                Some(dict) => dict.set_item(t, &pair[0], &pair[1])?,
                None => owner.set_item(t, &pair[0], &pair[1])?,
            }
        }
        Ok(())
    }

    fn load_additems(&mut self) -> PyResult<()> {
        let t = self.t;
        let start = self.marker()?;
        let owner = self.owner_of(start)?;
        let items = self.pop_from(start)?;
        if owner.is_instance_of::<PySet>() {
            for item in items {
                set::set_add(t, &owner, &item)?;
            }
            return Ok(());
        }
        if items.is_empty() {
            return Ok(());
        }
        let add = owner.getattr(t, name!(t, "add"))?;
        for item in items {
            add.call(t, &[&item])?;
        }
        Ok(())
    }

    fn load_build(&mut self) -> PyResult<()> {
        let t = self.t;
        if self.stack.len() < self.fence() + 2 {
            return Err(self.underflow());
        }
        let state = self.pop()?;
        let object = self.top()?.clone();
        if let Some(set_state) = object.getattr_opt(t, name!(t, "__setstate__"))? {
            set_state.call(t, &[&state])?;
            return Ok(());
        }
        let (state, slots) = match state.downcast::<PyTuple>().map(PyTuple::as_slice) {
            Some([state, slots]) => (state.to_owned_object(), Some(slots.to_owned_object())),
            _ => (state, None),
        };
        if !state.is(singletons::none()) {
            let Some(state) = state.downcast::<PyDict>() else {
                return Err(self.error(format_args!("state is not a dictionary")));
            };
            let dict = object.getattr(t, name!(t, "__dict__"))?;
            let mut pos = 0;
            while let Some((key, value)) = state.next(&mut pos) {
                let key = match key.into_type::<PyStr>() {
                    Ok(text) if text.is_exact::<PyStr>() => PyStr::interned(text).into_object(),
                    Ok(text) => text.into_object(),
                    Err(other) => other,
                };
                dict.set_item(t, &key, &value)?;
            }
        }
        if let Some(slots) = slots {
            let Some(slots) = slots.downcast::<PyDict>() else {
                return Err(self.error(format_args!("slot state is not a dictionary")));
            };
            let mut pos = 0;
            while let Some((key, value)) = slots.next(&mut pos) {
                object.setattr(t, &key, &value)?;
            }
        }
        Ok(())
    }
}
