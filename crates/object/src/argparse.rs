//! Arguments of native functions: one shared parser over constant descriptors, with the error messages of CPython's
//! Argument Clinic, and conversions between Python objects and Rust values.

use crate::handle::{Class, Object, Own, Owned, PyResult, Raised};
use crate::{PyBytes, PyDict, PyInt, PyStr, PyTuple, PyType, err, number, singletons};
use taipan_runtime::Thread;
use taipan_runtime::abi::{PyObject, PyTypeObject};

/// One named parameter.
pub struct Param {
    pub name: &'static str,
    pub required: bool,
}

/// A function's parameters.
pub struct Signature {
    pub fname: &'static str,
    pub params: &'static [Param],
    /// How many parameters are positional-only.
    pub pos_only: usize,
    /// How many parameters may be given by position.
    pub positional: usize,
    pub varargs: bool,
    pub varkw: bool,
}

/// Where keyword arguments come from.
#[derive(Clone, Copy)]
pub enum Keywords<'a> {
    None,
    /// Names of a vectorcall, and the values that follow the positional arguments.
    Names(&'a PyTuple, &'a [&'a Object]),
    /// The dictionary of a `tp_call`.
    Dict(&'a PyDict),
}

/// The arguments of a call.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    pub pos: &'a [&'a Object],
    pub kw: Keywords<'a>,
}

impl<'a> Args<'a> {
    /// No arguments.
    pub const EMPTY: Args<'static> = Args { pos: &[], kw: Keywords::None };

    /// Positional arguments only.
    pub const fn positional(pos: &'a [&'a Object]) -> Self {
        Self { pos, kw: Keywords::None }
    }

    /// From a vectorcall.
    ///
    /// # Safety
    /// The pointers are those of a vectorcall with `nargs` positional arguments.
    #[inline(always)]
    pub unsafe fn from_vectorcall(args: *const *mut PyObject, nargs: usize, kwnames: *mut PyObject) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            let pos = crate::tramp::arg_slice(args, nargs);
            if kwnames.is_null() {
                return Self { pos, kw: Keywords::None };
            }
            let names: &PyTuple = Object::from_ptr(kwnames).cast_unchecked();
            let n = names.len();
            if n == 0 {
                return Self { pos, kw: Keywords::None };
            }
            Self { pos, kw: Keywords::Names(names, crate::tramp::arg_slice(args.add(nargs), n)) }
        }
    }

    /// From an argument tuple and a dictionary or null.
    ///
    /// # Safety
    /// The pointers are those of a `tp_call`, `tp_new` or `tp_init`.
    #[inline(always)]
    pub unsafe fn from_tuple_dict(args: *mut PyObject, kwargs: *mut PyObject) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            let pos =
                if args.is_null() { &[][..] } else { Object::from_ptr(args).cast_unchecked::<PyTuple>().as_slice() };
            let kw = match Object::from_ptr_opt(kwargs) {
                Some(dict) if dict.cast_unchecked::<PyDict>().len() > 0 => Keywords::Dict(dict.cast_unchecked()),
                _ => Keywords::None,
            };
            Self { pos, kw }
        }
    }

    /// The number of keyword arguments.
    #[inline]
    pub fn n_keywords(&self) -> usize {
        match self.kw {
            Keywords::None => 0,
            Keywords::Names(names, _) => names.len(),
            Keywords::Dict(dict) => dict.len(),
        }
    }

    /// Calls `each` with every keyword argument in order.
    pub fn for_each_keyword(&self, t: &Thread, mut each: impl FnMut(&Object, &Object) -> PyResult<()>) -> PyResult<()> {
        let _ = t;
        match self.kw {
            Keywords::None => Ok(()),
            Keywords::Names(names, values) => {
                for (name, value) in names.as_slice().iter().zip(values) {
                    each(name, value)?;
                }
                Ok(())
            }
            Keywords::Dict(dict) => {
                for (key, value) in dict.items_vec() {
                    each(&key, &value)?;
                }
                Ok(())
            }
        }
    }

    /// A keyword argument by name.
    pub fn keyword(&self, name: &str) -> Option<&'a Object> {
        match self.kw {
            Keywords::None => None,
            Keywords::Names(names, values) => names
                .as_slice()
                .iter()
                .position(|n| n.downcast::<PyStr>().is_some_and(|s| s.eq_str(name)))
                .and_then(|i| values.get(i).copied()),
            // SAFETY: the caller of the function keeps the dictionary and so its values alive during the call.
            Keywords::Dict(dict) => dict.get_str_borrowed(name).map(|value| unsafe { Object::from_ptr(value) }),
        }
    }

    /// Puts the keyword arguments into `slots`, for functions that parse them on their own: how many there are is said
    /// without those by position.
    pub fn keywords_only(
        &self,
        t: &Thread,
        fname: &str,
        slots: &mut [(&str, &mut Option<&'a Object>)],
    ) -> PyResult<()> {
        let (n, most) = (self.n_keywords(), slots.len());
        if n > most {
            let s = if most == 1 { "" } else { "s" };
            return Err(err!(t, TypeError, "{fname}() takes at most {most} keyword argument{s} ({n} given)"));
        }
        for (name, slot) in slots.iter_mut() {
            **slot = self.keyword(name);
        }
        self.for_each_keyword(t, |key, _| {
            let known = |name: &str| key.downcast::<PyStr>().is_some_and(|k| k.eq_str(name));
            if slots.iter().any(|(name, _)| known(name)) {
                return Ok(());
            }
            let given = key.str_lossy(t);
            Err(match crate::suggestions::closest(&given, slots.iter().map(|(name, _)| *name)) {
                Some(better) => err!(
                    t,
                    TypeError,
                    "{fname}() got an unexpected keyword argument '{given}'. Did you mean '{better}'?"
                ),
                None => err!(t, TypeError, "{fname}() got an unexpected keyword argument '{given}'"),
            })
        })
    }

    /// Raises if there are keyword arguments (`_PyArg_NoKeywords`).
    pub fn no_keywords(&self, t: &Thread, fname: &str) -> PyResult<()> {
        if self.n_keywords() > 0 {
            return Err(err!(t, TypeError, "{fname}() takes no keyword arguments"));
        }
        Ok(())
    }

    /// As [`Self::no_keywords`], of a class.
    #[inline]
    pub fn no_keywords_of(&self, t: &Thread, class: &PyType) -> PyResult<()> {
        if self.n_keywords() == 0 { Ok(()) } else { self.no_keywords(t, &class.name_lossy()) }
    }

    /// The arguments of a `__new__` without keywords. Those given are an error, unless a subclass has an `__init__` of
    /// its own that may want them.
    pub fn for_positional_new(
        self,
        t: &Thread,
        class: &PyType,
        base: *mut PyTypeObject,
        fname: &str,
    ) -> PyResult<Self> {
        if self.n_keywords() == 0 {
            return Ok(self);
        }
        if inherits_init(class, base) {
            self.no_keywords(t, fname)?;
        }
        Ok(Self::positional(self.pos))
    }

    /// Says that there are no arguments, if there are some.
    pub fn check_none(&self, t: &Thread, fname: &str) -> PyResult<()> {
        if self.pos.is_empty() && self.n_keywords() == 0 {
            return Ok(());
        }
        Err(err!(t, TypeError, "{fname}() takes no arguments"))
    }

    /// The arguments of a `__new__` that takes none (`_PyArg_NoPositional`); a subclass's `__init__` may want some.
    pub fn for_empty_new(self, t: &Thread, class: &PyType, base: *mut PyTypeObject, fname: &str) -> PyResult<Self> {
        if !self.pos.is_empty() && inherits_init(class, base) {
            return Err(err!(t, TypeError, "{fname}() takes no positional arguments"));
        }
        Ok(Self::positional(&[]))
    }

    /// The positional arguments beyond the named ones (`*args`).
    pub fn rest(&self, signature: &Signature) -> &'a [&'a Object] {
        self.pos.get(signature.positional..).unwrap_or(&[])
    }

    /// The keyword arguments that match no parameter (`**kwargs`).
    pub fn extra_keywords(&self, t: &Thread, signature: &Signature) -> PyResult<Kwargs> {
        let dict = PyDict::new(t)?;
        self.for_each_keyword(t, |name, value| {
            let known = name
                .downcast::<PyStr>()
                .is_some_and(|n| signature.params[signature.pos_only..].iter().any(|p| n.eq_str(p.name)));
            if !known {
                dict.set_item(t, name, value)?;
            }
            Ok(())
        })?;
        Ok(Kwargs(dict))
    }

    /// Distributes the arguments over `slots`, one for each named parameter, as `_PyArg_UnpackKeywords` does.
    #[inline(always)]
    pub fn parse(&self, t: &Thread, signature: &Signature, slots: &mut [Option<&'a Object>]) -> PyResult<()> {
        if let Keywords::None = self.kw {
            let n = self.pos.len();
            let enough = n >= signature.params.iter().rposition(|p| p.required).map_or(0, |last| last + 1);
            if enough && n <= signature.positional {
                for (slot, arg) in slots.iter_mut().zip(self.pos) {
                    *slot = Some(arg);
                }
                return Ok(());
            }
        }
        self.parse_slowly(t, signature, slots)
    }

    #[inline(never)]
    fn parse_slowly(&self, t: &Thread, signature: &Signature, slots: &mut [Option<&'a Object>]) -> PyResult<()> {
        let nargs = self.pos.len();
        let given = nargs.min(signature.positional);
        for (slot, arg) in slots.iter_mut().zip(&self.pos[..given]) {
            *slot = Some(arg);
        }
        let nkw = self.n_keywords();
        let total = signature.params.len();
        let fname = signature.fname;
        if nargs + nkw > total && !signature.varargs && !signature.varkw {
            return Err(err!(
                t,
                TypeError,
                "{fname}() takes at most {total} {}argument{} ({} given)",
                if nargs == 0 { "keyword " } else { "" },
                if total == 1 { "" } else { "s" },
                nargs + nkw
            ));
        }
        if nargs > signature.positional && !signature.varargs {
            let max = signature.positional;
            if max == 0 {
                return Err(err!(t, TypeError, "{fname}() takes no positional arguments"));
            }
            let required = signature.params[..max].iter().filter(|p| p.required).count();
            return Err(err!(
                t,
                TypeError,
                "{fname}() takes {} {max} positional argument{} ({nargs} given)",
                if required < max { "at most" } else { "exactly" },
                if max == 1 { "" } else { "s" },
            ));
        }
        let pos_only_required = signature.params[..signature.pos_only].iter().filter(|p| p.required).count();
        if nargs < pos_only_required {
            return Err(err!(
                t,
                TypeError,
                "{fname}() takes {} {pos_only_required} positional argument{} ({nargs} given)",
                if pos_only_required < signature.positional { "at least" } else { "exactly" },
                if pos_only_required == 1 { "" } else { "s" },
            ));
        }
        match self.kw {
            Keywords::None => {}
            Keywords::Names(names, values) => {
                for (name, value) in names.as_slice().iter().zip(values) {
                    self.keyword_slot(t, signature, slots, name, value)?;
                }
            }
            Keywords::Dict(dict) => {
                for (name, value) in dict.items_vec() {
                    // SAFETY: the caller of the function keeps the dictionary alive and unchanged during the call.
                    let value = unsafe { Object::from_ptr(value.as_ptr()) };
                    self.keyword_slot(t, signature, slots, &name, value)?;
                }
            }
        }
        for (i, (param, slot)) in signature.params.iter().zip(slots.iter()).enumerate() {
            if param.required && slot.is_none() {
                return Err(err!(t, TypeError, "{fname}() missing required argument '{}' (pos {})", param.name, i + 1));
            }
        }
        Ok(())
    }

    #[inline]
    fn keyword_slot(
        &self,
        t: &Thread,
        signature: &Signature,
        slots: &mut [Option<&'a Object>],
        name: &Object,
        value: &'a Object,
    ) -> PyResult<()> {
        let fname = signature.fname;
        let Some(text) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "keywords must be strings"));
        };
        let found = signature.params.iter().position(|p| text.eq_str(p.name));
        match found {
            Some(i) if i >= signature.pos_only => {
                if slots[i].is_some() {
                    return Err(err!(
                        t,
                        TypeError,
                        "argument for {fname}() given by name ('{}') and position ({})",
                        signature.params[i].name,
                        i + 1
                    ));
                }
                slots[i] = Some(value);
                Ok(())
            }
            _ if signature.varkw => Ok(()),
            _ => {
                // What is missing is reported first, whatever else is wrong.
                let missing = signature.params.iter().enumerate().find(|(i, param)| {
                    let named = *i >= signature.pos_only && self.keyword(param.name).is_some();
                    param.required && slots[*i].is_none() && !named
                });
                if let Some((i, param)) = missing {
                    let name = param.name;
                    return Err(err!(t, TypeError, "{fname}() missing required argument '{name}' (pos {})", i + 1));
                }
                // A string of another class may call itself equal to a name that it does not have.
                if !name.is_exact::<PyStr>() {
                    for param in signature.params.iter().skip(signature.pos_only) {
                        if name.eq(t, crate::handle::upcast(&*PyStr::from_str(t, param.name)?))? {
                            return Err(err!(t, TypeError, "invalid keyword argument for {fname}()"));
                        }
                    }
                }
                let given = text.to_string_lossy();
                let known = signature.params[signature.pos_only..].iter().map(|p| p.name);
                Err(match crate::suggestions::closest(&given, known) {
                    Some(better) => err!(
                        t,
                        TypeError,
                        "{fname}() got an unexpected keyword argument '{given}'. Did you mean '{better}'?"
                    ),
                    None => err!(t, TypeError, "{fname}() got an unexpected keyword argument '{given}'"),
                })
            }
        }
    }
}

/// Collected `**kwargs`.
pub struct Kwargs(pub Owned<PyDict>);

/// Raised where the parser has already made sure that an argument is there.
#[cold]
pub fn missing(t: &Thread) -> Raised {
    err!(t, SystemError, "required argument is missing")
}

/// Whether a class has the `__init__` of its base.
fn inherits_init(class: &PyType, base: *mut PyTypeObject) -> bool {
    // SAFETY: live types.
    let (own, inherited) = unsafe { ((*class.as_type_ptr()).tp_init, (*base).tp_init) };
    own.map(|f| f as usize) == inherited.map(|f| f as usize)
}

/// `_PyArg_CheckPositional`.
#[inline(always)]
pub fn check_positional(t: &Thread, fname: &str, nargs: usize, min: usize, max: usize) -> PyResult<()> {
    if nargs < min || nargs > max {
        return Err(bad_count(t, fname, nargs, min, max));
    }
    Ok(())
}

#[cold]
fn bad_count(t: &Thread, fname: &str, nargs: usize, min: usize, max: usize) -> Raised {
    let (bound, limit) = if nargs < min { ("at least ", min) } else { ("at most ", max) };
    err!(
        t,
        TypeError,
        "{fname} expected {}{limit} argument{}, got {nargs}",
        if min == max { "" } else { bound },
        if limit == 1 { "" } else { "s" }
    )
}

/// Which argument a conversion error is about.
#[derive(Clone, Copy)]
pub enum What {
    /// The only argument of a function.
    Only(&'static str),
    /// A positional-only argument, counted from one.
    Position(&'static str, usize),
    /// An argument that may be given by name.
    Name(&'static str, &'static str),
}

/// Raises "f() argument 1 must be str, not int" (`_PyArg_BadArgument`).
#[cold]
pub fn bad_argument(t: &Thread, what: What, expected: &str, arg: &Object) -> Raised {
    let got = if arg.is(singletons::none()) { "None".to_string() } else { arg.class().name_lossy() };
    match what {
        What::Only(f) => err!(t, TypeError, "{f}() argument must be {expected}, not {got:.50}"),
        What::Position(f, n) => err!(t, TypeError, "{f}() argument {n} must be {expected}, not {got:.50}"),
        What::Name(f, n) => err!(t, TypeError, "{f}() argument '{n}' must be {expected}, not {got:.50}"),
    }
}

/// Conversion of an argument to the Rust type of a parameter.
pub trait FromArg<'a>: Sized {
    /// Converts, or raises the `TypeError` that names the argument.
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self>;
}

impl<'a> FromArg<'a> for &'a Object {
    #[inline(always)]
    fn from_arg(_t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        Ok(arg)
    }
}

impl<'a, T: Class> FromArg<'a> for &'a T {
    #[inline(always)]
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        match arg.downcast::<T>() {
            Some(found) => Ok(found),
            None => Err(bad_argument(t, what, short_name(T::NAME), arg)),
        }
    }
}

fn short_name(name: &'static str) -> &'static str {
    name
}

impl<'a> FromArg<'a> for Option<&'a Object> {
    #[inline(always)]
    fn from_arg(_t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        Ok(Some(arg))
    }
}

macro_rules! option_from_arg {
    ($($ty:ty),*) => {
        $(impl<'a> FromArg<'a> for Option<$ty> {
            /// `None` stands for an absent argument.
            #[inline]
            fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
                if arg.is(singletons::none()) { Ok(None) } else { <$ty>::from_arg(t, arg, what).map(Some) }
            }
        })*
    };
}

impl<'a, T: Class> FromArg<'a> for Option<&'a T> {
    /// `None` stands for an absent argument.
    #[inline]
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        if arg.is(singletons::none()) {
            return Ok(None);
        }
        match arg.downcast::<T>() {
            Some(found) => Ok(Some(found)),
            None => Err(bad_argument(t, what, &format!("{} or None", short_name(T::NAME)), arg)),
        }
    }
}

option_from_arg!(isize, i32, i64, u32, u64, usize, f64, bool, String);

impl<'a> FromArg<'a> for bool {
    /// Any object, by truth value (Clinic's `bool`).
    #[inline]
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        arg.is_true(t)
    }
}

impl<'a> FromArg<'a> for isize {
    /// `Py_ssize_t` through `__index__`; `OverflowError` when out of range.
    #[inline]
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        if let Some(value) = arg.downcast_exact::<PyInt>().and_then(PyInt::as_i64_compact) {
            return Ok(value as Self);
        }
        let index = number::index(t, arg)?;
        index.to_isize(t)
    }
}

impl<'a> FromArg<'a> for usize {
    /// A non-negative `Py_ssize_t`.
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        let value = isize::from_arg(t, arg, what)?;
        Self::try_from(value).map_err(|_| err!(t, ValueError, "value must be non-negative"))
    }
}

macro_rules! int_from_arg {
    ($($ty:ty, $c_name:literal;)*) => {
        $(impl<'a> FromArg<'a> for $ty {
            /// A C integer through `__index__`; `OverflowError` when out of range.
            fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
                let index = number::index(t, arg)?;
                match index.to_i128() {
                    Some(wide) => <$ty>::try_from(wide).map_err(|_| {
                        if wide < <$ty>::MIN as i128 && <$ty>::MIN != 0 {
                            err!(t, OverflowError, "signed {} is less than minimum", $c_name)
                        } else if wide < 0 {
                            err!(t, ValueError, "value must be positive")
                        } else {
                            err!(t, OverflowError, "Python int too large to convert to C {}", $c_name)
                        }
                    }),
                    None => Err(err!(t, OverflowError, "Python int too large to convert to C {}", $c_name)),
                }
            }
        })*
    };
}

impl<'a> FromArg<'a> for i32 {
    /// A C `int` through `__index__` (`PyLong_AsInt`).
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        let index = number::index(t, arg)?;
        index
            .to_i64()
            .and_then(|wide| Self::try_from(wide).ok())
            .ok_or_else(|| err!(t, OverflowError, "Python int too large to convert to C int"))
    }
}

int_from_arg!(i64, "long"; u32, "unsigned int"; u64, "unsigned long"; u8, "unsigned char";);

impl<'a> FromArg<'a> for f64 {
    /// A number through `__float__` or `__index__`.
    #[inline]
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        number::as_f64(t, arg)
    }
}

impl<'a> FromArg<'a> for String {
    /// A str without lone surrogates.
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        match arg.downcast::<PyStr>() {
            Some(text) => text.to_utf8(t).map(ToString::to_string),
            None => Err(bad_argument(t, what, "str", arg)),
        }
    }
}

/// Conversion of a native function's result to an object.
pub trait IntoResult {
    /// The object, or what was raised.
    fn into_result(self, t: &Thread) -> PyResult;
}

impl<T: IntoResult> IntoResult for Result<T, Raised> {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> PyResult {
        self.and_then(|value| value.into_result(t))
    }
}

impl<T: crate::handle::Layout> IntoResult for Owned<T> {
    #[inline(always)]
    fn into_result(self, _t: &Thread) -> PyResult {
        Ok(self.into_object())
    }
}

impl<T: crate::handle::Layout> IntoResult for &T {
    #[inline(always)]
    fn into_result(self, _t: &Thread) -> PyResult {
        Ok(crate::handle::upcast(self).own())
    }
}

impl<T: IntoResult> IntoResult for Option<T> {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> PyResult {
        match self {
            Some(value) => value.into_result(t),
            None => Ok(singletons::none().own()),
        }
    }
}

impl IntoResult for () {
    #[inline(always)]
    fn into_result(self, _t: &Thread) -> PyResult {
        Ok(singletons::none().own())
    }
}

impl IntoResult for bool {
    #[inline(always)]
    fn into_result(self, _t: &Thread) -> PyResult {
        Ok(singletons::bool(self).own())
    }
}

macro_rules! int_into_result {
    ($($ty:ty)*) => {
        $(impl IntoResult for $ty {
            #[inline(always)]
            fn into_result(self, t: &Thread) -> PyResult {
                PyInt::from_i64(t, i64::from(self)).map(Owned::into_object)
            }
        })*
    };
}

int_into_result!(i8 i16 i32 i64 u8 u16 u32);

impl IntoResult for isize {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> PyResult {
        PyInt::from_i64(t, self as i64).map(Owned::into_object)
    }
}

impl IntoResult for usize {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> PyResult {
        PyInt::from_u64(t, self as u64).map(Owned::into_object)
    }
}

impl IntoResult for u64 {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> PyResult {
        PyInt::from_u64(t, self).map(Owned::into_object)
    }
}

impl IntoResult for f64 {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> PyResult {
        crate::PyFloat::new(t, self).map(Owned::into_object)
    }
}

impl IntoResult for String {
    fn into_result(self, t: &Thread) -> PyResult {
        PyStr::from_str(t, &self).map(Owned::into_object)
    }
}

impl IntoResult for &str {
    fn into_result(self, t: &Thread) -> PyResult {
        PyStr::from_str(t, self).map(Owned::into_object)
    }
}

impl IntoResult for &[u8] {
    fn into_result(self, t: &Thread) -> PyResult {
        PyBytes::new(t, self).map(Owned::into_object)
    }
}

impl IntoResult for Vec<u8> {
    fn into_result(self, t: &Thread) -> PyResult {
        PyBytes::new(t, &self).map(Owned::into_object)
    }
}

impl<A: IntoResult, B: IntoResult> IntoResult for (A, B) {
    fn into_result(self, t: &Thread) -> PyResult {
        let items = vec![self.0.into_result(t)?, self.1.into_result(t)?];
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }
}

impl<A: IntoResult, B: IntoResult, C: IntoResult> IntoResult for (A, B, C) {
    fn into_result(self, t: &Thread) -> PyResult {
        let items = vec![self.0.into_result(t)?, self.1.into_result(t)?, self.2.into_result(t)?];
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }
}

/// The type that a constructor was called on: exactly `T`, so that fast paths may skip subclass rules.
#[inline(always)]
pub fn is_exact_class<T: Class>(class: &PyType) -> bool {
    core::ptr::eq(class, T::class())
}
