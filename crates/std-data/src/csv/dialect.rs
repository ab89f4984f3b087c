//! `_csv.Dialect`: how records are written.

use super::{error, registry};
use taipan_object::{
    Args, Class, Data, Head, Object, Own, Owned, PyInt, PyResult, PyStr, PyType, Slot, Thread, class, err, errors,
    exceptions, object, singletons, upcast,
};

/// Which fields are quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Minimal = 0,
    All = 1,
    NonNumeric = 2,
    None = 3,
    Strings = 4,
    NotNull = 5,
}

impl Quoting {
    fn from_number(n: i64) -> Option<Self> {
        Some(match n {
            0 => Self::Minimal,
            1 => Self::All,
            2 => Self::NonNumeric,
            3 => Self::None,
            4 => Self::Strings,
            5 => Self::NotNull,
            _ => return None,
        })
    }
}

/// What the reader and the writer need to know.
#[derive(Clone, Copy)]
pub struct Format {
    pub delimiter: u32,
    pub escapechar: Option<u32>,
    pub quotechar: Option<u32>,
    pub quoting: Quoting,
    pub doublequote: bool,
    pub skipinitialspace: bool,
    pub strict: bool,
}

/// `_csv.Dialect`.
#[object]
pub struct Dialect {
    pub format: Data<Format>,
    pub lineterminator: Slot<PyStr>,
}

const NAMES: [&str; 9] = [
    "dialect",
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

fn character(
    t: &Thread,
    name: &str,
    value: Option<&Object>,
    default: Option<u32>,
    or_none: bool,
) -> PyResult<Option<u32>> {
    let Some(value) = value else { return Ok(default) };
    if or_none && value.is(singletons::none()) {
        return Ok(None);
    }
    let or = if or_none { " or None" } else { "" };
    let Some(text) = value.downcast::<PyStr>() else {
        return Err(err!(
            t,
            TypeError,
            "\"{name}\" must be a unicode character{or}, not {}",
            value.class().fully_qualified_name(t)?.display()
        ));
    };
    if text.len() != 1 {
        return Err(err!(
            t,
            TypeError,
            "\"{name}\" must be a unicode character{or}, not a string of length {}",
            text.len()
        ));
    }
    Ok(Some(text.char_at(0)))
}

fn truth(t: &Thread, value: Option<&Object>, default: bool) -> PyResult<bool> {
    value.map_or(Ok(default), |value| value.is_true(t))
}

fn check(t: &Thread, name: &str, c: Option<u32>, terminator: &PyStr, allow_space: bool) -> PyResult<()> {
    let Some(c) = c else { return Ok(()) };
    if c == 10 || c == 13 || (c == 32 && !allow_space) {
        return Err(err!(t, ValueError, "bad {name} value"));
    }
    if terminator.chars().iter().any(|x| x == c) {
        return Err(err!(t, ValueError, "bad {name} or lineterminator value"));
    }
    Ok(())
}

/// CSV dialect
///
/// The Dialect type records CSV parsing and generation options.
///
#[class(name = "_csv.Dialect", heap, flags(BASETYPE, HAVE_GC))]
impl Dialect {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let given = args.pos.len() + args.n_keywords();
        if given > NAMES.len() {
            return Err(err!(t, TypeError, "function takes at most {} arguments ({given} given)", NAMES.len()));
        }
        let mut values: [Option<Owned>; 9] = Default::default();
        for (place, arg) in values.iter_mut().zip(args.pos) {
            *place = Some(arg.own());
        }
        args.for_each_keyword(t, |name, value| {
            let found = name.downcast::<PyStr>().and_then(|n| NAMES.iter().position(|known| n.eq_str(known)));
            let Some(i) = found else {
                return Err(err!(
                    t,
                    TypeError,
                    "this function got an unexpected keyword argument {}",
                    name.repr_lossy(t)
                ));
            };
            if values[i].is_some() {
                return Err(err!(
                    t,
                    TypeError,
                    "argument for function given by name ('{}') and position ({})",
                    NAMES[i],
                    i + 1
                ));
            }
            values[i] = Some(value.own());
            Ok(())
        })?;
        let mut base = values[0].take();
        if let Some(name) = base.as_ref().filter(|b| b.is_instance_of::<PyStr>()).cloned() {
            base = Some(registry(t)?.get_item(t, &name)?.ok_or_else(|| error(t, "unknown dialect"))?);
        }
        if let Some(base) = &base {
            if base.is_exact::<Self>() && cls.is(Self::class()) && values.iter().all(Option::is_none) {
                return Ok(base.clone());
            }
            for (place, name) in values.iter_mut().zip(NAMES).skip(1) {
                if place.is_none() {
                    let name = PyStr::intern_str(t, name)?;
                    *place = match base.getattr(t, &name) {
                        Ok(value) => Some(value),
                        Err(_) => {
                            errors::clear(t);
                            None
                        }
                    };
                }
            }
        }
        let [_, delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skipinitialspace, strict] =
            &values;
        let delimiter = character(t, "delimiter", delimiter.as_deref(), Some(u32::from(b',')), false)?;
        let doublequote = truth(t, doublequote.as_deref(), true)?;
        let escapechar = character(t, "escapechar", escapechar.as_deref(), None, true)?;
        let terminator = match lineterminator {
            None => PyStr::from_str(t, "\r\n")?,
            Some(value) => match value.downcast::<PyStr>() {
                Some(text) => text.own(),
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "\"lineterminator\" must be a string, not {}",
                        value.class().fully_qualified_name(t)?.display()
                    ));
                }
            },
        };
        let no_quotechar = quotechar.as_ref().is_some_and(|q| q.is(singletons::none()));
        let quotechar = character(t, "quotechar", quotechar.as_deref(), Some(u32::from(b'"')), true)?;
        let quoting = match quoting {
            None if no_quotechar => Quoting::None,
            None => Quoting::Minimal,
            Some(value) => {
                let Some(number) = value.downcast_exact::<PyInt>() else {
                    return Err(err!(
                        t,
                        TypeError,
                        "\"quoting\" must be an integer, not {}",
                        value.class().fully_qualified_name(t)?.display()
                    ));
                };
                number
                    .to_i64()
                    .and_then(Quoting::from_number)
                    .ok_or_else(|| err!(t, TypeError, "bad \"quoting\" value"))?
            }
        };
        let skipinitialspace = truth(t, skipinitialspace.as_deref(), false)?;
        let strict = truth(t, strict.as_deref(), false)?;
        if quoting != Quoting::None && quotechar.is_none() {
            return Err(err!(t, TypeError, "quotechar must be set if quoting enabled"));
        }
        check(t, "delimiter", delimiter, &terminator, true)?;
        check(t, "escapechar", escapechar, &terminator, !skipinitialspace)?;
        check(t, "quotechar", quotechar, &terminator, !skipinitialspace)?;
        for (a, b, x, y) in [
            ("delimiter", "escapechar", delimiter, escapechar),
            ("delimiter", "quotechar", delimiter, quotechar),
            ("escapechar", "quotechar", escapechar, quotechar),
        ] {
            if x.is_some() && x == y {
                return Err(err!(t, ValueError, "bad {a} or {b} value"));
            }
        }
        let format = Format {
            delimiter: delimiter.unwrap_or(u32::from(b',')),
            escapechar,
            quotechar,
            quoting,
            doublequote,
            skipinitialspace,
            strict,
        };
        cls.instance(t, Self { head: Head::new(), format: Data(format), lineterminator: Slot::new(terminator) })
            .map(Owned::into_object)
    }

    fn cannot_pickle(&self, t: &Thread) -> taipan_object::Raised {
        errors::raise_fmt(
            t,
            exceptions::TypeError::class(),
            format_args!("cannot pickle '{:.100}' instances", upcast(self).class().short_name_lossy()),
        )
    }

    /// raises an exception to avoid pickling
    #[method(sig = "(*args)", text = "")]
    fn __reduce__(&self, t: &Thread, args: &[&Object]) -> PyResult<()> {
        let _ = args;
        Err(self.cannot_pickle(t))
    }

    /// raises an exception to avoid pickling
    #[method(sig = "(*args)", text = "")]
    fn __reduce_ex__(&self, t: &Thread, args: &[&Object]) -> PyResult<()> {
        let _ = args;
        Err(self.cannot_pickle(t))
    }

    #[getter(member)]
    fn skipinitialspace(&self, _t: &Thread) -> bool {
        self.format.skipinitialspace
    }

    #[getter(member)]
    fn doublequote(&self, _t: &Thread) -> bool {
        self.format.doublequote
    }

    #[getter(member)]
    fn strict(&self, _t: &Thread) -> bool {
        self.format.strict
    }

    #[getter]
    fn delimiter(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_char(t, self.format.delimiter)
    }

    #[getter]
    fn escapechar(&self, t: &Thread) -> PyResult<Option<Owned<PyStr>>> {
        self.format.escapechar.map(|c| PyStr::from_char(t, c)).transpose()
    }

    #[getter]
    fn lineterminator(&self, _t: &Thread) -> Option<Owned<PyStr>> {
        self.lineterminator.get()
    }

    #[getter]
    fn quotechar(&self, t: &Thread) -> PyResult<Option<Owned<PyStr>>> {
        self.format.quotechar.map(|c| PyStr::from_char(t, c)).transpose()
    }

    #[getter]
    fn quoting(&self, _t: &Thread) -> i32 {
        self.format.quoting as i32
    }
}
