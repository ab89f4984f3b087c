//! Method calls on numbers, text and bytes through the object protocol, without an interpreter above.

use taipan_object::{Class, Object, Own, Owned, PyBytes, PyFloat, PyInt, PyResult, PyStr, Thread};
use taipan_runtime::Interpreter;

fn with_thread(work: impl FnOnce(&Thread)) {
    let interp = Interpreter::new();
    let thread = Thread::new(interp);
    // SAFETY: the first thread of a fresh interpreter.
    let t = unsafe { Thread::attach(thread) };
    if taipan_object::init(t).is_err() {
        panic!("init failed: {}", message(t));
    }
    work(t);
}

fn message(t: &Thread) -> String {
    match taipan_object::errors::take(t) {
        Some(exception) => format!("{}: {}", exception.class().name_lossy(), exception.str_lossy(t)),
        None => "no exception".to_string(),
    }
}

fn show(t: &Thread, result: PyResult) -> String {
    match result {
        Ok(value) => value.repr_lossy(t),
        Err(_) => message(t),
    }
}

fn s(t: &Thread, text: &str) -> Owned<PyStr> {
    PyStr::from_str(t, text).unwrap_or_else(|_| PyStr::empty().own())
}

fn call(t: &Thread, object: &Object, method: &str, args: &[&Object]) -> String {
    show(t, object.call_method(t, &s(t, method), args))
}

#[test]
fn methods() {
    with_thread(|t| {
        let int = |n: i64| PyInt::from_i64(t, n).unwrap_or_else(|_| panic!("int"));
        let text = s(t, "a,b,ä");
        let parts = text.call_method(t, &s(t, "split"), &[&*s(t, ",")]).unwrap_or_else(|_| panic!("split"));
        assert_eq!(call(t, &s(t, "|"), "join", &[&parts]), "'a|b|ä'");
        assert_eq!(call(t, &text, "upper", &[]), "'A,B,Ä'");
        assert_eq!(call(t, &text, "find", &[&int(3)]), "TypeError: find() argument 1 must be str, not int");
        assert_eq!(call(t, &text, "find", &[]), "TypeError: find expected at least 1 argument, got 0");
        assert_eq!(call(t, &text, "encode", &[]), "b'a,b,\\xc3\\xa4'");
        assert_eq!(
            call(t, &text, "encode", &[&*s(t, "ascii")]),
            "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe4' in position 4: ordinal not in range(128)"
        );
        assert_eq!(
            call(t, &s(t, "{} {0}"), "format", &[&int(1)]),
            "ValueError: cannot switch from automatic field numbering to manual field specification"
        );
        assert_eq!(call(t, &s(t, "{:>5}|{!r}"), "format", &[&int(1), &*s(t, "x")]), "\"    1|'x'\"");
        let big = PyInt::class().call(t, &[&*s(t, "123456789012345678901234567890")]).unwrap_or_else(|_| panic!("big"));
        assert_eq!(
            show(t, taipan_object::number::binary_op(t, &big, &big, taipan_object::number::Op::Multiply)),
            "15241578753238836750495351562536198787501905199875019052100"
        );
        assert_eq!(
            show(t, PyInt::class().call(t, &[&*s(t, "z1")])),
            "ValueError: invalid literal for int() with base 10: 'z1'"
        );
        assert_eq!(show(t, PyFloat::class().call(t, &[&*s(t, "1e3")])), "1000.0");
        let pow = taipan_object::number::power(t, &int(2), &int(-1), taipan_object::singletons::none());
        assert_eq!(show(t, pow), "0.5");
        let bytes = PyBytes::new(t, b"a b\xff").unwrap_or_else(|_| panic!("bytes"));
        assert_eq!(call(t, &bytes, "title", &[]), "b'A B\\xff'");
        assert_eq!(call(t, &bytes, "hex", &[]), "'612062ff'");
        assert_eq!(
            call(t, &bytes, "decode", &[]),
            "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 3: invalid start byte"
        );
        assert_eq!(
            show(
                t,
                taipan_object::number::binary_op(
                    t,
                    &s(t, "%05d|%s"),
                    &taipan_object::PyTuple::from_slice(t, &[&int(42), &bytes]).unwrap_or_else(|_| panic!("tuple")),
                    taipan_object::number::Op::Remainder
                )
            ),
            "\"00042|b'a b\\\\xff'\""
        );
    });
}
