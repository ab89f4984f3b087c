//! `_json.make_encoder`: from objects to text.

use super::text::quote;
use taipan_object::argparse::{Param, Signature, What, bad_argument};
use taipan_object::call::enter_recursive;
use taipan_object::tramp::{CallEntry, Vectorcall};
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{
    Args, Head, Object, Own, Owned, PyDict, PyFloat, PyInt, PyList, PyResult, PyStr, PyTuple, PyType, Raised, Slot,
    Thread, argparse, class, err, errors, name, number, object, sequence, singletons, state,
};

/// How strings are quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Ascii,
    Unicode,
    /// By calling a function.
    Custom,
}

/// `_json.Encoder`.
#[object]
pub struct Encoder {
    markers: Slot,
    default: Slot,
    encoder: Slot,
    indent: Slot,
    key_separator: Slot<PyStr>,
    item_separator: Slot<PyStr>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    quoting: taipan_object::Data<Quoting>,
    entry: CallEntry,
}

/// One call's state.
struct Run<'a> {
    t: &'a Thread,
    out: StrBuilder,
    markers: Option<Owned<PyDict>>,
    default: Owned,
    encoder: Owned,
    quoting: Quoting,
    indent: Option<Owned<PyStr>>,
    key_separator: Owned<PyStr>,
    item_separator: Owned<PyStr>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
}

impl Run<'_> {
    fn string(&mut self, text: &PyStr) -> PyResult<()> {
        match self.quoting {
            Quoting::Ascii => quote(&mut self.out, text, true),
            Quoting::Unicode => quote(&mut self.out, text, false),
            Quoting::Custom => {
                let made = self.encoder.call(self.t, &[text])?;
                let Some(made) = made.downcast::<PyStr>() else {
                    return Err(err!(
                        self.t,
                        TypeError,
                        "encoder() must return a string, not {:.80}",
                        made.class().name_lossy()
                    ));
                };
                self.out.push_str(made);
            }
        }
        Ok(())
    }

    fn float_text(&self, value: &PyFloat) -> PyResult<Owned<PyStr>> {
        let t = self.t;
        let x = value.value();
        if x.is_finite() {
            return if value.is_exact::<PyFloat>() { value.repr(t) } else { PyFloat::new(t, x)?.repr(t) };
        }
        if !self.allow_nan {
            return Err(err!(
                t,
                ValueError,
                "Out of range float values are not JSON compliant: {}",
                value.repr(t)?.display()
            ));
        }
        PyStr::intern_str(
            t,
            if x.is_nan() {
                "NaN"
            } else if x > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            },
        )
    }

    fn int_text(&self, value: &PyInt) -> PyResult<Owned<PyStr>> {
        if value.is_exact::<PyInt>() { value.repr(self.t) } else { value.to_exact(self.t)?.repr(self.t) }
    }

    fn newline(&mut self, level: usize) -> PyResult<()> {
        if let Some(indent) = self.indent.clone() {
            self.out.reserve(self.t, 1 + indent.len().saturating_mul(level))?;
            self.out.push(10);
            for _ in 0..level {
                self.out.push_str(&indent);
            }
        }
        Ok(())
    }

    /// Notes that a container is being written.
    fn mark(&self, object: &Object) -> PyResult<Option<Owned<PyInt>>> {
        let Some(markers) = &self.markers else { return Ok(None) };
        let ident = PyInt::from_u64(self.t, object.as_ptr() as usize as u64)?;
        if markers.contains(self.t, &ident)? {
            return Err(err!(self.t, ValueError, "Circular reference detected"));
        }
        markers.set_item(self.t, &ident, object)?;
        Ok(Some(ident))
    }

    fn unmark(&self, ident: Option<Owned<PyInt>>) -> PyResult<()> {
        match (&self.markers, ident) {
            (Some(markers), Some(ident)) => markers.del_item(self.t, &ident),
            _ => Ok(()),
        }
    }

    #[cold]
    fn note(&self, raised: Raised, text: &dyn Fn() -> PyResult<Owned<PyStr>>) -> Raised {
        let exception = errors::take_raised(self.t, raised);
        let done = text().and_then(|text| exception.call_method(self.t, name!(self.t, "add_note"), &[&text]));
        match done {
            Ok(_) => errors::restore_raised(self.t, exception),
            Err(other) => other,
        }
    }

    fn value(&mut self, object: &Object, level: usize) -> PyResult<()> {
        let t = self.t;
        if object.is(singletons::none()) {
            self.out.push_latin1(b"null");
            return Ok(());
        }
        if object.is(singletons::bool(true)) {
            self.out.push_latin1(b"true");
            return Ok(());
        }
        if object.is(singletons::bool(false)) {
            self.out.push_latin1(b"false");
            return Ok(());
        }
        if let Some(text) = object.downcast::<PyStr>() {
            return self.string(text);
        }
        if let Some(number) = object.downcast::<PyInt>() {
            match number.as_i64_compact() {
                Some(small) => self.out.push_latin1(small.to_string().as_bytes()),
                None => {
                    let text = self.int_text(number)?;
                    self.out.push_str(&text);
                }
            }
            return Ok(());
        }
        if let Some(number) = object.downcast::<PyFloat>() {
            let text = self.float_text(number)?;
            self.out.push_str(&text);
            return Ok(());
        }
        if let Some(list) = object.downcast::<PyList>() {
            enter_recursive(t, " while encoding a JSON object")?;
            return self.array(object, level, list.len() == 0, &|i| list.get(i));
        }
        if let Some(tuple) = object.downcast::<PyTuple>() {
            enter_recursive(t, " while encoding a JSON object")?;
            return self.array(object, level, tuple.len() == 0, &|i| tuple.get(i).map(Own::own));
        }
        if let Some(dict) = object.downcast::<PyDict>() {
            enter_recursive(t, " while encoding a JSON object")?;
            return self.object(dict, level);
        }
        let ident = self.mark(object)?;
        let other = self.default.call(t, &[object])?;
        enter_recursive(t, " while encoding a JSON object")?;
        if let Err(raised) = self.value(&other, level) {
            return Err(self.note(raised, &|| {
                let class = object.class().fully_qualified_name(t)?;
                PyStr::from_fmt(t, format_args!("when serializing {} object", class.display()))
            }));
        }
        self.unmark(ident)
    }

    fn array(
        &mut self,
        object: &Object,
        level: usize,
        empty: bool,
        item: &dyn Fn(usize) -> Option<Owned>,
    ) -> PyResult<()> {
        if empty {
            self.out.push_latin1(b"[]");
            return Ok(());
        }
        let ident = self.mark(object)?;
        self.out.push_latin1(b"[");
        self.newline(level + 1)?;
        let mut i = 0;
        while let Some(value) = item(i) {
            if i > 0 {
                let separator = self.item_separator.clone();
                self.out.push_str(&separator);
                self.newline(level + 1)?;
            }
            if let Err(raised) = self.value(&value, level + 1) {
                return Err(self.note(raised, &|| {
                    let class = object.class().fully_qualified_name(self.t)?;
                    PyStr::from_fmt(self.t, format_args!("when serializing {} item {i}", class.display()))
                }));
            }
            i += 1;
        }
        self.unmark(ident)?;
        self.newline(level)?;
        self.out.push_latin1(b"]");
        Ok(())
    }

    fn object(&mut self, dict: &PyDict, level: usize) -> PyResult<()> {
        let t = self.t;
        if dict.len() == 0 {
            self.out.push_latin1(b"{}");
            return Ok(());
        }
        let ident = self.mark(dict)?;
        self.out.push_latin1(b"{");
        let mut first = true;
        if self.sort_keys || !dict.is_exact::<PyDict>() {
            let items = if dict.is_exact::<PyDict>() {
                let pairs = dict.items_vec().into_iter().map(|(k, v)| PyDict::pair(t, k, v).map(Owned::into_object));
                PyList::from_vec(t, pairs.collect::<PyResult<Vec<_>>>()?)?
            } else {
                sequence::mapping_list(t, dict, name!(t, "items"))?
            };
            if self.sort_keys {
                items.call_method(t, name!(t, "sort"), &[])?;
            }
            for pair in items.to_vec() {
                let Some([key, value]) = pair.downcast::<PyTuple>().map(PyTuple::as_slice) else {
                    return Err(err!(t, ValueError, "items must return 2-tuples"));
                };
                self.member(dict, key, value, level, &mut first)?;
            }
        } else {
            let mut pos = 0;
            while let Some((key, value)) = dict.next(&mut pos) {
                self.member(dict, &key, &value, level, &mut first)?;
            }
        }
        self.unmark(ident)?;
        if !first {
            self.newline(level)?;
        }
        self.out.push_latin1(b"}");
        Ok(())
    }

    fn member(&mut self, dict: &PyDict, key: &Object, value: &Object, level: usize, first: &mut bool) -> PyResult<()> {
        let t = self.t;
        let made;
        let text = if let Some(text) = key.downcast::<PyStr>() {
            text
        } else {
            made = if let Some(number) = key.downcast::<PyFloat>() {
                self.float_text(number)?
            } else if key.is(singletons::none()) {
                name!(t, "null").own()
            } else if key.is(singletons::bool(true)) {
                name!(t, "true").own()
            } else if key.is(singletons::bool(false)) {
                name!(t, "false").own()
            } else if let Some(number) = key.downcast::<PyInt>() {
                self.int_text(number)?
            } else if self.skipkeys {
                return Ok(());
            } else {
                return Err(err!(
                    t,
                    TypeError,
                    "keys must be str, int, float, bool or None, not {:.100}",
                    key.class().name_lossy()
                ));
            };
            &made
        };
        if *first {
            *first = false;
        } else {
            let separator = self.item_separator.clone();
            self.out.push_str(&separator);
        }
        self.newline(level + 1)?;
        self.string(text)?;
        let separator = self.key_separator.clone();
        self.out.push_str(&separator);
        self.value(value, level + 1).map_err(|raised| {
            self.note(raised, &|| {
                let class = dict.class().fully_qualified_name(t)?;
                let key = key.repr(t)?;
                PyStr::from_fmt(t, format_args!("when serializing {} item {}", class.display(), key.display()))
            })
        })
    }
}

impl Vectorcall for Encoder {
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult {
        const SIGNATURE: Signature = Signature {
            fname: "_iterencode",
            params: &[Param { name: "obj", required: true }, Param { name: "_current_indent_level", required: true }],
            pos_only: 0,
            positional: 2,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 2];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let [Some(object), Some(level)] = slots else { return Err(argparse::missing(t)) };
        let level = usize::try_from(number::index_as_isize(t, level)?).unwrap_or(0);
        let none = || singletons::none().own();
        let (Some(key_separator), Some(item_separator)) = (self.key_separator.get(), self.item_separator.get()) else {
            return Err(errors::bad_internal_call(t));
        };
        let mut run = Run {
            t,
            out: StrBuilder::new(),
            markers: self.markers.get().and_then(|m| m.into_type::<PyDict>().ok()),
            default: self.default.get().unwrap_or_else(none),
            encoder: self.encoder.get().unwrap_or_else(none),
            quoting: self.quoting.0,
            indent: self.indent.get().and_then(|i| i.into_type::<PyStr>().ok()),
            key_separator,
            item_separator,
            sort_keys: self.sort_keys,
            skipkeys: self.skipkeys,
            allow_nan: self.allow_nan,
        };
        run.value(object, level)?;
        let text = run.out.finish(t)?;
        PyTuple::from_vec(t, vec![text.into_object()]).map(Owned::into_object)
    }
}

#[class(name = "_json.Encoder", fields(default = default: "default", encoder = encoder: "encoder", indent = indent: "indent", item_separator = item_separator: "item_separator", key_separator = key_separator: "key_separator", markers = markers: "markers"), heap, mutable, flags(HAVE_GC), vectorcall = entry,
    doc = "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)")]
impl Encoder {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        const fn p(name: &'static str) -> Param {
            Param { name, required: true }
        }
        const SIGNATURE: Signature = Signature {
            fname: "make_encoder",
            params: &[
                p("markers"),
                p("default"),
                p("encoder"),
                p("indent"),
                p("key_separator"),
                p("item_separator"),
                p("sort_keys"),
                p("skipkeys"),
                p("allow_nan"),
            ],
            pos_only: 0,
            positional: 9,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 9];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let [
            Some(markers),
            Some(default),
            Some(encoder),
            Some(indent),
            Some(key_separator),
            Some(item_separator),
            Some(sort_keys),
            Some(skipkeys),
            Some(allow_nan),
        ] = slots
        else {
            return Err(argparse::missing(t));
        };
        let text = |n: usize, value: &Object| {
            value
                .downcast::<PyStr>()
                .map(Own::own)
                .ok_or_else(|| bad_argument(t, What::Position("make_encoder", n), "str", value))
        };
        let key_separator = text(5, key_separator)?;
        let item_separator = text(6, item_separator)?;
        if !markers.is(singletons::none()) && !markers.is_instance_of::<PyDict>() {
            return Err(err!(
                t,
                TypeError,
                "make_encoder() argument 1 must be dict or None, not {:.200}",
                markers.class().name_lossy()
            ));
        }
        let module = state::import(t, "_json")?;
        let quoting = if encoder.is(&*module.getattr(t, name!(t, "encode_basestring_ascii"))?) {
            Quoting::Ascii
        } else if encoder.is(&*module.getattr(t, name!(t, "encode_basestring"))?) {
            Quoting::Unicode
        } else {
            Quoting::Custom
        };
        let (sort_keys, skipkeys, allow_nan) = (sort_keys.is_true(t)?, skipkeys.is_true(t)?, allow_nan.is_true(t)?);
        cls.instance(
            t,
            Self {
                head: Head::new(),
                markers: Slot::new(markers.own()),
                default: Slot::new(default.own()),
                encoder: Slot::new(encoder.own()),
                indent: Slot::new(indent.own()),
                key_separator: Slot::new(key_separator),
                item_separator: Slot::new(item_separator),
                sort_keys,
                skipkeys,
                allow_nan,
                quoting: taipan_object::Data(quoting),
                entry: CallEntry::of::<Self>(),
            },
        )
    }

    /// sort_keys
    #[getter]
    fn sort_keys(&self, _t: &Thread) -> bool {
        self.sort_keys
    }

    /// skipkeys
    #[getter]
    fn skipkeys(&self, _t: &Thread) -> bool {
        self.skipkeys
    }
}
