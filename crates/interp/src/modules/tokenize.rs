//! `_tokenize`: the tokens of a source that is read line by line.

use core::cell::RefCell;
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyBytes, PyInt, PyModule, PyResult, PyStr, PyTuple, PyType, Slot, Thread,
    class, codecs, err, errors, exceptions, native_module, object, sequence,
};
use taipan_parser::{TokenInfo, TokenizerIter};

/// `_tokenize.TokenizerIter`.
#[object]
pub struct PyTokenizerIter {
    readline: Slot,
    encoding: Data<Option<String>>,
    extra_tokens: bool,
    /// Made when the first token is asked for.
    tokens: Data<RefCell<Option<TokenizerIter>>>,
    /// The line of the last token, which the next one often shares.
    line: Slot<PyStr>,
}

impl PyTokenizerIter {
    /// All the lines, decoded.
    fn read(&self, t: &Thread) -> PyResult<Vec<u8>> {
        let mut source = Vec::new();
        let Some(readline) = self.readline.get() else { return Ok(source) };
        loop {
            let line = match readline.call(t, &[]) {
                Ok(line) => line,
                Err(raised) => {
                    if errors::matches::<exceptions::StopIteration>(t) {
                        errors::clear(t);
                        return Ok(source);
                    }
                    return Err(raised);
                }
            };
            let text = match &*self.encoding {
                Some(encoding) => match line.downcast::<PyBytes>() {
                    Some(bytes) => codecs::decode(t, bytes.as_bytes(), Some(encoding), None)?,
                    None => return Err(err!(t, TypeError, "readline() returned a non-bytes object")),
                },
                None => match line.downcast::<PyStr>() {
                    Some(text) => text.own(),
                    None => return Err(err!(t, TypeError, "readline() returned a non-string object")),
                },
            };
            if text.len() == 0 {
                return Ok(source);
            }
            source.extend_from_slice(text.to_utf8(t)?.as_bytes());
        }
    }

    fn line_object(&self, t: &Thread, line: &str) -> PyResult<Owned<PyStr>> {
        if let Some(last) = self.line.get().filter(|last| last.eq_str(line)) {
            return Ok(last);
        }
        let made = PyStr::from_str(t, line)?;
        self.line.set(Some(made.clone()));
        Ok(made)
    }

    fn tuple(&self, t: &Thread, info: &TokenInfo) -> PyResult<Owned<PyTuple>> {
        let int = |n: i32| PyInt::from_i64(t, i64::from(n));
        let place = |(line, column): (i32, i32)| sequence::pair(t, &*int(line)?, &*int(column)?);
        PyTuple::from_vec(
            t,
            vec![
                int(i32::from(info.type_))?.into_object(),
                PyStr::from_str(t, &info.string)?.into_object(),
                place(info.start)?.into_object(),
                place(info.end)?.into_object(),
                self.line_object(t, &info.line)?.into_object(),
            ],
        )
    }
}

#[class(name = "_tokenize.TokenizerIter", heap, flags(HAVE_GC))]
impl PyTokenizerIter {
    #[new(sig = "(readline, /, *, encoding=None, extra_tokens)", text = "")]
    fn new(
        cls: &PyType,
        t: &Thread,
        readline: &Object,
        encoding: Option<&PyStr>,
        extra_tokens: bool,
    ) -> PyResult<Owned<Self>> {
        let encoding = encoding.map(PyStr::to_string_lossy);
        cls.instance(
            t,
            Self {
                head: Head::new(),
                readline: Slot::new(readline.own()),
                encoding: Data(encoding),
                extra_tokens,
                tokens: Data(RefCell::new(None)),
                line: Slot::empty(),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let started = self.tokens.borrow().is_some();
        if !started {
            let source = self.read(t)?;
            let source = String::from_utf8_lossy(&source).into_owned();
            self.tokens.replace(Some(TokenizerIter::new(source, self.extra_tokens)));
        }
        let next = self.tokens.borrow_mut().as_mut().and_then(Iterator::next);
        match next {
            Some(Ok(info)) => self.tuple(t, &info).map(|tuple| Some(tuple.into_object())),
            Some(Err(error)) => {
                let filename = PyStr::intern_str(t, "<string>")?;
                Err(crate::compile::parse_error(t, &error, &filename))
            }
            None => Ok(None),
        }
    }
}

#[native_module(name = "_tokenize", classes(PyTokenizerIter))]
pub mod tokenize {
    use super::*;

    #[exec]
    fn exec(_module: &PyModule, _t: &Thread) -> PyResult<()> {
        let _ = PyTokenizerIter::class();
        Ok(())
    }
}
