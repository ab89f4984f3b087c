//! Structure sequences: tuples with named fields, some of which the sequence may not show (`PyStructSequence`).

use core::ffi::{CStr, c_char, c_int, c_void};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};
use taipan_object::abi::slots::*;
use taipan_object::abi::{self, *};
use taipan_object::argparse::{Args, Param, Signature, missing};
use taipan_object::tramp;
use taipan_object::typeobject::StaticHeapType;
use taipan_object::{
    Class, Object, Own, Owned, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Static, Thread, err, errors, iter,
    name, singletons, typeobject, upcast,
};
use taipan_runtime::{gc, refcount};

/// What fields without a name are called; they can be reached by index only.
pub const UNNAMED_FIELD: &str = "unnamed field";

/// How many fields a type has. For types that live for ever it stands before the table of members to which `tp_members`
/// points; so types that C code allocates have it too. Those that die have it in the last entry of that table, which is
/// their own ([`new_heap_type`]).
#[repr(C)]
#[derive(Clone, Copy)]
struct Fields {
    /// All fields.
    count: usize,
    /// How many the sequence shows.
    visible: usize,
}

/// What precedes the members of a type that lives for ever.
#[repr(C)]
struct Table {
    fields: Fields,
    /// The table of members begins here.
    members: [PyMemberDef; 0],
}

/// How many fields the type of an instance has.
#[inline]
fn info(class: &PyType) -> Fields {
    // SAFETY: the slots that call this belong to types of this file alone, which cannot be subclassed: the numbers stand
    // where the comments above say.
    unsafe {
        let members = (*class.as_type_ptr()).tp_members;
        if typeobject::is_native(class.as_type_ptr()) {
            return (*members.cast::<u8>().sub(core::mem::offset_of!(Table, members)).cast::<Table>()).fields;
        }
        let mut end = members;
        while !(*end).name.is_null() {
            end = end.add(1);
        }
        Fields { count: (*end).offset as usize, visible: (*end).flags as usize }
    }
}

/// The names of a type's fields; unnamed ones, which have no members, are `None`.
fn names(class: &PyType) -> impl Iterator<Item = Option<&CStr>> {
    // SAFETY: the table of the live type, in the order of the fields.
    let mut member = unsafe { (*class.as_type_ptr()).tp_members };
    (0..info(class).count).map(move |i| {
        // SAFETY: the last entry, which has no name, is not passed.
        unsafe {
            if (*member).name.is_null() || (*member).offset != field_offset(i) {
                return None;
            }
            let name = CStr::from_ptr((*member).name);
            member = member.add(1);
            Some(name)
        }
    })
}

const ITEMS: usize = core::mem::offset_of!(PyTupleObject, ob_item);

/// Where a field stands in an instance.
const fn field_offset(i: usize) -> isize {
    (ITEMS + i * size_of::<*mut PyObject>()) as isize
}

fn leak(text: &str) -> &'static CStr {
    Box::leak(CString::new(text.replace('\0', " ")).unwrap_or_default().into_boxed_c_str())
}

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: the instance is dead; it has as many items as its type has fields.
    unsafe {
        gc::maybe_untrack(op);
        let ty = (*op).ob_type;
        let items = op.cast::<u8>().add(ITEMS).cast::<*mut PyObject>();
        for i in 0..info(&*ty.cast::<PyType>()).count {
            refcount::xdecref(*items.add(i));
        }
        typeobject::free_instance(op, ty);
        if !typeobject::is_native(ty) {
            refcount::decref(ty.cast());
        }
    }
}

unsafe extern "C" fn traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live instance; it has as many items as its type has fields.
    unsafe {
        let items = op.cast::<u8>().add(ITEMS).cast::<*mut PyObject>();
        if !typeobject::is_native((*op).ob_type) {
            let result = visit((*op).ob_type.cast(), arg);
            if result != 0 {
                return result;
            }
        }
        for i in 0..info(&*(*op).ob_type.cast::<PyType>()).count {
            let item = *items.add(i);
            if !item.is_null() {
                let result = visit(item, arg);
                if result != 0 {
                    return result;
                }
            }
        }
    }
    0
}

const NEW: Signature = Signature {
    fname: "structseq",
    params: &[Param { name: "sequence", required: true }, Param { name: "dict", required: false }],
    pos_only: 0,
    positional: 2,
    varargs: false,
    varkw: false,
};

struct New;
impl tramp::New for New {
    fn call(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let mut slots = [None; 2];
        args.parse(t, &NEW, &mut slots)?;
        let sequence = slots[0].ok_or_else(|| missing(t))?;
        let items = iter::fast_vec(t, sequence, "constructor requires a sequence")?;
        let dict = match slots[1] {
            None => None,
            Some(dict) => match dict.downcast::<PyDict>() {
                Some(dict) => Some(dict),
                None => {
                    return Err(err!(t, TypeError, "{:.500}() takes a dict as second arg, if any", class.name_lossy()));
                }
            },
        };
        let of = info(class);
        let (min, max, given) = (of.visible, of.count, items.len());
        if min != max {
            if given < min {
                return Err(err!(
                    t,
                    TypeError,
                    "{:.500}() takes an at least {min}-sequence ({given}-sequence given)",
                    class.name_lossy()
                ));
            }
            if given > max {
                return Err(err!(
                    t,
                    TypeError,
                    "{:.500}() takes an at most {max}-sequence ({given}-sequence given)",
                    class.name_lossy()
                ));
            }
        } else if given != min {
            return Err(err!(
                t,
                TypeError,
                "{:.500}() takes a {min}-sequence ({given}-sequence given)",
                class.name_lossy()
            ));
        }
        let mut items = items;
        let mut used = 0;
        for field in names(class).skip(given) {
            let found = match (dict, field) {
                (Some(dict), Some(field)) => {
                    let name = PyStr::from_str(t, &field.to_string_lossy())?;
                    dict.get_item(t, &name)?
                }
                _ => None,
            };
            used += usize::from(found.is_some());
            items.push(found.unwrap_or_else(|| singletons::none().own()));
        }
        if dict.is_some_and(|dict| dict.len() > used) {
            return Err(err!(t, TypeError, "{:.500}() got duplicate or unexpected field name(s)", class.name_lossy()));
        }
        new(t, class, items)
    }
}

/// Every field of an instance, shown or not.
fn all_items(this: &PyTuple) -> Vec<Owned> {
    let n = info(upcast(this).class()).count;
    // SAFETY: an instance has as many items as its type has fields.
    unsafe {
        let items = this.items_ptr();
        (0..n).map(|i| Object::from_ptr_opt(*items.add(i)).map_or_else(|| singletons::none().own(), Own::own)).collect()
    }
}

struct Repr;
impl tramp::Unary for Repr {
    type This = PyTuple;
    fn call(this: &PyTuple, t: &Thread) -> PyResult {
        let class = upcast(this).class();
        let mut parts = Vec::new();
        // The items go by the names of the members in turn, as in CPython: where fields in between have no name,
        // `os.stat_result` shows its whole seconds under the names of the exact ones.
        let mut named = names(class).flatten();
        for (i, item) in this.as_slice().iter().enumerate() {
            let Some(name) = named.next() else {
                let class = class.name_lossy();
                let text = "In structseq_repr(), member";
                return Err(err!(t, SystemError, "{text} {i} name is NULL for type {class:.500}"));
            };
            let name = PyStr::from_str(t, &format!("{}=", name.to_string_lossy()))?;
            parts.push(name.concat(t, &*item.repr(t)?)?);
        }
        let open = PyStr::from_str(t, &format!("{}(", class.name_lossy()))?;
        let inner = PyStr::join_all(t, Some(name!(t, ", ")), &parts)?;
        PyStr::concat_all(t, &[&open, &inner, PyStr::latin1_char(b')')]).map(Owned::into_object)
    }
}

struct Reduce;
impl tramp::NoArgs for Reduce {
    type This = PyTuple;
    fn call(this: &PyTuple, t: &Thread) -> PyResult {
        let class = upcast(this).class();
        let of = info(class);
        let mut items = all_items(this);
        let hidden = items.split_off(of.visible);
        let dict = PyDict::new(t)?;
        for (field, item) in names(class).skip(of.visible).zip(hidden) {
            if let Some(field) = field {
                let name = PyStr::intern_str(t, &field.to_string_lossy())?;
                dict.set_item(t, &name, &item)?;
            }
        }
        let args = PyTuple::from_vec(t, vec![PyTuple::from_vec(t, items)?.into_object(), dict.into_object()])?;
        PyTuple::from_vec(t, vec![class.as_object().own(), args.into_object()]).map(Owned::into_object)
    }
}

struct Replace;
impl tramp::FastKeywords for Replace {
    type This = PyTuple;
    fn call(this: &PyTuple, t: &Thread, args: Args<'_>) -> PyResult {
        if !args.pos.is_empty() {
            return Err(err!(t, TypeError, "__replace__() takes no positional arguments"));
        }
        let class = upcast(this).class();
        if names(class).any(|field| field.is_none()) {
            return Err(err!(
                t,
                TypeError,
                "__replace__() is not supported for {:.500} because it has unnamed field(s)",
                class.name_lossy()
            ));
        }
        let mut items = all_items(this);
        let mut unexpected = Vec::new();
        args.for_each_keyword(t, |name, value| {
            let at = name.downcast::<PyStr>().and_then(|name| {
                names(class).position(|field| field.is_some_and(|f| f.to_str().is_ok_and(|f| name.eq_str(f))))
            });
            match at {
                Some(at) => items[at] = value.own(),
                None => unexpected.push(name.own()),
            }
            Ok(())
        })?;
        if !unexpected.is_empty() {
            let names = taipan_object::PyList::from_vec(t, unexpected)?.repr(t)?;
            return Err(err!(t, TypeError, "Got unexpected field name(s): {}", names.to_string_lossy()));
        }
        new(t, class, items)
    }
}

static METHODS: Static<[PyMethodDef; 3]> = Static::new([
    tramp::no_args::<Reduce>(c"__reduce__", c"", 0),
    tramp::fast_keywords::<Replace>(
        c"__replace__",
        c"__replace__($self, /, **changes)\n--\n\nReturn a copy of the structure with new values for the specified fields.",
        0,
    ),
    PyMethodDef::END,
]);

/// The type of a name: like other native types it is the same in all interpreters, and made once.
fn shared(t: &Thread, name: &str, make: impl FnOnce() -> PyResult<Owned<PyType>>) -> PyResult<Owned<PyType>> {
    /// Addresses of types, by name.
    static MADE: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());
    let made = || MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let known = made().get(name).copied();
    if let Some(known) = known {
        // SAFETY: these types live for ever.
        return Ok(unsafe { PyType::from_type_ptr(known as *mut PyTypeObject) }.own());
    }
    typeobject::share::exclusively(|| {
        if let Some(&known) = made().get(name) {
            // SAFETY: as above.
            return Ok(unsafe { PyType::from_type_ptr(known as *mut PyTypeObject) }.own());
        }
        let class = make()?;
        typeobject::share::complete(t, &class)?;
        made().insert(name.to_owned(), class.as_type_ptr() as usize);
        Ok(class)
    })
}

/// A structure sequence type of a library module: its fields have a name and a docstring, and the sequence shows the first
/// `n_in_sequence`.
pub fn new_type(
    t: &Thread,
    name: &str,
    doc: &str,
    fields: &[(&str, &str)],
    n_in_sequence: usize,
) -> PyResult<Owned<PyType>> {
    shared(t, name, || {
        let made = Box::leak(Box::new(StaticHeapType::new(described(name, doc, Py_TPFLAGS_HEAPTYPE))));
        // SAFETY: the type lives for ever.
        unsafe { fill_type(t, StaticHeapType::type_ptr(&raw mut *made), fields, n_in_sequence, true) }
    })
}

/// A type that dies when nobody uses it, another one with each call (`PyStructSequence_NewType`): its fields have a name,
/// or null if unnamed, and a docstring or null. Its flags are those given, and those of all such types.
///
/// # Safety
/// The texts end with zeros; those of the fields live as long as the type.
pub unsafe fn new_heap_type(
    t: &Thread,
    name: *const c_char,
    doc: *const c_char,
    fields: &[(*const c_char, *const c_char)],
    n_in_sequence: usize,
    flags: u64,
) -> PyResult<Owned<PyType>> {
    let visible = n_in_sequence.min(fields.len());
    let mut members: Vec<PyMemberDef> = (0..)
        .zip(fields)
        .filter(|(_, (name, _))| !name.is_null())
        .map(|(i, &(name, doc))| PyMemberDef {
            name,
            r#type: _Py_T_OBJECT,
            offset: field_offset(i),
            flags: Py_READONLY,
            doc,
        })
        .collect();
    let named = members.len();
    members.push(PyMemberDef::END);
    let slot = |slot, pfunc| PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(Py_tp_base, PyTuple::TYPE.cast()),
        slot(Py_tp_dealloc, dealloc as *mut c_void),
        slot(Py_tp_traverse, traverse as *mut c_void),
        slot(Py_tp_repr, tramp::unary::<Repr> as *mut c_void),
        slot(Py_tp_new, tramp::new::<New> as *mut c_void),
        slot(Py_tp_methods, METHODS.get().cast()),
        slot(Py_tp_members, members.as_mut_ptr().cast()),
        slot(Py_tp_doc, doc.cast_mut().cast()),
        slot(0, core::ptr::null_mut()),
    ];
    let mut spec = PyType_Spec {
        name,
        basicsize: (ITEMS + (fields.len() - visible) * 8) as c_int,
        itemsize: 8,
        flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | flags) as core::ffi::c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: a complete specification; behind the type it has a copy of the members, whose last entry is nobody else's.
    let class = unsafe {
        let class = typeobject::spec::from_spec(t, None, None, &raw mut spec, None)?;
        let ty = class.as_type_ptr();
        (*ty).tp_members = ty.cast::<u8>().offset((*PyType::TYPE).tp_basicsize).cast();
        let end = (*ty).tp_members.add(named);
        (*end).offset = fields.len() as isize;
        (*end).flags = visible as c_int;
        class
    };
    describe(t, &class)?;
    Ok(class)
}

/// As [`new_type`] for a type that Python code cannot make instances of, such as `sys.flags`.
pub fn new_sealed_type(
    t: &Thread,
    name: &str,
    doc: &str,
    fields: &[(&str, &str)],
    n_in_sequence: usize,
) -> PyResult<Owned<PyType>> {
    make_static_type(t, name, doc, fields, n_in_sequence, false)
}

/// As [`new_type`] for a static type, as those of the interpreter itself are.
pub fn new_static_type(
    t: &Thread,
    name: &str,
    doc: &str,
    fields: &[(&str, &str)],
    n_in_sequence: usize,
) -> PyResult<Owned<PyType>> {
    make_static_type(t, name, doc, fields, n_in_sequence, true)
}

fn described(name: &str, doc: &str, flags: u64) -> PyTypeObject {
    let mut ty = PyTypeObject::EMPTY;
    ty.ob_base.ob_base.ob_type = taipan_object::type_type_ptr();
    ty.tp_name = leak(name).as_ptr();
    ty.tp_doc = if doc.is_empty() { core::ptr::null() } else { leak(doc).as_ptr() };
    ty.tp_flags = flags;
    ty
}

fn make_static_type(
    t: &Thread,
    name: &str,
    doc: &str,
    fields: &[(&str, &str)],
    n_in_sequence: usize,
    instantiable: bool,
) -> PyResult<Owned<PyType>> {
    shared(t, name, || {
        let flags = abi::_Py_TPFLAGS_STATIC_BUILTIN | Py_TPFLAGS_IMMUTABLETYPE;
        let made: &'static mut PyTypeObject = Box::leak(Box::new(described(name, doc, flags)));
        // SAFETY: the type lives for ever.
        unsafe { fill_type(t, &raw mut *made, fields, n_in_sequence, instantiable) }
    })
}

/// Makes a static type of C code one of structure sequences (`PyStructSequence_InitType2`).
///
/// # Safety
/// The type and the strings live for ever; the type is not in use.
pub unsafe fn init_type(
    t: &Thread,
    ty: *mut PyTypeObject,
    name: *const core::ffi::c_char,
    doc: *const core::ffi::c_char,
    fields: &[(&str, &str)],
    n_in_sequence: usize,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*ty).tp_flags & Py_TPFLAGS_READY != 0 {
            return Err(errors::bad_internal_call(t));
        }
        *ty = PyTypeObject::EMPTY;
        (*ty).ob_base.ob_base.ob_type = taipan_object::type_type_ptr();
        (*ty).tp_name = name;
        (*ty).tp_doc = doc;
        fill_type(t, ty, fields, n_in_sequence, true).map(|_| ())
    }
}

/// The slots and members of a type, and its attributes.
///
/// # Safety
/// The type lives for ever and has a name.
unsafe fn fill_type(
    t: &Thread,
    ty: *mut PyTypeObject,
    fields: &[(&str, &str)],
    n_in_sequence: usize,
    instantiable: bool,
) -> PyResult<Owned<PyType>> {
    let visible = n_in_sequence.min(fields.len());
    let mut members = Vec::new();
    for (i, (field, field_doc)) in fields.iter().enumerate() {
        if field.is_empty() || *field == UNNAMED_FIELD {
            continue;
        }
        members.push(PyMemberDef {
            name: leak(field).as_ptr(),
            r#type: _Py_T_OBJECT,
            offset: field_offset(i),
            flags: Py_READONLY,
            doc: if field_doc.is_empty() { core::ptr::null() } else { leak(field_doc).as_ptr() },
        });
    }
    members.push(PyMemberDef::END);
    let size = size_of::<Table>() + members.len() * size_of::<PyMemberDef>();
    let block = taipan_runtime::mem::alloc(size);
    if block.is_null() {
        return Err(errors::no_memory(t));
    }
    // SAFETY: a fresh block with room for the structure and the members; the caller's promise for the type.
    let class = unsafe {
        block.cast::<Table>().write(Table { fields: Fields { count: fields.len(), visible }, members: [] });
        let place = block.add(core::mem::offset_of!(Table, members)).cast::<PyMemberDef>();
        core::ptr::copy_nonoverlapping(members.as_ptr(), place, members.len());
        (*ty).tp_members = place;
        // Hidden fields count as part of the fixed size: the items are those that the sequence shows.
        (*ty).tp_basicsize = (ITEMS + (fields.len() - visible) * 8) as isize;
        (*ty).tp_itemsize = 8;
        (*ty).tp_flags |= Py_TPFLAGS_HAVE_GC;
        if !instantiable {
            (*ty).tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
        }
        (*ty).tp_base = PyTuple::TYPE;
        (*ty).tp_dealloc = Some(dealloc);
        (*ty).tp_traverse = Some(traverse);
        (*ty).tp_repr = Some(tramp::unary::<Repr>);
        if instantiable {
            (*ty).tp_new = Some(tramp::new::<New>);
        }
        (*ty).tp_methods = METHODS.get().cast();
        PyType::from_type_ptr(ty)
    };
    typeobject::ready(t, class)?;
    describe(t, class)?;
    Ok(class.own())
}

/// The attributes of a type that say what fields it has.
fn describe(t: &Thread, class: &PyType) -> PyResult<()> {
    let Some(dict) = class.dict() else { return Ok(()) };
    let of = info(class);
    let number = |n: usize| PyInt::from_u64(t, n as u64).map(Owned::into_object);
    dict.set_str(t, name!(t, "n_sequence_fields"), &*number(of.visible)?)?;
    dict.set_str(t, name!(t, "n_fields"), &*number(of.count)?)?;
    dict.set_str(t, name!(t, "n_unnamed_fields"), &*number(names(class).filter(Option::is_none).count())?)?;
    let shown: Vec<Owned> = names(class)
        .take(of.visible)
        .flatten()
        .map(|name| PyStr::intern_str(t, &name.to_string_lossy()).map(Owned::into_object))
        .collect::<PyResult<_>>()?;
    dict.set_str(t, name!(t, "__match_args__"), &*PyTuple::from_vec(t, shown)?)
}

/// An instance whose items are all null, which its maker fills in (`PyStructSequence_New`).
pub fn new_empty(t: &Thread, class: &PyType) -> PyResult<Owned> {
    // SAFETY: plain field of a live type.
    if unsafe { (*class.as_type_ptr()).tp_dealloc.map(|f| f as usize) } != Some(dealloc as *const () as usize) {
        return Err(errors::bad_internal_call(t));
    }
    let of = info(class);
    let made = class.alloc(t, of.visible)?;
    // SAFETY: a fresh zeroed instance.
    unsafe {
        let raw = made.as_ptr().cast::<PyTupleObject>();
        (*raw).ob_hash = -1;
        (*raw).ob_base.ob_size = of.visible as isize;
    }
    Ok(made)
}

/// An instance; missing items are `None`.
pub fn new(t: &Thread, class: &PyType, items: Vec<Owned>) -> PyResult<Owned> {
    // SAFETY: plain field of a live type.
    if unsafe { (*class.as_type_ptr()).tp_dealloc.map(|f| f as usize) } != Some(dealloc as *const () as usize) {
        return Err(errors::bad_internal_call(t));
    }
    let of = info(class);
    let made = class.alloc(t, of.visible)?;
    // SAFETY: a fresh zeroed instance with room for all fields; the sequence shows the first ones.
    unsafe {
        let raw = made.as_ptr().cast::<PyTupleObject>();
        (*raw).ob_hash = -1;
        let slots = made.as_ptr().cast::<u8>().add(ITEMS).cast::<*mut PyObject>();
        let mut items = items.into_iter();
        for i in 0..of.count {
            *slots.add(i) = items.next().unwrap_or_else(|| singletons::none().own()).into_ptr();
        }
        (*raw).ob_base.ob_size = of.visible as isize;
    }
    Ok(made)
}
