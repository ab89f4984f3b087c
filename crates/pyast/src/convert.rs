//! The machinery between trees and objects: how each type of field is written and read.

use crate::classes::{PyAst, Registry, registry};
use std::rc::Rc;
use taipan_num::int::{SignedRef, text as int_text};
use taipan_object::{
    Class, Head, Object, Own, Owned, PyBool, PyBytes, PyComplex, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PyResult,
    PyStr, PyTuple, Slot, Thread, call, err, iter, name, singletons,
};
use taipan_parser::Mode;
use taipan_parser::ast::{BigInt, Constant, Expr, Identifier, Location, Mod, Stmt, TypeIgnore, Wtf8Str};

/// What a conversion needs everywhere.
pub struct Cx<'a> {
    pub t: &'a Thread,
    pub registry: &'static Registry,
}

/// From tree to objects.
pub trait ToObject {
    /// The object.
    fn to_object(&self, cx: &Cx<'_>) -> PyResult;
}

/// From objects to tree.
pub trait FromObject: Sized {
    /// Why `None` is no such thing in a list.
    const NONE_IN_LIST: Option<&'static str> = None;
    /// Whether a field that is `None` counts as missing.
    const NONE_IS_MISSING: bool = false;

    /// The node that an object stands for.
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self>;

    /// The value of a field, which may be absent.
    fn from_field(cx: &Cx<'_>, value: Option<Owned>, field: &str, class: &str) -> PyResult<Self> {
        match value {
            None => Err(err!(cx.t, TypeError, "required field \"{field}\" missing from {class}")),
            Some(value) if Self::NONE_IS_MISSING && value.is(singletons::none()) => {
                Err(err!(cx.t, ValueError, "field '{field}' is required for {class}"))
            }
            Some(value) => Self::from_object(cx, &value),
        }
    }
}

impl Cx<'_> {
    /// A node of a class with these attributes.
    pub fn make(&self, class: &str, dict: Owned<PyDict>) -> PyResult {
        let class = self.registry.class(self.t, class)?;
        class.instance(self.t, PyAst { head: Head::new(), dict: Slot::new(dict) }).map(Owned::into_object)
    }

    /// Stores an attribute.
    pub fn put(&self, dict: &PyDict, key: &PyStr, value: &impl ToObject) -> PyResult<()> {
        dict.set_str(self.t, key, &*value.to_object(self)?)
    }

    /// Stores where a node is.
    pub fn put_place(&self, dict: &PyDict, loc: Location) -> PyResult<()> {
        let t = self.t;
        self.put(dict, name!(t, "lineno"), &loc.lineno)?;
        self.put(dict, name!(t, "col_offset"), &loc.col_offset)?;
        self.put(dict, name!(t, "end_lineno"), &loc.end_lineno)?;
        self.put(dict, name!(t, "end_col_offset"), &loc.end_col_offset)
    }

    /// Where a node is.
    pub fn place(&self, object: &Object, class: &str, end_required: bool) -> PyResult<Location> {
        let t = self.t;
        let get = |key: &PyStr| object.getattr_opt(t, key);
        let lineno = i32::from_field(self, get(name!(t, "lineno"))?, "lineno", class)?;
        let col_offset = i32::from_field(self, get(name!(t, "col_offset"))?, "col_offset", class)?;
        let end = |key: &PyStr, field: &str, start: i32| -> PyResult<i32> {
            match get(key)? {
                None if !end_required => Ok(start),
                Some(value) if !end_required && value.is(singletons::none()) => Ok(start),
                value => i32::from_field(self, value, field, class),
            }
        };
        let end_lineno = end(name!(t, "end_lineno"), "end_lineno", lineno)?;
        let end_col_offset = end(name!(t, "end_col_offset"), "end_col_offset", col_offset)?;
        Ok(Location { lineno, col_offset, end_lineno, end_col_offset })
    }

    /// Guards a step down.
    pub fn enter(&self, class: &str) -> PyResult<()> {
        if self.t.stack_low(32 * 1024) {
            return call::enter_recursive(self.t, &format!(" while traversing '{class}' node")).and_then(|()| {
                Err(err!(self.t, RecursionError, "maximum recursion depth exceeded while traversing '{class}' node"))
            });
        }
        Ok(())
    }

    /// Guards a step down while objects are made.
    pub fn enter_construction(&self) -> PyResult<()> {
        if self.t.stack_low(32 * 1024) {
            return Err(err!(self.t, RecursionError, "maximum recursion depth exceeded during ast construction"));
        }
        Ok(())
    }

    /// "expected some sort of expr, but got ...".
    pub fn unexpected<T>(&self, sum: &str, object: &Object) -> PyResult<T> {
        let shown = object.repr(self.t)?;
        Err(err!(self.t, TypeError, "expected some sort of {sum}, but got {}", shown.display()))
    }
}

impl<T: ToObject> ToObject for Box<T> {
    fn to_object(&self, cx: &Cx<'_>) -> PyResult {
        (**self).to_object(cx)
    }
}

impl<T: FromObject> FromObject for Box<T> {
    const NONE_IN_LIST: Option<&'static str> = T::NONE_IN_LIST;
    const NONE_IS_MISSING: bool = T::NONE_IS_MISSING;
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        T::from_object(cx, object).map(Box::new)
    }
}

impl<T: ToObject> ToObject for Option<T> {
    fn to_object(&self, cx: &Cx<'_>) -> PyResult {
        match self {
            Some(value) => value.to_object(cx),
            None => Ok(singletons::none().own()),
        }
    }
}

impl<T: FromObject> FromObject for Option<T> {
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        if object.is(singletons::none()) { Ok(None) } else { T::from_object(cx, object).map(Some) }
    }
    fn from_field(cx: &Cx<'_>, value: Option<Owned>, _field: &str, _class: &str) -> PyResult<Self> {
        match value {
            Some(value) => Self::from_object(cx, &value),
            None => Ok(None),
        }
    }
}

impl<T: ToObject> ToObject for Vec<T> {
    fn to_object(&self, cx: &Cx<'_>) -> PyResult {
        let list = PyList::with_capacity(cx.t, self.len())?;
        for item in self {
            list.append(cx.t, item.to_object(cx)?)?;
        }
        Ok(list.into_object())
    }
}

impl<T: FromObject> FromObject for Vec<T> {
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        Self::from_field(cx, Some(object.own()), "", "")
    }
    fn from_field(cx: &Cx<'_>, value: Option<Owned>, field: &str, class: &str) -> PyResult<Self> {
        let Some(value) = value else { return Ok(Vec::new()) };
        let Some(list) = value.downcast::<PyList>() else {
            let kind = value.class().name_lossy();
            return Err(err!(cx.t, TypeError, "{class} field \"{field}\" must be a list, not a {kind:.200}"));
        };
        let n = list.len();
        let mut out = Vec::with_capacity(n);
        for i in 0..n {
            let Some(item) = list.get(i).filter(|_| list.len() == n) else {
                return Err(err!(cx.t, RuntimeError, "{class} field \"{field}\" changed size during iteration"));
            };
            if let Some(kind) = T::NONE_IN_LIST.filter(|_| item.is(singletons::none())) {
                return Err(err!(cx.t, ValueError, "None disallowed in {kind} list"));
            }
            out.push(T::from_object(cx, &item)?);
        }
        if list.len() != n {
            return Err(err!(cx.t, RuntimeError, "{class} field \"{field}\" changed size during iteration"));
        }
        Ok(out)
    }
}

impl ToObject for i32 {
    fn to_object(&self, cx: &Cx<'_>) -> PyResult {
        PyInt::from_i64(cx.t, i64::from(*self)).map(Owned::into_object)
    }
}

impl FromObject for i32 {
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        let Some(n) = object.downcast::<PyInt>() else {
            let shown = object.repr(cx.t)?;
            return Err(err!(cx.t, ValueError, "invalid integer value: {}", shown.display()));
        };
        match n.to_i64().and_then(|n| Self::try_from(n).ok()) {
            Some(n) => Ok(n),
            None => Err(err!(cx.t, OverflowError, "Python int too large to convert to C int")),
        }
    }
}

impl ToObject for Identifier {
    fn to_object(&self, cx: &Cx<'_>) -> PyResult {
        PyStr::intern_str(cx.t, self).map(Owned::into_object)
    }
}

impl FromObject for Identifier {
    const NONE_IS_MISSING: bool = true;
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        match object.downcast_exact::<PyStr>() {
            Some(text) => Ok(Rc::from(text.to_utf8(cx.t)?)),
            None => Err(err!(cx.t, TypeError, "AST identifier must be of type str")),
        }
    }
}

impl ToObject for Box<str> {
    fn to_object(&self, cx: &Cx<'_>) -> PyResult {
        PyStr::from_str(cx.t, self).map(Owned::into_object)
    }
}

impl FromObject for Box<str> {
    const NONE_IS_MISSING: bool = true;
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        if let Some(text) = object.downcast_exact::<PyStr>() {
            return Ok(text.to_utf8(cx.t)?.into());
        }
        match object.downcast_exact::<PyBytes>() {
            Some(bytes) => Ok(String::from_utf8_lossy(bytes.as_bytes()).as_ref().into()),
            None => Err(err!(cx.t, TypeError, "AST string must be of type str")),
        }
    }
}

impl ToObject for Constant {
    fn to_object(&self, cx: &Cx<'_>) -> PyResult {
        let t = cx.t;
        Ok(match self {
            Self::None => singletons::none().own(),
            Self::True => singletons::bool(true).own(),
            Self::False => singletons::bool(false).own(),
            Self::Ellipsis => singletons::ellipsis().own(),
            Self::Int(n) => PyInt::from_i64(t, *n)?.into_object(),
            Self::BigInt(n) => match int_text::parse(n.digits_hex.as_bytes(), 16, 0) {
                Ok(n) => PyInt::from_digits(t, n.neg, &n.mag)?.into_object(),
                Err(_) => return Err(err!(t, SystemError, "bad integer in a syntax tree")),
            },
            Self::Float(x) => PyFloat::new(t, *x)?.into_object(),
            Self::Complex(re, im) => PyComplex::new(t, *re, *im)?.into_object(),
            Self::Str(text) => PyStr::from_wtf8(t, text.as_bytes())?.into_object(),
            Self::Bytes(bytes) => PyBytes::new(t, bytes)?.into_object(),
            Self::Tuple(items) | Self::FrozenSet(items) => {
                let items: PyResult<Vec<Owned>> = items.iter().map(|item| item.to_object(cx)).collect();
                let tuple = PyTuple::from_vec(t, items?)?;
                match self {
                    Self::Tuple(_) => tuple.into_object(),
                    _ => PyFrozenSet::class().call(t, &[&tuple])?,
                }
            }
        })
    }
}

/// The hexadecimal digits of a magnitude.
pub fn hex_digits(n: &PyInt) -> Box<str> {
    let mut out = Vec::new();
    int_text::write_radix(&mut out, SignedRef::new(false, n.digits()).mag, 16);
    String::from_utf8_lossy(&out).as_ref().into()
}

impl FromObject for Constant {
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        cx.enter("constant")?;
        let t = cx.t;
        if object.is(singletons::none()) {
            return Ok(Self::None);
        }
        if object.is(singletons::ellipsis()) {
            return Ok(Self::Ellipsis);
        }
        if object.is_exact::<PyBool>() {
            return Ok(if object.is(singletons::bool(true)) { Self::True } else { Self::False });
        }
        if let Some(n) = object.downcast_exact::<PyInt>() {
            return Ok(match n.to_i64() {
                Some(n) => Self::Int(n),
                None => Self::BigInt(BigInt { digits_hex: hex_digits(n) }),
            });
        }
        if let Some(x) = object.downcast_exact::<PyFloat>() {
            return Ok(Self::Float(x.value()));
        }
        if let Some(z) = object.downcast_exact::<PyComplex>() {
            return Ok(Self::Complex(z.value().re, z.value().im));
        }
        if let Some(text) = object.downcast_exact::<PyStr>() {
            return Ok(Self::Str(Wtf8Str::from_bytes(text.to_wtf8())));
        }
        if let Some(bytes) = object.downcast_exact::<PyBytes>() {
            return Ok(Self::Bytes(bytes.as_bytes().into()));
        }
        if let Some(tuple) = object.downcast_exact::<PyTuple>() {
            let items: PyResult<Vec<Self>> = tuple.as_slice().iter().map(|o| Self::from_object(cx, o)).collect();
            return items.map(Self::Tuple);
        }
        if object.is_exact::<PyFrozenSet>() {
            let items = iter::to_vec(t, object)?;
            let items: PyResult<Vec<Self>> = items.iter().map(|o| Self::from_object(cx, o)).collect();
            return items.map(Self::FrozenSet);
        }
        Err(err!(t, TypeError, "got an invalid type in Constant: {}", object.class().name_lossy()))
    }
}

impl ToObject for TypeIgnore {
    fn to_object(&self, cx: &Cx<'_>) -> PyResult {
        let dict = PyDict::new(cx.t)?;
        cx.put(&dict, name!(cx.t, "lineno"), &self.lineno)?;
        cx.put(&dict, name!(cx.t, "tag"), &self.tag)?;
        cx.make("TypeIgnore", dict)
    }
}

impl FromObject for TypeIgnore {
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        if cx.registry.constructor_of(object) != Some("TypeIgnore") {
            return cx.unexpected("type_ignore", object);
        }
        let lineno = object.getattr_opt(cx.t, name!(cx.t, "lineno"))?;
        let tag = object.getattr_opt(cx.t, name!(cx.t, "tag"))?;
        Ok(Self {
            lineno: i32::from_field(cx, lineno, "lineno", "TypeIgnore")?,
            tag: FromObject::from_field(cx, tag, "tag", "TypeIgnore")?,
        })
    }
}

/// A tree as objects.
pub fn module_to_object(t: &Thread, module: &Mod) -> PyResult {
    let cx = Cx { t, registry: registry(t)? };
    let dict = PyDict::new(t)?;
    let class = match module {
        Mod::Module { body, type_ignores } => {
            cx.put(&dict, name!(t, "body"), body)?;
            cx.put(&dict, name!(t, "type_ignores"), type_ignores)?;
            "Module"
        }
        Mod::Interactive { body } => {
            cx.put(&dict, name!(t, "body"), body)?;
            "Interactive"
        }
        Mod::Expression { body } => {
            cx.put(&dict, name!(t, "body"), body)?;
            "Expression"
        }
        Mod::FunctionType { argtypes, returns } => {
            cx.put(&dict, name!(t, "argtypes"), argtypes)?;
            cx.put(&dict, name!(t, "returns"), returns)?;
            "FunctionType"
        }
    };
    cx.make(class, dict)
}

/// Objects as a tree, not yet checked.
pub fn module_from_object(t: &Thread, object: &Object, mode: Mode) -> PyResult<Mod> {
    let cx = Cx { t, registry: registry(t)? };
    let get = |key: &PyStr| object.getattr_opt(t, key);
    Ok(match mode {
        Mode::Exec => Mod::Module {
            body: Vec::<Stmt>::from_field(&cx, get(name!(t, "body"))?, "body", "Module")?,
            type_ignores: FromObject::from_field(&cx, get(name!(t, "type_ignores"))?, "type_ignores", "Module")?,
        },
        Mode::Single => {
            Mod::Interactive { body: FromObject::from_field(&cx, get(name!(t, "body"))?, "body", "Interactive")? }
        }
        Mode::Eval => {
            Mod::Expression { body: FromObject::from_field(&cx, get(name!(t, "body"))?, "body", "Expression")? }
        }
        Mode::FuncType => Mod::FunctionType {
            argtypes: Vec::<Expr>::from_field(&cx, get(name!(t, "argtypes"))?, "argtypes", "FunctionType")?,
            returns: FromObject::from_field(&cx, get(name!(t, "returns"))?, "returns", "FunctionType")?,
        },
    })
}
