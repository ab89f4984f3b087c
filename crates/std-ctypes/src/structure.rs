//! `Structure` and `Union`.

use crate::cdata::CData;
use crate::cfield::CField;
use crate::ctype::{self, DICTFLAG_FINAL, Param, TYPEFLAG_HASBITFIELD, TYPEFLAG_HASPOINTER};
use crate::ctype::{TYPEFLAG_HASUNION, TYPEFLAG_ISPOINTER};
use crate::ffi::FfiType;
use std::rc::Rc;
use taipan_object::abi::Py_buffer;
use taipan_object::argparse::Keywords;
use taipan_object::{
    Args, Object, Own, Owned, PyResult, PyStr, PyType, Thread, class, err, iter, number, sequence, singletons, state,
};

/// An instance of a structure type. Its layout is that of all instances.
#[repr(transparent)]
pub struct Structure(CData);

/// An instance of a union type. Its layout is that of all instances.
#[repr(transparent)]
pub struct Union(CData);

/// Stores positional arguments in the fields, the bases' first; how many fields there are.
fn init_by_position(t: &Thread, this: &Object, ty: &PyType, args: &Args<'_>, index: usize) -> PyResult<usize> {
    let mut index = index;
    if let Some(base) = ty.base()
        && ctype::info(base).is_some()
    {
        index = init_by_position(t, this, &base.own(), args, index)?;
    }
    let Some(fields) = ctype::own_attribute(t, ty, "_fields_")? else { return Ok(index) };
    let n = sequence::len(t, &fields)?;
    for i in 0..n {
        let Some(value) = args.pos.get(index + i) else { break };
        let pair = sequence::sequence_item(t, &fields, i as isize)?;
        let name = sequence::sequence_item(t, &pair, 0)?;
        let mut twice = false;
        args.for_each_keyword(t, |key, _| {
            twice |= key.eq(t, &name)?;
            Ok(())
        })?;
        if twice {
            let name = name.repr(t)?.to_string_lossy();
            return Err(err!(t, TypeError, "duplicate values for field {name}"));
        }
        this.setattr(t, &name, value)?;
    }
    Ok(index + n)
}

fn init(t: &Thread, this: &Object, args: &Args<'_>) -> PyResult<()> {
    if !args.pos.is_empty() {
        let n = init_by_position(t, this, &this.class().own(), args, 0)?;
        if n < args.pos.len() {
            return Err(err!(t, TypeError, "too many initializers"));
        }
    }
    if !matches!(args.kw, Keywords::None) {
        args.for_each_keyword(t, |name, value| this.setattr(t, name, value))?;
    }
    Ok(())
}

/// Structure base class
#[class(name = "_ctypes.Structure", heap, layout, base = CData, flags(BASETYPE, HAVE_GC))]
impl Structure {
    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, _flags: i32) -> PyResult<()> {
        self.0.fill_buffer(t, view)
    }

    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<CData>> {
        CData::new(t, cls)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        init(t, self, &args)
    }
}

/// Union base class
#[class(name = "_ctypes.Union", heap, layout, base = CData, flags(BASETYPE, HAVE_GC))]
impl Union {
    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, _flags: i32) -> PyResult<()> {
        self.0.fill_buffer(t, view)
    }

    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<CData>> {
        CData::new(t, cls)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        init(t, self, &args)
    }
}

/// `__init__` of the metatypes.
pub fn init_type(t: &Thread, ty: &PyType, is_struct: bool) -> PyResult<()> {
    if ctype::own_attribute(t, ty, "_abstract_")?.is_some() {
        return Ok(());
    }
    let info = ctype::init_info(t, ty)?;
    info.set_format("B");
    info.param.set(Param::Struct);
    if !is_struct {
        info.add_flags(TYPEFLAG_HASUNION);
    }
    if let Some(fields) = ctype::own_attribute(t, ty, "_fields_")? {
        return ty.setattr(t, &*PyStr::intern_str(t, "_fields_")?, &fields);
    }
    if let Some(base) = ty.base().and_then(ctype::info) {
        info.copy_from(base);
        base.add_flags(DICTFLAG_FINAL);
    }
    Ok(())
}

fn int_attribute(t: &Thread, object: &Object, name: &str) -> PyResult<usize> {
    let value = object.getattr(t, &*PyStr::intern_str(t, name)?)?;
    let n = number::index_as_isize(t, &value)?;
    usize::try_from(n).map_err(|_| err!(t, ValueError, "{name} must not be negative"))
}

/// The type of a field inside its structure: arrays are their items there.
pub fn member_type(ty: &PyType) -> Option<Rc<FfiType>> {
    let info = ctype::info(ty)?;
    if info.param.get() == Param::Array {
        let item = member_type(&*info.proto_type()?)?;
        return Some(Rc::new(FfiType::Array { item, length: info.length.get().max(0) as usize }));
    }
    Some(info.ffi.borrow().clone())
}

/// `_fields_` has been assigned: lays the type out (`PyCStructUnionType_update_stginfo`).
pub fn update(t: &Thread, ty: &PyType, fields: &Object, is_struct: bool) -> PyResult<()> {
    let Some(info) = ctype::info(ty) else {
        return Err(err!(t, TypeError, "ctypes state is not initialized"));
    };
    if info.has(DICTFLAG_FINAL) {
        return Err(err!(t, AttributeError, "_fields_ is final"));
    }
    let base = ty.base().filter(|base| ctype::info(base).is_some()).map(Own::own);
    let base_object = base.as_ref().map_or_else(|| singletons::none().own(), |b| b.as_object().own());
    let module = state::import(t, "ctypes._layout")?;
    let get_layout = module.getattr(t, &*PyStr::intern_str(t, "get_layout")?)?;
    let layout = get_layout.call(t, &[ty, fields, singletons::bool(is_struct), &base_object])?;
    let align = int_attribute(t, &layout, "align")?;
    let size = int_attribute(t, &layout, "size")?;
    let format = layout.getattr(t, &*PyStr::intern_str(t, "format_spec")?)?;
    let Some(format) = format.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "format_spec must be str"));
    };
    let format = format.to_utf8(t)?.to_string();
    let list = layout.getattr(t, &*PyStr::intern_str(t, "fields")?)?;
    let list = iter::to_vec(t, &list)?;
    let base_info = base.as_deref().and_then(ctype::info);
    let mut members: Vec<(usize, Rc<FfiType>)> = Vec::new();
    if let Some(base) = base_info {
        base.add_flags(DICTFLAG_FINAL);
        members.push((0, base.ffi.borrow().clone()));
        info.add_flags(base.flags.get() & (TYPEFLAG_HASPOINTER | TYPEFLAG_HASUNION | TYPEFLAG_HASBITFIELD));
    }
    let mut length = base_info.map_or(0, |base| base.length.get());
    for item in &list {
        let Some(field) = item.downcast::<CField>() else {
            return Err(err!(t, TypeError, "fields must be CField instances, got {}", item.class().name_lossy()));
        };
        let field_type = field.field_type();
        let Some(field_info) = ctype::info(&field_type) else {
            return Err(err!(t, TypeError, "fields must be C types"));
        };
        if field_info.flags.get() & (TYPEFLAG_ISPOINTER | TYPEFLAG_HASPOINTER) != 0 {
            info.add_flags(TYPEFLAG_HASPOINTER);
        }
        info.add_flags(field_info.flags.get() & (TYPEFLAG_HASUNION | TYPEFLAG_HASBITFIELD));
        if field.is_bits() {
            info.add_flags(TYPEFLAG_HASBITFIELD);
        }
        field_info.add_flags(DICTFLAG_FINAL);
        ty.setattr(t, &field.field_name(), field)?;
        match field.bits() {
            Some((width, low)) => {
                let byte = Rc::new(FfiType::Int { size: 1, signed: false });
                let start = field.offset() + low as usize / 8;
                let end = field.offset() + (low + width) as usize / 8;
                let end = if (low + width) % 8 == 0 { end } else { end + 1 };
                members.extend((start..end).map(|at| (at, byte.clone())));
            }
            None => {
                if let Some(member) = member_type(&field_type) {
                    members.push((field.offset(), member));
                }
            }
        }
        length += 1;
    }
    if info.has(DICTFLAG_FINAL) {
        return Err(err!(t, AttributeError, "Structure or union cannot contain itself"));
    }
    info.add_flags(DICTFLAG_FINAL);
    info.set_format(&format);
    info.size.set(size);
    info.align.set(align);
    info.length.set(length);
    *info.ffi.borrow_mut() = Rc::new(FfiType::Struct { size, align, members });
    make_anonymous(t, ty)
}

/// Fields of anonymous members become fields of the type.
fn make_anonymous(t: &Thread, ty: &PyType) -> PyResult<()> {
    let Some(names) = ctype::attribute(t, ty, "_anonymous_")? else { return Ok(()) };
    if !sequence::is_sequence(&names) {
        return Err(err!(t, TypeError, "_anonymous_ must be a sequence"));
    }
    for name in iter::to_vec(t, &names)? {
        let found = ty.getattr(t, &name)?;
        let Some(field) = found.downcast::<CField>() else {
            let name = name.str(t)?.to_string_lossy();
            return Err(err!(t, AttributeError, "'{name}' is specified in _anonymous_ but not in _fields_"));
        };
        field.set_anonymous();
        hoist(t, ty, field, field.index(), field.offset(), 0)?;
    }
    Ok(())
}

fn hoist(t: &Thread, ty: &PyType, field: &CField, index: isize, offset: usize, depth: usize) -> PyResult<()> {
    if depth > 200 {
        return Err(err!(t, RecursionError, "maximum recursion depth exceeded"));
    }
    let inner = field.field_type();
    let fields = inner.getattr(t, &*PyStr::intern_str(t, "_fields_")?)?;
    if !sequence::is_sequence(&fields) {
        return Err(err!(t, TypeError, "_fields_ must be a sequence"));
    }
    for pair in iter::to_vec(t, &fields)? {
        let name = sequence::sequence_item(t, &pair, 0)?;
        let found = inner.getattr(t, &name)?;
        let Some(member) = found.downcast::<CField>() else {
            return Err(err!(t, TypeError, "unexpected type"));
        };
        if member.is_anonymous() {
            hoist(t, ty, member, index + member.index(), offset + member.offset(), depth + 1)?;
            continue;
        }
        let moved = member.moved(t, index, offset)?;
        ty.setattr(t, &name, &moved)?;
    }
    Ok(())
}
