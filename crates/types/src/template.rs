//! `string.templatelib`: `Template`, `Interpolation` and the iterator over a template.

use crate::member;
use core::cell::Cell;
use taipan_object::abi::PyMemberDef;
use taipan_object::argparse::Args;
use taipan_object::{
    Class, Head, Object, Own, Owned, PyResult, PyStr, PyTuple, PyType, Slot, Thread, class, err, name, new_object,
    object, singletons, state, upcast,
};

/// Template object
#[object]
pub struct PyTemplate {
    strings: Slot<PyTuple>,
    interpolations: Slot<PyTuple>,
}

/// Interpolation object
#[object]
pub struct PyInterpolation {
    value: Slot,
    expression: Slot,
    conversion: Slot,
    format_spec: Slot,
}

/// Template iterator object
#[object]
pub struct PyTemplateIter {
    strings: Slot,
    interpolations: Slot,
    from_strings: Cell<bool>,
}

fn held(slot: &Slot) -> Owned {
    slot.get().unwrap_or_else(|| singletons::none().own())
}

fn held_tuple(slot: &Slot<PyTuple>) -> Owned<PyTuple> {
    slot.get().unwrap_or_else(|| PyTuple::empty().own())
}

impl PyInterpolation {
    const MEMBERS_LEN: usize = 5;

    fn fields(&self) -> Vec<Owned> {
        vec![held(&self.value), held(&self.expression), held(&self.conversion), held(&self.format_spec)]
    }
}

#[class(name = "string.templatelib.Interpolation", export = _PyInterpolation_Type, flags(HAVE_GC), doc = "Interpolation object",
    members = [
        member(c"value", core::mem::offset_of!(PyInterpolation, value), c"Value"),
        member(c"expression", core::mem::offset_of!(PyInterpolation, expression), c"Expression"),
        member(c"conversion", core::mem::offset_of!(PyInterpolation, conversion), c"Conversion"),
        member(c"format_spec", core::mem::offset_of!(PyInterpolation, format_spec), c"Format specifier"),
        PyMemberDef::END,
    ])]
impl PyInterpolation {
    #[new(sig = "(value, expression='', conversion=None, format_spec='')", text = "")]
    fn new(
        cls: &PyType,
        t: &Thread,
        value: &Object,
        expression: Option<&PyStr>,
        conversion: Option<&Object>,
        format_spec: Option<&PyStr>,
    ) -> PyResult<Owned<Self>> {
        let none = singletons::none();
        let conversion = conversion.unwrap_or(none);
        if !conversion.is(none) {
            let Some(text) = conversion.downcast::<PyStr>() else {
                return Err(err!(
                    t,
                    TypeError,
                    "Interpolation() argument 'conversion' must be str, not {:.50}",
                    conversion.class().name_lossy()
                ));
            };
            if !["s", "a", "r"].iter().any(|c| text.eq_str(c)) {
                return Err(err!(
                    t,
                    ValueError,
                    "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
                ));
            }
        }
        let text = |x: Option<&PyStr>| x.unwrap_or_else(|| PyStr::empty()).own().into_object();
        cls.instance(
            t,
            Self {
                head: Head::new(),
                value: Slot::new(value.own()),
                expression: Slot::new(text(expression)),
                conversion: Slot::new(conversion.own()),
                format_spec: Slot::new(text(format_spec)),
            },
        )
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let parts: Vec<Owned<PyStr>> = self.fields().iter().map(|field| field.repr(t)).collect::<PyResult<Vec<_>>>()?;
        let inner = PyStr::join_all(t, Some(name!(t, ", ")), &parts)?;
        let name = PyStr::from_str(t, &upcast(self).class().short_name_lossy())?;
        PyStr::concat_all(t, &[&name, PyStr::latin1_char(b'('), &inner, PyStr::latin1_char(b')')])
            .map(Owned::into_object)
    }

    /// __reduce__() -> (cls, state)
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        Ok((upcast(self).class().as_object().own(), PyTuple::from_vec(t, self.fields())?))
    }

    /// Interpolations are generic over the type of their values
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }
}

impl PyTemplate {
    const MEMBERS_LEN: usize = 3;

    fn concat(t: &Thread, a: &Self, b: &Self) -> PyResult {
        let (left, right) = (held_tuple(&a.strings), held_tuple(&b.strings));
        let mut strings: Vec<Owned> = taipan_object::call::own_all(left.as_slice());
        let mut rest = right.as_slice().iter();
        if let Some(last) = strings.pop() {
            let first = rest.next().copied().unwrap_or_else(|| PyStr::empty());
            match (last.downcast::<PyStr>(), first.downcast::<PyStr>()) {
                (Some(x), Some(y)) => strings.push(x.concat(t, y)?.into_object()),
                _ => strings.push(last.clone()),
            }
        }
        strings.extend(rest.map(|item| item.own()));
        let (left, right) = (held_tuple(&a.interpolations), held_tuple(&b.interpolations));
        let mut interpolations = taipan_object::call::own_all(left.as_slice());
        interpolations.extend(taipan_object::call::own_all(right.as_slice()));
        let strings = PyTuple::from_vec(t, strings)?;
        let interpolations = PyTuple::from_vec(t, interpolations)?;
        new_object(
            t,
            Self { head: Head::new(), strings: Slot::new(strings), interpolations: Slot::new(interpolations) },
        )
        .map(Owned::into_object)
    }
}

#[class(name = "string.templatelib.Template", export = _PyTemplate_Type, flags(HAVE_GC), doc = "Template object",
    members = [
        member(c"strings", core::mem::offset_of!(PyTemplate, strings), c"Strings"),
        member(c"interpolations", core::mem::offset_of!(PyTemplate, interpolations), c"Interpolations"),
        PyMemberDef::END,
    ])]
impl PyTemplate {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        if args.n_keywords() > 0 {
            return Err(err!(t, TypeError, "Template.__new__ only accepts *args arguments"));
        }
        let mut strings: Vec<Owned> = Vec::new();
        let mut interpolations: Vec<Owned> = Vec::new();
        let mut current: Vec<Owned<PyStr>> = Vec::new();
        for item in args.pos {
            if let Some(text) = item.downcast::<PyStr>() {
                current.push(text.own());
            } else if item.is_instance_of::<PyInterpolation>() {
                strings.push(PyStr::join_all(t, None, &current)?.into_object());
                current.clear();
                interpolations.push(item.own());
            } else {
                return Err(err!(
                    t,
                    TypeError,
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                    item.class().name_lossy()
                ));
            }
        }
        strings.push(PyStr::join_all(t, None, &current)?.into_object());
        let strings = PyTuple::from_vec(t, strings)?;
        let interpolations = PyTuple::from_vec(t, interpolations)?;
        cls.instance(
            t,
            Self { head: Head::new(), strings: Slot::new(strings), interpolations: Slot::new(interpolations) },
        )
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let strings = held_tuple(&self.strings).repr(t)?;
        let interpolations = held_tuple(&self.interpolations).repr(t)?;
        let name = PyStr::from_str(t, &upcast(self).class().short_name_lossy())?;
        PyStr::concat_all(
            t,
            &[
                &name,
                name!(t, "(strings="),
                &strings,
                name!(t, ", interpolations="),
                &interpolations,
                PyStr::latin1_char(b')'),
            ],
        )
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        let strings = held_tuple(&self.strings).iter(t)?;
        let interpolations = held_tuple(&self.interpolations).iter(t)?;
        new_object(
            t,
            PyTemplateIter {
                head: Head::new(),
                strings: Slot::new(strings),
                interpolations: Slot::new(interpolations),
                from_strings: Cell::new(true),
            },
        )
        .map(Owned::into_object)
    }

    #[slot]
    fn sq_concat(&self, t: &Thread, other: &Object) -> PyResult {
        match other.downcast_exact::<Self>() {
            Some(other) if upcast(self).is_exact::<Self>() => Self::concat(t, self, other),
            _ => Err(err!(
                t,
                TypeError,
                "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
                other.class().name_lossy()
            )),
        }
    }

    /// Values of interpolations
    #[getter]
    fn values(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let interpolations = held_tuple(&self.interpolations);
        let values = interpolations
            .as_slice()
            .iter()
            .map(|item| match item.downcast::<PyInterpolation>() {
                Some(interpolation) => held(&interpolation.value),
                None => singletons::none().own(),
            })
            .collect();
        PyTuple::from_vec(t, values)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let function = state::import(t, "string.templatelib")?.getattr(t, name!(t, "_template_unpickle"))?;
        let args = PyTuple::from_vec(
            t,
            vec![held_tuple(&self.strings).into_object(), held_tuple(&self.interpolations).into_object()],
        )?;
        Ok((function, args))
    }

    /// Template supports [] for generic usage
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }
}

#[class(name = "string.templatelib.TemplateIter", export = _PyTemplateIter_Type, flags(HAVE_GC), no_new,
    doc = "Template iterator object")]
impl PyTemplateIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if self.from_strings.get() {
            self.from_strings.set(false);
            let strings = held(&self.strings);
            match taipan_object::iter::next(t, &strings)? {
                Some(text) if text.downcast::<PyStr>().is_some_and(|s| s.len() == 0) => {}
                other => return Ok(other),
            }
        }
        self.from_strings.set(true);
        let interpolations = held(&self.interpolations);
        taipan_object::iter::next(t, &interpolations)
    }
}

/// An interpolation of a template string: `conversion` is 0 for none, 1 for `!s`, 2 for `!r`, 3 for `!a`.
pub fn new_interpolation(t: &Thread, value: Owned, text: Owned, conversion: usize, spec: Owned) -> PyResult<Owned> {
    let conversion = match conversion {
        0 => singletons::none().own(),
        1 => name!(t, "s").own().into_object(),
        2 => name!(t, "r").own().into_object(),
        3 => name!(t, "a").own().into_object(),
        _ => return Err(err!(t, SystemError, "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'")),
    };
    new_object(
        t,
        PyInterpolation {
            head: Head::new(),
            value: Slot::new(value),
            expression: Slot::new(text),
            conversion: Slot::new(conversion),
            format_spec: Slot::new(spec),
        },
    )
    .map(Owned::into_object)
}

/// A template from a tuple of strings and a tuple of interpolations.
pub fn new_template(t: &Thread, strings: Owned, interpolations: Owned) -> PyResult<Owned> {
    let strings = strings.into_type::<PyTuple>().map_err(|_| taipan_object::errors::bad_internal_call(t))?;
    let interpolations =
        interpolations.into_type::<PyTuple>().map_err(|_| taipan_object::errors::bad_internal_call(t))?;
    new_object(
        t,
        PyTemplate { head: Head::new(), strings: Slot::new(strings), interpolations: Slot::new(interpolations) },
    )
    .map(Owned::into_object)
}

/// Gives the types what the declarations cannot: `__match_args__`.
pub(crate) fn finish(t: &Thread) -> PyResult<()> {
    let names = ["value", "expression", "conversion", "format_spec"];
    let names: Vec<Owned> =
        names.iter().map(|n| PyStr::intern_str(t, n).map(Owned::into_object)).collect::<PyResult<_>>()?;
    let names = PyTuple::from_vec(t, names)?;
    PyInterpolation::class().set_in_dict(t, name!(t, "__match_args__"), Some(names.as_object()))
}
