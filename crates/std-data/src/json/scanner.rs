//! `_json.make_scanner`: from text to objects.

use super::text::{Unit, decode_error, scan};
use taipan_object::argparse::{Param, Signature};
use taipan_object::call::enter_recursive;
use taipan_object::tramp::{CallEntry, Vectorcall};
use taipan_object::unicode::Chars;
use taipan_object::{
    Args, Class, Head, Object, Own, Owned, PyDict, PyFloat, PyInt, PyList, PyResult, PyStr, PyTuple, PyType, Raised,
    Slot, Thread, argparse, class, err, errors, name, number, object, singletons,
};

/// `_json.Scanner`.
#[object]
pub struct Scanner {
    strict: bool,
    object_hook: Slot,
    object_pairs_hook: Slot,
    parse_float: Slot,
    parse_int: Slot,
    parse_constant: Slot,
    entry: CallEntry,
}

/// One call's state.
struct Run<'a> {
    t: &'a Thread,
    text: &'a PyStr,
    strict: bool,
    /// Keys seen, so that equal ones are one object.
    memo: Owned<PyDict>,
    object_hook: Option<Owned>,
    pairs_hook: Option<Owned>,
    /// Called with the digits, unless they are the built-in types.
    parse_float: Option<Owned>,
    parse_int: Option<Owned>,
    parse_constant: Owned,
}

/// Where no value begins.
#[cold]
fn stop(t: &Thread, at: usize) -> Raised {
    match PyInt::from_u64(t, at as u64) {
        Ok(at) => errors::stop_iteration(t, &at),
        Err(raised) => raised,
    }
}

fn space<T: Unit>(s: &[T], mut at: usize) -> usize {
    while let Some(x) = s.get(at) {
        if !matches!(x.cp(), 32 | 9 | 10 | 13) {
            break;
        }
        at += 1;
    }
    at
}

fn starts<T: Unit>(s: &[T], at: usize, word: &[u8]) -> bool {
    s.get(at..at + word.len()).is_some_and(|s| s.iter().zip(word).all(|(x, &b)| x.cp() == u32::from(b)))
}

impl Run<'_> {
    fn fail<R>(&self, message: &str, at: usize) -> PyResult<R> {
        Err(decode_error(self.t, message, self.text, at as isize))
    }

    fn value<T: Unit>(&self, s: &[T], at: usize) -> PyResult<(Owned, usize)> {
        let t = self.t;
        let Some(first) = s.get(at) else { return Err(stop(t, at)) };
        match first.cp() {
            34 => scan(t, self.text, s, at + 1, self.strict).map(|(text, end)| (text.into_object(), end)),
            123 => {
                enter_recursive(t, " while decoding a JSON object from a unicode string")?;
                self.object(s, at + 1)
            }
            91 => {
                enter_recursive(t, " while decoding a JSON array from a unicode string")?;
                self.array(s, at + 1)
            }
            110 if starts(s, at, b"null") => Ok((singletons::none().own(), at + 4)),
            116 if starts(s, at, b"true") => Ok((singletons::bool(true).own(), at + 4)),
            102 if starts(s, at, b"false") => Ok((singletons::bool(false).own(), at + 5)),
            78 if starts(s, at, b"NaN") => self.constant("NaN", at),
            73 if starts(s, at, b"Infinity") => self.constant("Infinity", at),
            45 if starts(s, at, b"-Infinity") => self.constant("-Infinity", at),
            _ => self.number(s, at),
        }
    }

    fn constant(&self, word: &str, at: usize) -> PyResult<(Owned, usize)> {
        let text = PyStr::intern_str(self.t, word)?;
        Ok((self.parse_constant.call(self.t, &[&text])?, at + word.len()))
    }

    fn number<T: Unit>(&self, s: &[T], start: usize) -> PyResult<(Owned, usize)> {
        let t = self.t;
        let digit = |i: usize| s.get(i).is_some_and(|x| (48..58).contains(&x.cp()));
        let is = |i: usize, a: u32, b: u32| s.get(i).is_some_and(|x| x.cp() == a || x.cp() == b);
        let mut at = start;
        if is(at, 45, 45) {
            at += 1;
        }
        if !digit(at) {
            return Err(stop(t, start));
        }
        let zero = is(at, 48, 48);
        at += 1;
        while !zero && digit(at) {
            at += 1;
        }
        let mut is_float = false;
        if is(at, 46, 46) && digit(at + 1) {
            is_float = true;
            at += 2;
            while digit(at) {
                at += 1;
            }
        }
        if is(at, 101, 69) {
            let mut i = at + 1;
            if is(i, 45, 43) {
                i += 1;
            }
            if digit(i) {
                is_float = true;
                while digit(i) {
                    i += 1;
                }
                at = i;
            }
        }
        let part = &s[start..at];
        let custom = if is_float { &self.parse_float } else { &self.parse_int };
        if let Some(custom) = custom {
            let text = PyStr::from_chars(t, T::chars(part))?;
            return Ok((custom.call(t, &[&text])?, at));
        }
        if !is_float && part.len() <= 18 {
            let negative = part[0].cp() == 45;
            let digits = &part[usize::from(negative)..];
            let value = digits.iter().fold(0i64, |value, x| value * 10 + i64::from(x.cp()) - 48);
            return Ok((PyInt::from_i64(t, if negative { -value } else { value })?.into_object(), at));
        }
        if is_float {
            let text: String = part.iter().map(|x| char::from(x.cp() as u8)).collect();
            return match text.parse::<f64>() {
                Ok(value) => Ok((PyFloat::new(t, value)?.into_object(), at)),
                Err(_) => Err(stop(t, start)),
            };
        }
        let text = PyStr::from_chars(t, T::chars(part))?;
        Ok((PyInt::class().call(t, &[&text])?, at))
    }

    fn array<T: Unit>(&self, s: &[T], at: usize) -> PyResult<(Owned, usize)> {
        let t = self.t;
        let list = PyList::new(t)?;
        let is = |at: usize, c: u32| s.get(at).is_some_and(|x| x.cp() == c);
        let mut at = space(s, at);
        if is(at, 93) {
            return Ok((list.into_object(), at + 1));
        }
        loop {
            let (value, end) = self.value(s, at)?;
            list.append(t, value)?;
            at = space(s, end);
            if is(at, 93) {
                return Ok((list.into_object(), at + 1));
            }
            if !is(at, 44) {
                return self.fail("Expecting ',' delimiter", at);
            }
            let comma = at;
            at = space(s, at + 1);
            if is(at, 93) {
                return self.fail("Illegal trailing comma before end of array", comma);
            }
        }
    }

    fn object<T: Unit>(&self, s: &[T], at: usize) -> PyResult<(Owned, usize)> {
        let t = self.t;
        let is = |at: usize, c: u32| s.get(at).is_some_and(|x| x.cp() == c);
        let mut at = space(s, at);
        let dict = PyDict::new(t)?;
        let mut pairs: Vec<Owned> = Vec::new();
        if !is(at, 125) {
            loop {
                if !is(at, 34) {
                    return self.fail("Expecting property name enclosed in double quotes", at);
                }
                let (key, end) = scan(t, self.text, s, at + 1, self.strict)?;
                let key = self.memo.set_default(t, &key, &key)?;
                at = space(s, end);
                if !is(at, 58) {
                    return self.fail("Expecting ':' delimiter", at);
                }
                at = space(s, at + 1);
                let (value, end) = self.value(s, at)?;
                if self.pairs_hook.is_some() {
                    pairs.push(PyDict::pair(t, key, value)?.into_object());
                } else {
                    dict.set_item(t, &key, &value)?;
                }
                at = space(s, end);
                if is(at, 125) {
                    break;
                }
                if !is(at, 44) {
                    return self.fail("Expecting ',' delimiter", at);
                }
                let comma = at;
                at = space(s, at + 1);
                if is(at, 125) {
                    return self.fail("Illegal trailing comma before end of object", comma);
                }
            }
        }
        let made = if let Some(hook) = &self.pairs_hook {
            let list = PyList::from_vec(t, pairs)?;
            hook.call(t, &[&list])?
        } else if let Some(hook) = &self.object_hook {
            hook.call(t, &[&dict])?
        } else {
            dict.into_object()
        };
        Ok((made, at + 1))
    }
}

impl Vectorcall for Scanner {
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult {
        const SIGNATURE: Signature = Signature {
            fname: "scan_once",
            params: &[Param { name: "string", required: true }, Param { name: "idx", required: true }],
            pos_only: 0,
            positional: 2,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 2];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let [Some(text), Some(idx)] = slots else { return Err(argparse::missing(t)) };
        let idx = number::index_as_isize(t, idx)?;
        let Some(text) = text.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "first argument must be a string, not {:.80}", text.class().name_lossy()));
        };
        let Ok(at) = usize::try_from(idx) else {
            return Err(err!(t, ValueError, "idx cannot be negative"));
        };
        let hook = |slot: &Slot| slot.get().filter(|h| !h.is(singletons::none()));
        let other_than = |slot: &Slot, class: &PyType| slot.get().filter(|f| !f.is(class.as_object()));
        let run = Run {
            t,
            text,
            strict: self.strict,
            memo: PyDict::new(t)?,
            object_hook: hook(&self.object_hook),
            pairs_hook: hook(&self.object_pairs_hook),
            parse_float: other_than(&self.parse_float, PyFloat::class()),
            parse_int: other_than(&self.parse_int, PyInt::class()),
            parse_constant: self.parse_constant.get().unwrap_or_else(|| singletons::none().own()),
        };
        let (value, end) = match text.chars() {
            Chars::One(s) => run.value(s, at)?,
            Chars::Two(s) => run.value(s, at)?,
            Chars::Four(s) => run.value(s, at)?,
        };
        let end = PyInt::from_u64(t, end as u64)?;
        PyTuple::from_vec(t, vec![value, end.into_object()]).map(Owned::into_object)
    }
}

/// JSON scanner object
#[class(name = "_json.Scanner", fields(object_hook = object_hook: "object_hook", object_pairs_hook = object_pairs_hook, parse_constant = parse_constant: "parse_constant", parse_float = parse_float: "parse_float", parse_int = parse_int: "parse_int"), heap, mutable, flags(HAVE_GC), vectorcall = entry)]
impl Scanner {
    #[new(sig = "(context)", text = "")]
    fn new(cls: &PyType, t: &Thread, context: &Object) -> PyResult<Owned<Self>> {
        let strict = context.getattr(t, name!(t, "strict"))?.is_true(t)?;
        let object_hook = context.getattr(t, name!(t, "object_hook"))?;
        let object_pairs_hook = context.getattr(t, name!(t, "object_pairs_hook"))?;
        let parse_float = context.getattr(t, name!(t, "parse_float"))?;
        let parse_int = context.getattr(t, name!(t, "parse_int"))?;
        let parse_constant = context.getattr(t, name!(t, "parse_constant"))?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                strict,
                object_hook: Slot::new(object_hook),
                object_pairs_hook: Slot::new(object_pairs_hook),
                parse_float: Slot::new(parse_float),
                parse_int: Slot::new(parse_int),
                parse_constant: Slot::new(parse_constant),
                entry: CallEntry::of::<Self>(),
            },
        )
    }

    /// strict
    #[getter]
    fn strict(&self, _t: &Thread) -> bool {
        self.strict
    }
}
