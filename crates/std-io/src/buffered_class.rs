//! `BufferedReader`, `BufferedWriter`, `BufferedRandom` and `BufferedRWPair`.

use crate::buffered::Buffered;
use crate::iobase::PyBufferedIOBase;
use crate::support::{
    DEFAULT_BUFFER_SIZE, both, cannot_pickle, check_readable, check_writable, repr_with_name, size_or_none,
};
use taipan_object::{
    Args, Head, Object, Owned, PyBytes, PyDict, PyResult, PyStr, PyType, Slot, Thread, WeakList, class, err, name,
    object, singletons,
};

fn buffer_size(t: &Thread, size: Option<&Object>) -> PyResult<isize> {
    match size {
        None => Ok(DEFAULT_BUFFER_SIZE as isize),
        Some(size) => taipan_object::number::index_as_isize(t, size),
    }
}

macro_rules! buffered {
    ($(#[$doc:meta])* $name:ident, $python:literal, $text:literal, ($($more:tt)*)) => {
        $(#[$doc])*
        #[object]
        pub struct $name {
            dict: Slot<PyDict>,
            weaks: WeakList,
            pub(crate) core: Buffered,
        }

        #[class(name = $python, doc = $text, heap, inherited_new, base = PyBufferedIOBase, flags(BASETYPE, HAVE_GC),
            dict = dict, weaklist = weaks)]
        impl $name {
            #[slot]
            fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
                cls.instance(
                    t,
                    Self { head: Head::new(), dict: Slot::empty(), weaks: WeakList::new(), core: Buffered::new() },
                )
            }


            #[slot]
            fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
                repr_with_name(t, self, &self.class().name_lossy(), "")
            }

            $($more)*

            #[method]
            fn detach(&self, t: &Thread) -> PyResult {
                self.core.detach(t, self)
            }

            #[method]
            fn close(&self, t: &Thread) -> PyResult {
                self.core.close(t, self)
            }

            #[method]
            fn seekable(&self, t: &Thread) -> PyResult {
                self.core.raw(t)?.call_method(t, name!(t, "seekable"), &[])
            }

            #[method]
            fn fileno(&self, t: &Thread) -> PyResult {
                self.core.raw(t)?.call_method(t, name!(t, "fileno"), &[])
            }

            #[method]
            fn isatty(&self, t: &Thread) -> PyResult {
                self.core.raw(t)?.call_method(t, name!(t, "isatty"), &[])
            }

            #[method(sig = "(source, /)")]
            fn _dealloc_warn(&self, t: &Thread, source: &Object) -> PyResult<()> {
                self.core.dealloc_warn(t, source)
            }

            #[method(sig = "(target, whence=0, /)")]
            fn seek(&self, t: &Thread, target: &Object, whence: i32) -> PyResult<i64> {
                self.core.seek(t, self, target, whence)
            }

            #[method]
            fn tell(&self, t: &Thread) -> PyResult<i64> {
                self.core.tell(t)
            }

            #[method(sig = "(pos=None, /)")]
            fn truncate(&self, t: &Thread, pos: Option<&Object>) -> PyResult {
                self.core.truncate(t, self, pos)
            }

            #[method]
            fn __sizeof__(&self, _t: &Thread) -> usize {
                crate::support::sizeof::<Self>(self, 152) + self.core.buffer_size()
            }

            #[method]
            fn __getstate__(&self, t: &Thread) -> PyResult {
                Err(cannot_pickle(t, self))
            }

            #[getter(member)]
            fn raw(&self, t: &Thread) -> PyResult {
                match self.core.raw.get() {
                    Some(raw) => Ok(raw),
                    None => Err(taipan_object::attr::no_attribute(t, self, name!(t, "raw"))),
                }
            }

            #[getter(member)]
            fn _finalizing(&self, _t: &Thread) -> bool {
                self.core.finalizing.get()
            }

            #[setter]
            fn set__finalizing(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
                self.core.finalizing.set(match value {
                    Some(value) if value.is_exact::<taipan_object::PyBool>() => value.is_true(t)?,
                    Some(_) => return Err(err!(t, TypeError, "attribute value type must be bool")),
                    None => return Err(err!(t, TypeError, "can't delete numeric/char attribute")),
                });
                Ok(())
            }

            #[getter]
            fn closed(&self, t: &Thread) -> PyResult {
                if self.core.ok.get()
                    && let Some(closed) = self.core.closed_fast()
                {
                    return Ok(taipan_object::Own::own(singletons::bool(closed)));
                }
                self.core.raw(t)?.getattr(t, name!(t, "closed"))
            }

            #[getter]
            fn name(&self, t: &Thread) -> PyResult {
                self.core.raw(t)?.getattr(t, name!(t, "name"))
            }

            #[getter]
            fn mode(&self, t: &Thread) -> PyResult {
                self.core.raw(t)?.getattr(t, name!(t, "mode"))
            }
        }
    };
}

buffered!(
    /// `_io.BufferedReader`.
    PyBufferedReader, "_io.BufferedReader",
    "Reads ahead from a raw stream.\n\nraw is a RawIOBase object that can be read; buffer_size says how many bytes\nare asked of it at a time.", (
        #[init(sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
        fn init(&self, t: &Thread, raw: &Object, buffer_size: Option<&Object>) -> PyResult<()> {
            let size = self::buffer_size(t, buffer_size)?;
            self.core.ok.set(false);
            check_readable(t, raw)?;
            self.core.init(t, raw, size, true, false)
        }

        #[slot]
        fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
            self.core.next(t, self, self.is_exact::<Self>())
        }

        #[method]
        fn flush(&self, t: &Thread) -> PyResult {
            self.core.simple_flush(t)
        }

        #[method]
        fn readable(&self, t: &Thread) -> PyResult {
            self.core.raw(t)?.call_method(t, name!(t, "readable"), &[])
        }

        #[method(sig = "(size=-1, /)")]
        fn read(&self, t: &Thread, size: Option<&Object>) -> PyResult<Option<Owned>> {
            self.core.read(t, self, size_or_none(t, size)?)
        }

        #[method(sig = "(size=0, /)")]
        fn peek(&self, t: &Thread, size: isize) -> PyResult<Owned<PyBytes>> {
            let _ = size;
            self.core.peek(t, self)
        }

        #[method(sig = "(size=-1, /)")]
        fn read1(&self, t: &Thread, size: isize) -> PyResult<Owned<PyBytes>> {
            self.core.read1(t, self, size)
        }

        #[method(sig = "(buffer, /)")]
        fn readinto(&self, t: &Thread, buffer: &Object) -> PyResult<Option<usize>> {
            self.core.readinto(t, self, buffer, false)
        }

        #[method(sig = "(buffer, /)")]
        fn readinto1(&self, t: &Thread, buffer: &Object) -> PyResult<Option<usize>> {
            self.core.readinto(t, self, buffer, true)
        }

        #[method(sig = "(size=-1, /)")]
        fn readline(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyBytes>> {
            let size = size_or_none(t, size)?;
            self.core.raw(t)?;
            self.core.readline(t, self, size)
        }
    )
);

buffered!(
    /// `_io.BufferedWriter`.
    PyBufferedWriter, "_io.BufferedWriter",
    "Collects what is written to a raw stream.\n\nraw is a RawIOBase object that can be written; it gets its bytes when\nbuffer_size of them have come together, by flush(), or in the end.", (
        #[init(sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
        fn init(&self, t: &Thread, raw: &Object, buffer_size: Option<&Object>) -> PyResult<()> {
            let size = self::buffer_size(t, buffer_size)?;
            self.core.ok.set(false);
            check_writable(t, raw)?;
            self.core.init(t, raw, size, false, true)
        }

        #[method]
        fn writable(&self, t: &Thread) -> PyResult {
            self.core.raw(t)?.call_method(t, name!(t, "writable"), &[])
        }

        #[method(sig = "(buffer, /)")]
        fn write(&self, t: &Thread, buffer: &Object) -> PyResult<usize> {
            self.core.write(t, self, buffer)
        }

        #[method]
        fn flush(&self, t: &Thread) -> PyResult<()> {
            self.core.raw(t)?;
            self.core.flush(t, self)
        }
    )
);

buffered!(
    /// `_io.BufferedRandom`.
    PyBufferedRandom, "_io.BufferedRandom",
    "Reads ahead from a raw stream that can seek, and collects what is written to it.\n\nraw is a RawIOBase object that can be read, written and positioned; buffer_size\nis the size of the buffer in bytes.", (
        #[init(sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
        fn init(&self, t: &Thread, raw: &Object, buffer_size: Option<&Object>) -> PyResult<()> {
            let size = self::buffer_size(t, buffer_size)?;
            self.core.ok.set(false);
            crate::support::check_seekable(t, raw)?;
            check_readable(t, raw)?;
            check_writable(t, raw)?;
            self.core.init(t, raw, size, true, true)
        }

        #[slot]
        fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
            self.core.next(t, self, self.is_exact::<Self>())
        }

        #[method]
        fn readable(&self, t: &Thread) -> PyResult {
            self.core.raw(t)?.call_method(t, name!(t, "readable"), &[])
        }

        #[method]
        fn writable(&self, t: &Thread) -> PyResult {
            self.core.raw(t)?.call_method(t, name!(t, "writable"), &[])
        }

        #[method]
        fn flush(&self, t: &Thread) -> PyResult<()> {
            self.core.raw(t)?;
            self.core.flush(t, self)
        }

        #[method(sig = "(size=-1, /)")]
        fn read(&self, t: &Thread, size: Option<&Object>) -> PyResult<Option<Owned>> {
            self.core.read(t, self, size_or_none(t, size)?)
        }

        #[method(sig = "(size=-1, /)")]
        fn read1(&self, t: &Thread, size: isize) -> PyResult<Owned<PyBytes>> {
            self.core.read1(t, self, size)
        }

        #[method(sig = "(buffer, /)")]
        fn readinto(&self, t: &Thread, buffer: &Object) -> PyResult<Option<usize>> {
            self.core.readinto(t, self, buffer, false)
        }

        #[method(sig = "(buffer, /)")]
        fn readinto1(&self, t: &Thread, buffer: &Object) -> PyResult<Option<usize>> {
            self.core.readinto(t, self, buffer, true)
        }

        #[method(sig = "(size=-1, /)")]
        fn readline(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyBytes>> {
            let size = size_or_none(t, size)?;
            self.core.raw(t)?;
            self.core.readline(t, self, size)
        }

        #[method(sig = "(size=0, /)")]
        fn peek(&self, t: &Thread, size: isize) -> PyResult<Owned<PyBytes>> {
            let _ = size;
            self.core.peek(t, self)
        }

        #[method(sig = "(buffer, /)")]
        fn write(&self, t: &Thread, buffer: &Object) -> PyResult<usize> {
            self.core.write(t, self, buffer)
        }
    )
);

/// `_io.BufferedRWPair`.
#[object]
pub struct PyBufferedRWPair {
    dict: Slot<PyDict>,
    weaks: WeakList,
    reader: Slot,
    writer: Slot,
}

impl PyBufferedRWPair {
    fn side(&self, t: &Thread, writer: bool) -> PyResult {
        let slot = if writer { &self.writer } else { &self.reader };
        slot.get().ok_or_else(|| err!(t, ValueError, "I/O operation on uninitialized object"))
    }

    fn forward(&self, t: &Thread, writer: bool, method: &PyStr, args: Args<'_>) -> PyResult {
        let method = self.side(t, writer)?.getattr(t, method)?;
        method.call_args(t, &args)
    }
}

/// A buffered reader and writer object together.
///
/// A buffered reader object and buffered writer object put together to
/// form a sequential IO object that can read and write. This is typically
/// used with a socket or two-way pipe.
///
/// reader and writer are RawIOBase objects that are readable and
/// writeable respectively. If the buffer_size is omitted it defaults to
/// DEFAULT_BUFFER_SIZE.
#[class(name = "_io.BufferedRWPair", heap, inherited_new, base = PyBufferedIOBase, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaks)]
impl PyBufferedRWPair {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(
            t,
            Self {
                head: Head::new(),
                dict: Slot::empty(),
                weaks: WeakList::new(),
                reader: Slot::empty(),
                writer: Slot::empty(),
            },
        )
    }

    #[init(sig = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)")]
    fn init(&self, t: &Thread, reader: &Object, writer: &Object, buffer_size: Option<&Object>) -> PyResult<()> {
        let size = self::buffer_size(t, buffer_size)?;
        check_readable(t, reader)?;
        check_writable(t, writer)?;
        let size = taipan_object::PyInt::from_i64(t, size as i64)?;
        let made = PyBufferedReader::class_object().call(t, &[reader, &size])?;
        self.reader.set(Some(made));
        match PyBufferedWriter::class_object().call(t, &[writer, &size]) {
            Ok(made) => {
                self.writer.set(Some(made));
                Ok(())
            }
            Err(raised) => {
                self.reader.set(None);
                Err(raised)
            }
        }
    }

    #[method(text = "")]
    fn read(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.forward(t, false, name!(t, "read"), args)
    }

    #[method(text = "")]
    fn peek(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.forward(t, false, name!(t, "peek"), args)
    }

    #[method(text = "")]
    fn read1(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.forward(t, false, name!(t, "read1"), args)
    }

    #[method(text = "")]
    fn readinto(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.forward(t, false, name!(t, "readinto"), args)
    }

    #[method(text = "")]
    fn readinto1(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.forward(t, false, name!(t, "readinto1"), args)
    }

    #[method(text = "")]
    fn write(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.forward(t, true, name!(t, "write"), args)
    }

    #[method]
    fn flush(&self, t: &Thread) -> PyResult {
        self.forward(t, true, name!(t, "flush"), Args::EMPTY)
    }

    #[method]
    fn readable(&self, t: &Thread) -> PyResult {
        self.forward(t, false, name!(t, "readable"), Args::EMPTY)
    }

    #[method]
    fn writable(&self, t: &Thread) -> PyResult {
        self.forward(t, true, name!(t, "writable"), Args::EMPTY)
    }

    #[method]
    fn close(&self, t: &Thread) -> PyResult {
        let closed = self.forward(t, true, name!(t, "close"), Args::EMPTY);
        both(t, closed, || self.forward(t, false, name!(t, "close"), Args::EMPTY))
    }

    #[method]
    fn isatty(&self, t: &Thread) -> PyResult {
        let answer = self.forward(t, true, name!(t, "isatty"), Args::EMPTY)?;
        if !answer.is(singletons::bool(false)) {
            return Ok(answer);
        }
        self.forward(t, false, name!(t, "isatty"), Args::EMPTY)
    }

    #[getter]
    fn closed(&self, t: &Thread) -> PyResult {
        match self.writer.get() {
            Some(writer) => writer.getattr(t, name!(t, "closed")),
            None => Err(err!(t, RuntimeError, "the BufferedRWPair object is being garbage-collected")),
        }
    }
}

impl PyBufferedReader {
    fn class_object() -> &'static Object {
        crate::support::class_object::<Self>()
    }
}

impl PyBufferedWriter {
    fn class_object() -> &'static Object {
        crate::support::class_object::<Self>()
    }
}
