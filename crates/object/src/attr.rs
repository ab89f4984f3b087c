//! Attribute access: `getattr`, generic lookup, method lookup without binding, instance dictionaries.

use crate::dict::PyDict;
use crate::dict::keys::{DictKeys, DictValues};
use crate::handle::{Class, Object, Own, Owned, PyResult, Raised};
use crate::{PyModule, PyStr, PyType, err, errors, exceptions, name, singletons};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, refcount};

impl Object {
    /// `getattr(self, name)` (`PyObject_GetAttr`).
    #[inline]
    pub fn getattr(&self, t: &Thread, name: &Self) -> PyResult {
        let Some(text) = name.downcast::<PyStr>() else {
            return Err(name_type_error(t, name));
        };
        // SAFETY: slots of the object's type.
        unsafe {
            let ty = self.class().as_type_ptr();
            let Some(slot) = (*ty).tp_getattro else { return getattr_by_c_name(t, self, text) };
            let result = slot(self.as_ptr(), name.as_ptr());
            if result.is_null() {
                return Err(with_context(t, self, name));
            }
            Ok(Owned::from_ptr(result))
        }
    }

    /// As [`Object::getattr`], but a missing attribute is `None` instead of `AttributeError`.
    #[inline]
    pub fn getattr_opt(&self, t: &Thread, name: &PyStr) -> PyResult<Option<Owned>> {
        // SAFETY: plain field of a live type.
        let slot = unsafe { (*self.class().as_type_ptr()).tp_getattro };
        if slot.is_some_and(is_generic_getattr) {
            let found = generic_attr::<true>(t, self, name);
            if found.is_null() && errors::occurred(t) {
                return Err(Raised::assume());
            }
            // SAFETY: a new reference or null.
            return Ok(unsafe { Owned::from_ptr_opt(found) });
        }
        // An error that nobody will see is not worded.
        // SAFETY: static types; who has the slot of one has its layout.
        unsafe {
            if is_same_slot(slot, (*PyType::TYPE).tp_getattro) {
                return match crate::typeobject::class::type_getattro(t, self.cast_unchecked(), name) {
                    Err(raised) if !errors::matches::<exceptions::AttributeError>(t) => Err(raised),
                    Err(_) => {
                        errors::clear(t);
                        Ok(None)
                    }
                    found => found,
                };
            }
            if is_same_slot(slot, (*PyModule::TYPE).tp_getattro) {
                return crate::module::module_getattr_opt(t, self.cast_unchecked(), name);
            }
        }
        errors::catch::<exceptions::AttributeError, _>(t, self.getattr(t, name))
    }

    /// `hasattr(self, name)`.
    pub fn hasattr(&self, t: &Thread, name: &PyStr) -> PyResult<bool> {
        Ok(self.getattr_opt(t, name)?.is_some())
    }

    /// `setattr(self, name, value)`.
    pub fn setattr(&self, t: &Thread, name: &Self, value: &Self) -> PyResult<()> {
        self.assign_attr(t, name, Some(value))
    }

    /// `delattr(self, name)`.
    pub fn delattr(&self, t: &Thread, name: &Self) -> PyResult<()> {
        self.assign_attr(t, name, None)
    }

    /// Sets or deletes an attribute (`PyObject_SetAttr`).
    pub fn assign_attr(&self, t: &Thread, name: &Self, value: Option<&Self>) -> PyResult<()> {
        let Some(text) = name.downcast::<PyStr>() else {
            return Err(name_type_error(t, name));
        };
        if text.is_interned() {
            return assign_interned(t, self, text, value);
        }
        intern_and_assign(t, self, text, value)
    }
}

#[inline(always)]
fn is_same_slot(a: Option<getattrofunc>, b: Option<getattrofunc>) -> bool {
    a.map(|slot| slot as usize) == b.map(|slot| slot as usize)
}

/// Assigns to an attribute whose name need not be interned (any more).
#[inline(always)]
fn assign_interned(t: &Thread, object: &Object, text: &PyStr, value: Option<&Object>) -> PyResult<()> {
    // SAFETY: slots of the object's type.
    unsafe {
        let ty = object.class().as_type_ptr();
        let v = value.map_or(core::ptr::null_mut(), Object::as_ptr);
        let Some(slot) = (*ty).tp_setattro else { return assign_by_c_name(t, object, text, value) };
        if slot(object.as_ptr(), text.as_ptr(), v) < 0 { Err(Raised::assume()) } else { Ok(()) }
    }
}

#[cold]
#[inline(never)]
fn intern_and_assign(t: &Thread, object: &Object, text: &PyStr, value: Option<&Object>) -> PyResult<()> {
    let text = PyStr::interned(text.own());
    assign_interned(t, object, &text, value)
}

/// Assigns through `tp_setattr`, which takes a C string.
#[cold]
#[inline(never)]
fn assign_by_c_name(t: &Thread, object: &Object, text: &PyStr, value: Option<&Object>) -> PyResult<()> {
    // SAFETY: slots of the object's type.
    unsafe {
        let ty = object.class().as_type_ptr();
        let Some(slot) = (*ty).tp_setattr else {
            let what = if value.is_some() { "assign to" } else { "del" };
            let kind = if (*ty).tp_getattr.is_none() && (*ty).tp_getattro.is_none() {
                "has no attributes"
            } else {
                "has only read-only attributes"
            };
            return Err(err!(
                t,
                TypeError,
                "'{:.100}' object {kind} ({what} .{})",
                object.class().name_lossy(),
                text.display()
            ));
        };
        let c = c_name(t, text)?;
        let v = value.map_or(core::ptr::null_mut(), Object::as_ptr);
        if slot(object.as_ptr(), c.as_ptr().cast_mut(), v) < 0 { Err(Raised::assume()) } else { Ok(()) }
    }
}

/// Reads through `tp_getattr`, which takes a C string.
#[cold]
#[inline(never)]
fn getattr_by_c_name(t: &Thread, object: &Object, text: &PyStr) -> PyResult {
    // SAFETY: a slot of the object's type.
    let result = unsafe {
        match (*object.class().as_type_ptr()).tp_getattr {
            Some(slot) => {
                let c = c_name(t, text)?;
                Owned::from_result(slot(object.as_ptr(), c.as_ptr().cast_mut()))
            }
            None => Err(no_attribute(t, object, text)),
        }
    };
    result.map_err(|_| with_context(t, object, text))
}

/// Names object and attribute in an `AttributeError` in flight.
#[cold]
#[inline(never)]
fn with_context(t: &Thread, object: &Object, name: &Object) -> Raised {
    exceptions::add_attribute_context(t, object, name);
    Raised::assume()
}

fn c_name(t: &Thread, text: &PyStr) -> PyResult<std::ffi::CString> {
    std::ffi::CString::new(text.to_utf8(t)?).map_err(|_| err!(t, ValueError, "embedded null character"))
}

#[cold]
fn name_type_error(t: &Thread, name: &Object) -> Raised {
    err!(t, TypeError, "attribute name must be string, not '{:.200}'", name.class().name_lossy())
}

/// Whether a slot is `PyObject_GenericGetAttr`.
#[inline(always)]
pub fn is_generic_getattr(slot: getattrofunc) -> bool {
    slot as usize == generic_getattr_slot as *const () as usize
}

/// Whether instances store attributes by `PyObject_GenericSetAttr`.
pub fn stores_attributes_generically(class: &PyType) -> bool {
    // SAFETY: plain field of a live type.
    let slot = unsafe { (*class.as_type_ptr()).tp_setattro };
    slot.is_some_and(|s| s as usize == generic_setattr_slot as *const () as usize)
}

/// `PyObject_GenericGetAttr` as a slot.
#[unsafe(export_name = "PyObject_GenericGetAttr")]
pub unsafe extern "C" fn generic_getattr_slot(op: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: called as a slot, with the GIL held.
    unsafe {
        let t = taipan_runtime::thread::current();
        match Object::from_ptr(name).downcast::<PyStr>() {
            Some(text) => generic_attr::<false>(t, Object::from_ptr(op), text),
            None => {
                let _ = name_type_error(t, Object::from_ptr(name));
                core::ptr::null_mut()
            }
        }
    }
}

/// `PyObject_GenericSetAttr` as a slot.
#[unsafe(export_name = "PyObject_GenericSetAttr")]
pub unsafe extern "C" fn generic_setattr_slot(
    op: *mut PyObject,
    name: *mut PyObject,
    value: *mut PyObject,
) -> core::ffi::c_int {
    // SAFETY: called as a slot, with the GIL held; the structures belong to the object, and no Python code runs until
    // its value is in place.
    unsafe {
        let t = taipan_runtime::thread::current();
        let object = Object::from_ptr(op);
        if let Some(text) = Object::from_ptr(name).downcast_exact::<PyStr>()
            && !value.is_null()
        {
            let descriptor = object.class().lookup_raw(t, text);
            let flags = object.class().flags();
            if (descriptor.is_null() || (*(*descriptor).ob_type).tp_descr_set.is_none())
                && flags & Py_TPFLAGS_INLINE_VALUES != 0
                && (*managed_dict_slot(object)).is_null()
            {
                let values = inline_values(object);
                if !values.is_null() {
                    let ix = DictKeys::lookup_unicode(cached_keys(object), name, text.hash());
                    if ix >= 0 {
                        let slot = DictValues::slot(values, ix as usize);
                        let old = *slot;
                        refcount::incref(value);
                        *slot = value;
                        if old.is_null() {
                            DictValues::push_order(values, ix as usize);
                        } else {
                            refcount::decref(old);
                        }
                        return 0;
                    }
                }
            }
        }
        match generic_setattr(t, object, Object::from_ptr(name), Object::from_ptr_opt(value)) {
            Ok(()) => 0,
            Err(_) => -1,
        }
    }
}

/// The attribute by generic lookup: a new reference, or null with an exception. With `SUPPRESS`, null without an exception
/// if there is none. What decides in most cases is looked at without counting references; everything else is left to
/// [`generic_getattr_with_dict`].
#[inline(always)]
fn generic_attr<const SUPPRESS: bool>(t: &Thread, object: &Object, name: &PyStr) -> *mut PyObject {
    // SAFETY: no Python code runs between the look-ups, whose results are borrowed: the keys compared are exact `str`.
    unsafe {
        if !crate::dict::keys::is_exact_str(name) {
            return generic_attr_slowly(t, object, name, SUPPRESS);
        }
        let ty = object.class().as_type_ptr();
        let descriptor = object.class().lookup_raw(t, name);
        let mut getter = None;
        if !descriptor.is_null() {
            let dt = (*descriptor).ob_type;
            getter = (*dt).tp_descr_get;
            if let Some(get) = getter
                && (*dt).tp_descr_set.is_some()
            {
                return call_getter::<SUPPRESS>(t, get, descriptor, object);
            }
        }
        let dict = if (*ty).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            let dict = *managed_dict_slot(object);
            if dict.is_null() {
                let values = inline_values(object);
                if !values.is_null() {
                    let ix = DictKeys::lookup_unicode(cached_keys(object), name.as_ptr(), name.hash());
                    if ix >= 0 {
                        let value = *DictValues::slot(values, ix as usize);
                        if !value.is_null() {
                            refcount::incref(value);
                            return value;
                        }
                    }
                }
            }
            dict
        } else if (*ty).tp_dictoffset != 0 {
            *dict_slot(object)
        } else {
            core::ptr::null_mut()
        };
        if !dict.is_null() {
            let dict: &PyDict = Object::from_ptr(dict).cast_unchecked();
            if !dict.has_str_keys_only() {
                return generic_attr_slowly(t, object, name, SUPPRESS);
            }
            let (_, value) = dict.lookup(t, name, name.hash());
            if !value.is_null() {
                refcount::incref(value);
                return value;
            }
        }
        if let Some(get) = getter {
            return call_getter::<SUPPRESS>(t, get, descriptor, object);
        }
        if !descriptor.is_null() {
            refcount::incref(descriptor);
        } else if !SUPPRESS {
            let _ = no_attribute(t, object, name);
        }
        descriptor
    }
}

/// Calls the getter of a descriptor found on the object's type; the result is that of [`generic_attr`].
#[inline(always)]
unsafe fn call_getter<const SUPPRESS: bool>(
    t: &Thread,
    get: descrgetfunc,
    descriptor: *mut PyObject,
    object: &Object,
) -> *mut PyObject {
    // SAFETY: a slot of the descriptor's type; the descriptor is kept alive meanwhile.
    unsafe {
        refcount::incref(descriptor);
        let value = get(descriptor, object.as_ptr(), object.class().as_object().as_ptr());
        refcount::decref(descriptor);
        if SUPPRESS && value.is_null() {
            forget_attribute_error(t);
        }
        value
    }
}

/// Drops an `AttributeError` in flight. Native getters may also fail without an exception, which counts as absence too,
/// as in `_PyObject_GenericGetAttrWithDict`: protobuf's rely on it.
#[cold]
#[inline(never)]
fn forget_attribute_error(t: &Thread) {
    if errors::matches::<exceptions::AttributeError>(t) {
        errors::clear(t);
    }
}

#[cold]
#[inline(never)]
fn generic_attr_slowly(t: &Thread, object: &Object, name: &PyStr, suppress: bool) -> *mut PyObject {
    match generic_getattr_with_dict(t, object, name, None, suppress) {
        Ok(Some(value)) => value.into_ptr(),
        Ok(None) => {
            if !suppress {
                let _ = no_attribute(t, object, name);
            }
            core::ptr::null_mut()
        }
        Err(_) => core::ptr::null_mut(),
    }
}

/// "'X' object has no attribute 'y'", with `name` and `obj` for suggestions.
#[cold]
pub fn no_attribute(t: &Thread, object: &Object, name: &PyStr) -> Raised {
    exceptions::attribute_error(
        t,
        object,
        name,
        format_args!("'{:.100}' object has no attribute '{}'", object.class().name_lossy(), name.display()),
    )
}

/// The inline values of an instance whose type has them, if they are in use.
#[inline(always)]
pub fn inline_values(object: &Object) -> *mut DictValues {
    // SAFETY: instances of such types end in their values.
    unsafe {
        let ty = object.class().as_type_ptr();
        if (*ty).tp_flags & Py_TPFLAGS_INLINE_VALUES == 0 {
            return core::ptr::null_mut();
        }
        let values = object.as_ptr().cast::<u8>().offset((*ty).tp_basicsize).cast::<DictValues>();
        if (*values).valid != 0 { values } else { core::ptr::null_mut() }
    }
}

/// The word before the object that holds its dictionary (types with a managed dictionary).
#[inline(always)]
pub fn managed_dict_slot(object: &Object) -> *mut *mut PyObject {
    // SAFETY: the pre-header of such types has the word.
    unsafe { object.as_ptr().cast::<*mut PyObject>().sub(3) }
}

/// The shared keys of an instance's type.
#[inline(always)]
pub fn cached_keys(object: &Object) -> *mut DictKeys {
    // SAFETY: types with inline values are heap types.
    unsafe { (*object.class().as_type_ptr().cast::<PyHeapTypeObject>()).ht_cached_keys.cast() }
}

/// The address of the pointer to an instance's dictionary (`_PyObject_ComputedDictPointer`); null if it has none or if
/// the dictionary is managed.
#[inline]
pub fn dict_slot(object: &Object) -> *mut *mut PyObject {
    // SAFETY: the offset belongs to the object's type.
    unsafe {
        let ty = object.class().as_type_ptr();
        let mut offset = (*ty).tp_dictoffset;
        if offset == 0 || (*ty).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            return core::ptr::null_mut();
        }
        if offset < 0 {
            let n = (*object.as_ptr().cast::<PyVarObject>()).ob_size.unsigned_abs();
            let size = ((*ty).tp_basicsize as usize + n * (*ty).tp_itemsize as usize).next_multiple_of(8);
            offset += size as isize;
        }
        object.as_ptr().cast::<u8>().offset(offset).cast()
    }
}

/// The instance dictionary if there is one already.
pub fn existing_dict(object: &Object) -> Option<Owned<PyDict>> {
    // SAFETY: the slots hold dictionaries or null.
    unsafe {
        let slot = if object.class().flags() & Py_TPFLAGS_MANAGED_DICT != 0 {
            managed_dict_slot(object)
        } else {
            dict_slot(object)
        };
        if slot.is_null() || (*slot).is_null() {
            return None;
        }
        Some(Object::from_ptr(*slot).cast_unchecked::<PyDict>().own())
    }
}

/// The instance dictionary, made if need be; `None` if the type has none.
pub fn instance_dict(t: &Thread, object: &Object) -> PyResult<Option<Owned<PyDict>>> {
    if let Some(dict) = existing_dict(object) {
        return Ok(Some(dict));
    }
    // SAFETY: the slots hold dictionaries or null.
    unsafe {
        if object.class().flags() & Py_TPFLAGS_MANAGED_DICT != 0 {
            let values = inline_values(object);
            let dict = if values.is_null() {
                PyDict::new(t)?
            } else {
                PyDict::from_inline_values(t, cached_keys(object), values)?
            };
            *managed_dict_slot(object) = dict.clone().into_object().into_ptr();
            return Ok(Some(dict));
        }
        let slot = dict_slot(object);
        if slot.is_null() {
            return Ok(None);
        }
        let dict = PyDict::new(t)?;
        *slot = dict.clone().into_object().into_ptr();
        Ok(Some(dict))
    }
}

/// Whether instances of the object's type have a dictionary.
#[inline]
pub fn has_dict(object: &Object) -> bool {
    // SAFETY: plain field of a live type.
    unsafe { (*object.class().as_type_ptr()).tp_dictoffset != 0 }
}

/// An attribute from the instance alone (inline values or dictionary).
#[inline]
pub fn instance_attr(t: &Thread, object: &Object, name: &PyStr) -> PyResult<Option<Owned>> {
    // SAFETY: the structures belong to the object.
    unsafe {
        let flags = object.class().flags();
        if flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            let dict = *managed_dict_slot(object);
            if dict.is_null() {
                let values = inline_values(object);
                if values.is_null() {
                    return Ok(None);
                }
                if !crate::dict::keys::is_exact_str(name) {
                    return match instance_dict(t, object)? {
                        Some(dict) => dict.get_item(t, name),
                        None => Ok(None),
                    };
                }
                let keys = cached_keys(object);
                let ix = DictKeys::lookup_unicode(keys, name.as_ptr(), name.hash());
                if ix < 0 {
                    return Ok(None);
                }
                return Ok(Object::from_ptr_opt(*DictValues::slot(values, ix as usize)).map(Own::own));
            }
            return item_of_instance(t, Object::from_ptr(dict).cast_unchecked(), name);
        }
        let slot = dict_slot(object);
        if slot.is_null() || (*slot).is_null() {
            return Ok(None);
        }
        item_of_instance(t, Object::from_ptr(*slot).cast_unchecked(), name)
    }
}

/// An item of the dictionary of an instance, which may lose it while keys are compared.
#[inline(always)]
fn item_of_instance(t: &Thread, dict: &PyDict, name: &PyStr) -> PyResult<Option<Owned>> {
    if dict.has_str_keys_only() && crate::dict::keys::is_exact_str(name) {
        // Nothing but `str` is compared.
        let (_, value) = dict.lookup(t, name, name.hash());
        // SAFETY: nothing ran since the value was found.
        return Ok(unsafe { Object::from_ptr_opt(value) }.map(Own::own));
    }
    dict.own().get_item(t, name)
}

/// Stores or deletes an attribute in the instance. `Ok(false)`: there was nothing to delete.
pub fn store_instance_attr(t: &Thread, object: &Object, name: &PyStr, value: Option<&Object>) -> PyResult<bool> {
    // SAFETY: the structures belong to the object.
    unsafe {
        if object.class().flags() & Py_TPFLAGS_MANAGED_DICT != 0 && (*managed_dict_slot(object)).is_null() {
            let values = inline_values(object);
            if !values.is_null() && crate::dict::keys::is_exact_str(name) {
                let keys = cached_keys(object);
                let mut ix = DictKeys::lookup_unicode(keys, name.as_ptr(), name.hash());
                if ix < 0 && value.is_some() {
                    ix = crate::dict::insert_split_key(keys, name, name.hash()).map_or(-1, |i| i as isize);
                }
                if ix >= 0 {
                    let slot = DictValues::slot(values, ix as usize);
                    let new = value.map_or(core::ptr::null_mut(), |v| v.own().into_ptr());
                    let old = core::mem::replace(&mut *slot, new);
                    match (old.is_null(), value.is_some()) {
                        (true, true) => DictValues::push_order(values, ix as usize),
                        (false, false) => DictValues::remove_order(values, ix as usize),
                        (true, false) => return Ok(false),
                        (false, true) => {}
                    }
                    refcount::xdecref(old);
                    return Ok(true);
                }
                if value.is_none() {
                    return Ok(false);
                }
            }
        }
    }
    let Some(dict) = instance_dict(t, object)? else {
        return Ok(false);
    };
    match value {
        Some(value) => {
            dict.set_item(t, name, value)?;
            Ok(true)
        }
        None => Ok(dict.pop_item(t, name)?.is_some()),
    }
}

/// `object.__getattribute__`.
pub fn generic_getattr(t: &Thread, object: &Object, name: &Object) -> PyResult {
    let Some(text) = name.downcast::<PyStr>() else {
        return Err(name_type_error(t, name));
    };
    match generic_getattr_with_dict(t, object, text, None, false)? {
        Some(value) => Ok(value),
        None => Err(no_attribute(t, object, text)),
    }
}

/// Generic lookup: data descriptors of the type, the instance, other descriptors of the type. With `suppress`, an
/// `AttributeError` from a descriptor counts as absence.
pub fn generic_getattr_with_dict(
    t: &Thread,
    object: &Object,
    name: &PyStr,
    dict: Option<&PyDict>,
    suppress: bool,
) -> PyResult<Option<Owned>> {
    let class = object.class();
    let descriptor = class.lookup(t, name);
    let finish = |result: PyResult| -> PyResult<Option<Owned>> {
        match result {
            Ok(value) => Ok(Some(value)),
            // Native getters that fail without an exception count too, as in `_PyObject_GenericGetAttrWithDict`:
            // protobuf's rely on it.
            Err(_) if suppress && !errors::occurred(t) => Ok(None),
            Err(raised) if suppress => errors::catch::<exceptions::AttributeError, _>(t, Err(raised)),
            Err(raised) => Err(raised),
        }
    };
    let mut getter = None;
    if let Some(descriptor) = &descriptor {
        // SAFETY: slots of the descriptor's type.
        unsafe {
            let dt = descriptor.class().as_type_ptr();
            getter = (*dt).tp_descr_get;
            if let Some(get) = getter
                && (*dt).tp_descr_set.is_some()
            {
                return finish(Owned::from_result(get(
                    descriptor.as_ptr(),
                    object.as_ptr(),
                    object.class().as_object().as_ptr(),
                )));
            }
        }
    }
    let found = match dict {
        Some(dict) => dict.get_item(t, name)?,
        None => instance_attr(t, object, name)?,
    };
    if let Some(value) = found {
        return Ok(Some(value));
    }
    match (descriptor, getter) {
        // SAFETY: a slot of the descriptor's type.
        (Some(descriptor), Some(get)) => finish(unsafe {
            Owned::from_result(get(descriptor.as_ptr(), object.as_ptr(), object.class().as_object().as_ptr()))
        }),
        (Some(descriptor), None) => Ok(Some(descriptor)),
        (None, _) => Ok(None),
    }
}

/// `object.__setattr__` and `__delattr__`.
pub fn generic_setattr(t: &Thread, object: &Object, name: &Object, value: Option<&Object>) -> PyResult<()> {
    let Some(text) = name.downcast::<PyStr>() else {
        return Err(name_type_error(t, name));
    };
    let class = object.class();
    let descriptor = class.lookup(t, text);
    if let Some(descriptor) = &descriptor {
        // SAFETY: a slot of the descriptor's type.
        unsafe {
            if let Some(set) = (*descriptor.class().as_type_ptr()).tp_descr_set {
                let v = value.map_or(core::ptr::null_mut(), Object::as_ptr);
                return if set(descriptor.as_ptr(), object.as_ptr(), v) < 0 { Err(Raised::assume()) } else { Ok(()) };
            }
        }
    }
    if !has_dict(object) {
        if descriptor.is_some() {
            return Err(err!(
                t,
                AttributeError,
                "'{:.100}' object attribute '{}' is read-only",
                class.name_lossy(),
                text.display()
            ));
        }
        // SAFETY: plain field of a live type.
        let generic = unsafe {
            (*class.as_type_ptr()).tp_setattro.is_some_and(|s| s as usize == generic_setattr_slot as *const () as usize)
        };
        if generic {
            return Err(exceptions::attribute_error(
                t,
                object,
                name,
                format_args!(
                    "'{:.100}' object has no attribute '{}' and no __dict__ for setting new attributes",
                    class.name_lossy(),
                    text.display()
                ),
            ));
        }
        return Err(no_attribute(t, object, text));
    }
    if store_instance_attr(t, object, text, value)? {
        return Ok(());
    }
    // SAFETY: the structures belong to the object; `str` are looked up among `str`.
    let shared = unsafe {
        class.flags() & Py_TPFLAGS_INLINE_VALUES != 0
            && (*managed_dict_slot(object)).is_null()
            && crate::dict::keys::is_exact_str(text)
            && DictKeys::lookup_unicode(cached_keys(object), text.as_ptr(), text.hash()) >= 0
    };
    if shared {
        // Other instances have the attribute: here CPython does not say whose attribute is missing.
        return Err(err!(
            t,
            AttributeError,
            "'{:.100}' object has no attribute '{}'",
            class.name_lossy(),
            text.display()
        ));
    }
    Err(no_attribute(t, object, text))
}

/// `object.__dict__`.
pub fn generic_get_dict(t: &Thread, object: &Object) -> PyResult {
    match instance_dict(t, object)? {
        Some(dict) => Ok(dict.into_object()),
        None => Err(err!(t, AttributeError, "This object has no __dict__")),
    }
}

/// Assignment to `object.__dict__`.
pub fn generic_set_dict(t: &Thread, object: &Object, value: Option<&Object>) -> PyResult<()> {
    let managed = object.class().flags() & Py_TPFLAGS_MANAGED_DICT != 0;
    let slot = if managed { managed_dict_slot(object) } else { dict_slot(object) };
    if slot.is_null() {
        return Err(err!(t, AttributeError, "This object has no __dict__"));
    }
    let Some(value) = value else {
        if managed {
            // Deleting the dictionary of an instance leaves an empty one to be made on demand.
            let dict = PyDict::new(t)?;
            replace_dict(t, object, slot, dict)?;
            return Ok(());
        }
        return Err(err!(t, TypeError, "cannot delete __dict__"));
    };
    let Some(dict) = value.downcast::<PyDict>() else {
        return Err(err!(
            t,
            TypeError,
            "__dict__ must be set to a dictionary, not a '{:.200}'",
            value.class().name_lossy()
        ));
    };
    replace_dict(t, object, slot, dict.own())
}

fn replace_dict(t: &Thread, object: &Object, slot: *mut *mut PyObject, dict: Owned<PyDict>) -> PyResult<()> {
    // The old dictionary, if it shares the inline values, takes them along.
    let values = inline_values(object);
    // SAFETY: the structures belong to the object.
    unsafe {
        if !values.is_null() {
            match existing_dict(object) {
                Some(old) => old.make_combined(t, crate::dict::keys::Kind::Unicode)?,
                None => {
                    let n = (*values).capacity as usize;
                    (*values).valid = 0;
                    (*values).size = 0;
                    let held: Vec<*mut PyObject> = (0..n)
                        .map(|i| core::mem::replace(&mut *DictValues::slot(values, i), core::ptr::null_mut()))
                        .collect();
                    *slot = dict.into_object().into_ptr();
                    for value in held {
                        refcount::xdecref(value);
                    }
                    return Ok(());
                }
            }
        }
        let old = core::mem::replace(&mut *slot, dict.into_object().into_ptr());
        refcount::xdecref(old);
    }
    Ok(())
}

/// Whether the instance alone has no such attribute, as far as it can be told without running code.
#[inline(always)]
unsafe fn lacks_attr(t: &Thread, object: &Object, name: &PyStr) -> bool {
    // SAFETY: the structures belong to the object; `str` are looked up among `str`.
    unsafe {
        let ty = object.class().as_type_ptr();
        let dict = if (*ty).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            let dict = *managed_dict_slot(object);
            if dict.is_null() {
                let values = inline_values(object);
                if values.is_null() {
                    return true;
                }
                let ix = DictKeys::lookup_unicode(cached_keys(object), name.as_ptr(), name.hash());
                return ix < 0 || (*DictValues::slot(values, ix as usize)).is_null();
            }
            dict
        } else if (*ty).tp_dictoffset != 0 {
            *dict_slot(object)
        } else {
            return true;
        };
        if dict.is_null() {
            return true;
        }
        let dict: &PyDict = Object::from_ptr(dict).cast_unchecked();
        dict.has_str_keys_only() && dict.lookup(t, name, name.hash()).1.is_null()
    }
}

/// Looks up a method for a call: `(function, true)` if it is to be called with the object as first argument, else
/// `(attribute, false)` (`_PyObject_GetMethod`).
pub fn get_method(t: &Thread, object: &Object, name: &PyStr) -> PyResult<(Owned, bool)> {
    // SAFETY: slots of live types.
    unsafe {
        let ty = object.class().as_type_ptr();
        if !(*ty).tp_getattro.is_some_and(is_generic_getattr) {
            return Ok((object.getattr(t, name)?, false));
        }
        // Mostly a function of the class, and nothing in the instance hides it.
        let found = object.class().lookup_raw(t, name);
        if !found.is_null()
            && (*(*found).ob_type).tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR != 0
            && crate::dict::keys::is_exact_str(name)
            && lacks_attr(t, object, name)
        {
            return Ok((Object::from_ptr(found).own(), true));
        }
        let descriptor = Object::from_ptr_opt(found).map(Own::own);
        let mut is_method = false;
        let mut getter = None;
        if let Some(descriptor) = &descriptor {
            let dt = descriptor.class().as_type_ptr();
            if (*dt).tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 {
                is_method = true;
            } else {
                getter = (*dt).tp_descr_get;
                if let Some(get) = getter
                    && (*dt).tp_descr_set.is_some()
                {
                    let value = Owned::from_result(get(descriptor.as_ptr(), object.as_ptr(), ty.cast::<PyObject>()))?;
                    return Ok((value, false));
                }
            }
        }
        if let Some(value) = instance_attr(t, object, name)? {
            return Ok((value, false));
        }
        match descriptor {
            Some(descriptor) if is_method => Ok((descriptor, true)),
            Some(descriptor) => match getter {
                Some(get) => {
                    let value = Owned::from_result(get(descriptor.as_ptr(), object.as_ptr(), ty.cast::<PyObject>()))?;
                    Ok((value, false))
                }
                None => Ok((descriptor, false)),
            },
            None => {
                let _ = no_attribute(t, object, name);
                Err(Raised::assume())
            }
        }
    }
}

/// A special method looked up on the type, bound to the object (`_PyObject_LookupSpecial`).
pub fn lookup_special(t: &Thread, object: &Object, name: &PyStr) -> PyResult<Option<Owned>> {
    let Some(function) = object.class().lookup(t, name) else { return Ok(None) };
    // SAFETY: a slot of the descriptor's type.
    unsafe {
        match (*function.class().as_type_ptr()).tp_descr_get {
            Some(get) => {
                Owned::from_result(get(function.as_ptr(), object.as_ptr(), object.class().as_object().as_ptr()))
                    .map(Some)
            }
            None => Ok(Some(function)),
        }
    }
}

/// Calls a special method found on the type; `None` if the type has none.
pub fn call_special(t: &Thread, object: &Object, name: &PyStr, args: &[&Object]) -> PyResult<Option<Owned>> {
    let Some(function) = object.class().lookup(t, name) else { return Ok(None) };
    // SAFETY: slots of the descriptor's type.
    unsafe {
        let class = function.class().as_type_ptr();
        if (*class).tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 {
            return function.call_with_self(t, object, args, None).map(Some);
        }
        let Some(get) = (*class).tp_descr_get else { return function.call(t, args).map(Some) };
        let class = object.class().as_object().as_ptr();
        let method: Owned = Owned::from_result(get(function.as_ptr(), object.as_ptr(), class))?;
        method.call(t, args).map(Some)
    }
}

/// `repr`, `str`, `ascii` and friends.
impl Object {
    /// `repr(self)`.
    pub fn repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        crate::call::enter_recursive(t, " while getting the repr of an object")?;
        // SAFETY: a slot of the object's type.
        let result: Owned = unsafe {
            match (*self.class().as_type_ptr()).tp_repr {
                Some(slot) => Owned::from_result(slot(self.as_ptr()))?,
                None => {
                    return PyStr::from_fmt(
                        t,
                        format_args!("<{} object at {:p}>", self.class().name_lossy(), self.as_ptr()),
                    );
                }
            }
        };
        result.into_type::<PyStr>().map_err(|other| {
            err!(t, TypeError, "__repr__ returned non-string (type {:.200})", other.class().name_lossy())
        })
    }

    /// `str(self)`.
    pub fn str(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        if let Some(text) = self.downcast_exact::<PyStr>() {
            return Ok(text.own());
        }
        // SAFETY: a slot of the object's type.
        let result: Owned = unsafe {
            match (*self.class().as_type_ptr()).tp_str {
                Some(slot) => {
                    crate::call::enter_recursive(t, " while getting the str of an object")?;
                    Owned::from_result(slot(self.as_ptr()))?
                }
                None => return self.repr(t),
            }
        };
        result.into_type::<PyStr>().map_err(|other| {
            err!(t, TypeError, "__str__ returned non-string (type {:.200})", other.class().name_lossy())
        })
    }

    /// `str(self)` for a message; errors are dropped.
    pub fn str_lossy(&self, t: &Thread) -> String {
        match self.str(t) {
            Ok(text) => text.to_string_lossy(),
            Err(_) => {
                errors::clear(t);
                format!("<{} object>", self.class().name_lossy())
            }
        }
    }

    /// `repr(self)` for a message; errors are dropped.
    pub fn repr_lossy(&self, t: &Thread) -> String {
        match self.repr(t) {
            Ok(text) => text.to_string_lossy(),
            Err(_) => {
                errors::clear(t);
                format!("<{} object>", self.class().name_lossy())
            }
        }
    }

    /// `ascii(self)`.
    pub fn ascii(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let text = self.repr(t)?;
        if text.is_ascii() {
            return Ok(text);
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars().iter() {
            match c {
                0..0x80 => out.push(c as u8 as char),
                0x80..0x100 => out.push_str(&format!("\\x{c:02x}")),
                0x100..0x10000 => out.push_str(&format!("\\u{c:04x}")),
                _ => out.push_str(&format!("\\U{c:08x}")),
            }
        }
        PyStr::from_str(t, &out)
    }

    /// `format(self, spec)`.
    pub fn format(&self, t: &Thread, spec: Option<&PyStr>) -> PyResult<Owned<PyStr>> {
        let empty = spec.is_none_or(|s| s.len() == 0);
        if empty {
            if let Some(text) = self.downcast_exact::<PyStr>() {
                return Ok(text.own());
            }
            if self.is_exact::<crate::PyInt>() {
                return self.str(t);
            }
        }
        let spec = spec.unwrap_or_else(|| PyStr::empty());
        // The types that are formatted most, without a look-up.
        if let Some(text) = self.downcast_exact::<PyStr>() {
            return text.format_text(t, spec, "str");
        }
        if let Some(int) = self.downcast_exact::<crate::PyInt>() {
            return int.format_spec(t, spec);
        }
        if let Some(float) = self.downcast_exact::<crate::PyFloat>() {
            return if empty {
                crate::PyFloat::repr_text(t, float.value())
            } else {
                crate::number_format::format_float(t, float.value(), spec, "float")
            };
        }
        let Some(result) = call_special(t, self, name!(t, "__format__"), &[spec])? else {
            return Err(err!(t, TypeError, "Type {:.100} doesn't define __format__", self.class().name_lossy()));
        };
        result.into_type::<PyStr>().map_err(|other| {
            err!(t, TypeError, "__format__ must return a str, not {:.200}", other.class().name_lossy())
        })
    }

    /// `isinstance(self, class)` with `__instancecheck__`.
    pub fn is_instance(&self, t: &Thread, class: &Self) -> PyResult<bool> {
        crate::typeobject::isinstance(t, self, class)
    }

    /// `dir(self)` as a sorted list.
    pub fn dir(&self, t: &Thread) -> PyResult<Owned<crate::PyList>> {
        let Some(names) = call_special(t, self, name!(t, "__dir__"), &[])? else {
            return Err(err!(t, TypeError, "object does not provide __dir__"));
        };
        let list = crate::PyList::from_vec(t, crate::iter::to_vec(t, &names)?)?;
        list.call_method(t, name!(t, "sort"), &[])?;
        Ok(list)
    }
}

impl PyStr {
    /// Concatenates several strings.
    pub fn concat_all(t: &Thread, parts: &[&Self]) -> PyResult<Owned<Self>> {
        let parts: Vec<Owned<Self>> = parts.iter().map(|p| p.own()).collect();
        Self::join_all(t, None, &parts)
    }
}

/// Whether two types may replace each other in messages about attributes: the same address.
pub fn same_type(a: &PyType, b: &PyType) -> bool {
    a.is(b)
}

/// The class object of a Rust type, for callers that have only the type parameter.
pub fn class_of<T: Class>() -> &'static PyType {
    T::class()
}

/// `None` for a null-or-None optional.
pub fn none_if_none(value: Option<&Object>) -> Option<&Object> {
    value.filter(|v| !v.is(singletons::none()))
}
