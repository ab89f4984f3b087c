//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654), and the re-raising rules of `except*`.

use super::base::{ExtraFields, clear_fields, dealloc_fields, traverse_fields};
use super::{
    BaseException, Exception, args, cause, context, field, replace_field, set_cause, set_context, set_traceback,
    traceback,
};
use crate::argparse::Args;
use crate::handle::{Class, Object, Own, Owned, PyResult};
use crate::{PyList, PyStr, PyTuple, PyType, err, layout, name, singletons};
use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use taipan_macros::class;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

layout!(
    /// `BaseExceptionGroup`.
    BaseExceptionGroup,
    PyBaseExceptionGroupObject
);

const FIELDS: ExtraFields = &[
    offset_of!(PyBaseExceptionGroupObject, msg),
    offset_of!(PyBaseExceptionGroupObject, excs),
    offset_of!(PyBaseExceptionGroupObject, excs_str),
];

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: the exception is dead.
    unsafe { dealloc_fields(op, FIELDS) }
}
unsafe extern "C" fn traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live exception.
    unsafe { traverse_fields(op, FIELDS, visit, arg) }
}
unsafe extern "C" fn clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live exception.
    unsafe { clear_fields(op, FIELDS) };
    0
}

const fn member(name: &'static core::ffi::CStr, offset: usize, doc: &'static core::ffi::CStr) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: doc.as_ptr(),
    }
}

/// The type `ExceptionGroup`, a heap type with two bases, made at start-up.
pub struct ExceptionGroup;

impl ExceptionGroup {
    /// The type object.
    pub fn class(t: &Thread) -> Owned<PyType> {
        crate::state::object_state(t).exception_group()
    }

    /// Makes the type; called once an interpreter.
    pub fn create(t: &Thread) -> PyResult<Owned<PyType>> {
        let bases = PyTuple::from_slice(t, &[BaseExceptionGroup::class().as_object(), Exception::class().as_object()])?;
        let dict = crate::PyDict::new(t)?;
        dict.set_str(t, name!(t, "__module__"), name!(t, "builtins"))?;
        let class = PyType::class().as_object().call(t, &[name!(t, "ExceptionGroup"), &bases, &dict])?;
        // SAFETY: calling `type` gives a type.
        Ok(unsafe { class.cast_unchecked() })
    }
}

/// What decides which leaves a `split` takes.
enum Condition {
    /// Instances of a type or of types.
    Types(Owned),
    /// A callable.
    Predicate(Owned),
    /// Members of a set of leaf exceptions, by identity.
    Leaves(Vec<*mut PyObject>),
}

impl Condition {
    fn from_arg(t: &Thread, arg: &Object) -> PyResult<Self> {
        if arg.is_callable() && !arg.is_instance_of::<PyType>() {
            return Ok(Self::Predicate(arg.own()));
        }
        let is_exception_type =
            |o: &Object| o.downcast::<PyType>().is_some_and(|ty| ty.flags() & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0);
        if is_exception_type(arg)
            || arg.downcast::<PyTuple>().is_some_and(|tuple| tuple.as_slice().iter().all(|o| is_exception_type(o)))
        {
            return Ok(Self::Types(arg.own()));
        }
        Err(err!(
            t,
            TypeError,
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        ))
    }

    fn matches(&self, t: &Thread, exception: &Object) -> PyResult<bool> {
        match self {
            Self::Types(types) => crate::typeobject::given_exception_matches(t, exception, types),
            Self::Predicate(callable) => callable.call(t, &[exception])?.is_true(t),
            Self::Leaves(leaves) => Ok(leaves.contains(&exception.as_ptr())),
        }
    }
}

struct Split {
    matched: Option<Owned>,
    rest: Option<Owned>,
}

impl BaseExceptionGroup {
    const MEMBERS_LEN: usize = 3;

    fn excs(&self) -> Owned<PyTuple> {
        // SAFETY: a live group; the field is a tuple once `__new__` has run.
        unsafe { field(&raw const (*self.raw()).excs) }
            .and_then(|o| o.into_type::<PyTuple>().ok())
            .unwrap_or_else(|| PyTuple::empty().own())
    }

    fn msg(&self) -> Owned {
        // SAFETY: a live group.
        unsafe { field(&raw const (*self.raw()).msg) }.unwrap_or_else(|| singletons::none().own())
    }

    /// `self.derive(excs)` with the metadata copied.
    fn subset(&self, t: &Thread, excs: Vec<Owned>) -> PyResult<Option<Owned>> {
        if excs.is_empty() {
            return Ok(None);
        }
        let list = PyList::from_vec(t, excs)?;
        let group = self.call_method(t, name!(t, "derive"), &[&list])?;
        if !group.is_instance_of::<Self>() {
            return Err(err!(t, TypeError, "derive must return an instance of BaseExceptionGroup"));
        }
        set_traceback(&group, traceback(self));
        set_context(&group, context(self));
        set_cause(&group, cause(self));
        if let Some(notes) = self.getattr_opt(t, name!(t, "__notes__"))?
            && crate::sequence::is_sequence(&notes)
        {
            let copy = PyList::from_vec(t, crate::iter::to_vec(t, &notes)?)?;
            group.setattr(t, name!(t, "__notes__"), &copy)?;
        }
        Ok(Some(group))
    }

    fn split_by(this: &Object, t: &Thread, condition: &Condition, want_rest: bool) -> PyResult<Split> {
        crate::call::enter_recursive(t, " in exceptiongroup_split_recursive")?;
        if condition.matches(t, this)? {
            return Ok(Split { matched: Some(this.own()), rest: None });
        }
        let Some(group) = this.downcast::<Self>() else {
            return Ok(Split { matched: None, rest: want_rest.then(|| this.own()) });
        };
        let (mut matched, mut rest) = (Vec::new(), Vec::new());
        for exception in group.excs().as_slice() {
            let part = Self::split_by(exception, t, condition, want_rest)?;
            matched.extend(part.matched);
            rest.extend(part.rest);
        }
        Ok(Split { matched: group.subset(t, matched)?, rest: if want_rest { group.subset(t, rest)? } else { None } })
    }

    fn collect_leaves(exception: &Object, out: &mut Vec<*mut PyObject>) {
        match exception.downcast::<Self>() {
            Some(group) => {
                for inner in group.excs().as_slice() {
                    Self::collect_leaves(inner, out);
                }
            }
            None => out.push(exception.as_ptr()),
        }
    }
}

/// A combination of multiple unrelated exceptions.
#[class(
    name = "BaseExceptionGroup", layout, export = _PyExc_BaseExceptionGroup, base = BaseException, flags(BASETYPE, HAVE_GC),
    dealloc = dealloc, traverse = traverse, clear = clear,
    members = [
        member(c"message", offset_of!(PyBaseExceptionGroupObject, msg), c"exception message"),
        member(c"exceptions", offset_of!(PyBaseExceptionGroupObject, excs), c"nested exceptions"),
        PyMemberDef::END,
    ],
)]
impl BaseExceptionGroup {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, arguments: Args<'_>) -> PyResult {
        let [message, exceptions] = arguments.pos else {
            return Err(err!(
                t,
                TypeError,
                "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
                arguments.pos.len()
            ));
        };
        if !message.is_instance_of::<PyStr>() {
            return Err(err!(t, TypeError, "argument 1 must be str, not {}", message.class().name_lossy()));
        }
        if !crate::sequence::is_sequence(exceptions) {
            return Err(err!(t, TypeError, "second argument (exceptions) must be a sequence"));
        }
        let tuple = crate::iter::to_tuple(t, exceptions)?;
        if tuple.len() == 0 {
            return Err(err!(t, ValueError, "second argument (exceptions) must be a non-empty sequence"));
        }
        let mut nested_base = false;
        for (i, exception) in tuple.as_slice().iter().enumerate() {
            if !exception.is_instance_of::<BaseException>() {
                return Err(err!(t, ValueError, "Item {i} of second argument (exceptions) is not an exception"));
            }
            nested_base |= !exception.is_instance_of::<Exception>();
        }
        let mut class = cls.own();
        let group_class = ExceptionGroup::class(t);
        if cls.is(Self::class()) {
            if !nested_base {
                class = group_class;
            }
        } else if cls.is(&group_class) {
            if nested_base {
                return Err(err!(t, TypeError, "Cannot nest BaseExceptions in an ExceptionGroup"));
            }
        } else if nested_base && cls.is_subtype(Exception::class()) {
            return Err(err!(t, TypeError, "Cannot nest BaseExceptions in '{:.200}'", cls.name_lossy()));
        }
        // What is neither list nor tuple may look otherwise later.
        let shown = match exceptions {
            known if known.is_instance_of::<PyList>() || known.is_instance_of::<PyTuple>() => None,
            other => Some(other.repr(t)?.into_object()),
        };
        let group = super::specific::bare(t, &class, PyTuple::from_slice(t, arguments.pos)?)?;
        // SAFETY: a fresh instance of a group type.
        unsafe {
            let raw = group.as_ptr().cast::<PyBaseExceptionGroupObject>();
            replace_field(&raw mut (*raw).msg, Some(message.own()));
            replace_field(&raw mut (*raw).excs, Some(tuple.into_object()));
            replace_field(&raw mut (*raw).excs_str, shown);
        }
        Ok(group)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, arguments: Args<'_>) -> PyResult<()> {
        arguments.no_keywords_of(t, self.class())?;
        let tuple = PyTuple::from_slice(t, arguments.pos)?;
        super::set_args(self, tuple);
        Ok(())
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        let n = self.excs().len();
        let message = self.msg().str(t)?;
        let tail = PyStr::from_str(t, &format!(" ({n} sub-exception{})", if n > 1 { "s" } else { "" }))?;
        message.concat(t, &tail).map(Owned::into_object)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        // SAFETY: a live group; the field is a string or null.
        let saved = unsafe { field(&raw const (*self.raw()).excs_str) }.and_then(|s| s.into_type::<PyStr>().ok());
        // The sequence is shown as it was given: a list as a list, a tuple as a tuple.
        let list = args(self).as_ref().and_then(|a| a.get(1)).is_some_and(|e| e.is_instance_of::<PyList>());
        let shown = match saved {
            Some(saved) => saved,
            None if list => PyList::from_vec(t, crate::call::own_all(self.excs().as_slice()))?.repr(t)?,
            None => self.excs().repr(t)?,
        };
        let message = self.msg().repr(t)?;
        let name = PyStr::from_str(t, &self.class().short_name_lossy())?;
        let lit = |s: &str| PyStr::from_str(t, s);
        PyStr::join_all(t, None, &[name, lit("(")?, message, lit(", ")?, shown, lit(")")?]).map(Owned::into_object)
    }

    #[method]
    fn derive(&self, t: &Thread, excs: &Object) -> PyResult {
        Self::class().call(t, &[&self.msg(), excs])
    }

    #[method]
    fn split(&self, t: &Thread, matcher_value: &Object) -> PyResult {
        let condition = Condition::from_arg(t, matcher_value)?;
        let split = Self::split_by(self, t, &condition, true)?;
        let none = || singletons::none().own();
        PyTuple::from_vec(t, vec![split.matched.unwrap_or_else(none), split.rest.unwrap_or_else(none)])
            .map(Owned::into_object)
    }

    #[method]
    fn subgroup(&self, t: &Thread, matcher_value: &Object) -> PyResult<Option<Owned>> {
        let condition = Condition::from_arg(t, matcher_value)?;
        Ok(Self::split_by(self, t, &condition, false)?.matched)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        crate::state::generic_alias(t, cls, object)
    }
}

/// `CHECK_EG_MATCH`: splits the exception being handled by the types of an `except*` clause.
/// Gives (matching part, rest), either absent.
pub fn exception_group_match(
    t: &Thread,
    exception: &Object,
    types: &Object,
) -> PyResult<(Option<Owned>, Option<Owned>)> {
    if crate::typeobject::given_exception_matches(t, exception, types)? {
        if exception.is_instance_of::<BaseExceptionGroup>() {
            return Ok((Some(exception.own()), None));
        }
        let inner = PyTuple::from_slice(t, &[exception])?;
        let group = BaseExceptionGroup::class().call(t, &[PyStr::empty(), &inner])?;
        set_traceback(&group, traceback(exception));
        return Ok((Some(group), None));
    }
    if let Some(group) = exception.downcast::<BaseExceptionGroup>() {
        let pair = group.call_method(t, name!(t, "split"), &[types])?;
        let Some(pair) = pair.downcast::<PyTuple>() else {
            return Err(err!(
                t,
                TypeError,
                "{:.200}.split must return a tuple, not {:.200}",
                group.class().name_lossy(),
                pair.class().name_lossy()
            ));
        };
        let [matched, rest, ..] = pair.as_slice() else {
            return Err(err!(
                t,
                TypeError,
                "{:.200}.split must return a 2-tuple, got tuple of size {}",
                group.class().name_lossy(),
                pair.len()
            ));
        };
        let some = |o: &Object| (!o.is(singletons::none())).then(|| o.own());
        return Ok((some(matched), some(rest)));
    }
    Ok((None, Some(exception.own())))
}

/// What an `except*` statement re-raises at its end (`_PyExc_PrepReraiseStar`): `None` if nothing is left.
pub fn prep_reraise_star(t: &Thread, original: &Object, excs: &[Owned]) -> PyResult<Option<Owned>> {
    if excs.is_empty() {
        return Ok(None);
    }
    let Some(group) = original.downcast::<BaseExceptionGroup>() else {
        // A naked exception was caught: only one except* clause can have matched.
        return Ok(excs.iter().find(|e| !e.is(singletons::none())).cloned());
    };
    let (mut raised, mut reraised) = (Vec::new(), Vec::new());
    for exception in excs {
        if exception.is(singletons::none()) {
            continue;
        }
        if same_metadata(exception, original) {
            reraised.push(exception.clone());
        } else {
            raised.push(exception.clone());
        }
    }
    let mut leaves = Vec::new();
    for exception in &reraised {
        BaseExceptionGroup::collect_leaves(exception, &mut leaves);
    }
    let kept = if leaves.is_empty() {
        None
    } else {
        BaseExceptionGroup::split_by(group, t, &Condition::Leaves(leaves), false)?.matched
    };
    if raised.is_empty() {
        return Ok(kept);
    }
    raised.extend(kept);
    if raised.len() == 1 {
        return Ok(raised.pop());
    }
    let list = PyList::from_vec(t, raised)?;
    BaseExceptionGroup::class().call(t, &[PyStr::empty(), &list]).map(Some)
}

fn same_metadata(a: &Object, b: &Object) -> bool {
    let same = |x: Option<Owned>, y: Option<Owned>| match (x, y) {
        (None, None) => true,
        (Some(x), Some(y)) => x.is(&y),
        _ => false,
    };
    let notes = |o: &Object| {
        // SAFETY: callers pass exceptions.
        unsafe { field(&raw const (*o.as_ptr().cast::<PyBaseExceptionObject>()).notes) }
    };
    same(notes(a), notes(b))
        && same(traceback(a), traceback(b))
        && same(cause(a), cause(b))
        && same(context(a), context(b))
}
