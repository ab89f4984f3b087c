//! `bytearray` and `memoryview` through the object protocol, without an interpreter above.

use taipan_object::{Class, Object, Own, Owned, PyBytes, PyInt, PyResult, PySlice, PyStr, Thread, singletons};
use taipan_runtime::Interpreter;
use taipan_types::{PyByteArray, PyMemoryView};

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

fn ok<T>(t: &Thread, result: PyResult<T>) -> T {
    result.unwrap_or_else(|_| panic!("{}", message(t)))
}

fn call(t: &Thread, object: &Object, method: &str, args: &[&Object]) -> String {
    let name = ok(t, PyStr::from_str(t, method));
    show(t, object.call_method(t, &name, args))
}

#[test]
fn buffers() {
    let interp = Interpreter::new();
    let thread = Thread::new(interp);
    // SAFETY: the first thread of a fresh interpreter.
    let t = unsafe { Thread::attach(thread) };
    ok(t, taipan_object::init(t));
    ok(t, taipan_types::init_types(t));
    let int = |n: i64| ok(t, PyInt::from_i64(t, n));
    let text = |s: &str| ok(t, PyStr::from_str(t, s));
    let bytes = |s: &[u8]| ok(t, PyBytes::new(t, s));
    let none = singletons::none();

    let array: Owned = ok(t, PyByteArray::class().call(t, &[&bytes(b"abc")]));
    assert_eq!(call(t, &array, "append", &[&int(300)]), "ValueError: byte must be in range(0, 256)");
    assert_eq!(call(t, &array, "append", &[&int(100)]), "None");
    assert_eq!(show(t, Ok(array.own())), "bytearray(b'abcd')");
    assert_eq!(call(t, &array, "extend", &[&text("a")]), "TypeError: expected iterable of integers; got: 'str'");
    let view: Owned = ok(t, PyMemoryView::class().call(t, &[&array]));
    assert_eq!(call(t, &array, "pop", &[]), "BufferError: Existing exports of data: object cannot be re-sized");
    assert_eq!(show(t, view.get_item(t, &int(-1))), "100");
    assert_eq!(show(t, view.get_item(t, &int(4))), "IndexError: index out of bounds on dimension 1");
    let slice = ok(t, PySlice::new(t, none, none, &int(-1)));
    let reversed = ok(t, view.get_item(t, &slice));
    assert_eq!(call(t, &reversed, "tobytes", &[]), "b'dcba'");
    assert_eq!(
        call(t, &view, "cast", &[&text("x")]),
        "ValueError: memoryview: destination format must be a native single character format prefixed with an optional '@'"
    );
    let words = ok(t, view.call_method(t, &text("cast"), &[&text("H")]));
    assert_eq!(show(t, words.get_item(t, &int(0))), "25185");
    assert!(words.set_item(t, &int(0), &int(1 << 20)).is_err());
    assert_eq!(message(t), "ValueError: memoryview: invalid value for format 'H'");
    assert_eq!(call(t, &words, "release", &[]), "None");
    assert_eq!(show(t, words.get_item(t, &int(0))), "ValueError: operation forbidden on released memoryview object");
    assert!(ok(t, view.eq(t, &bytes(b"abcd"))));
    drop(reversed);
    assert_eq!(call(t, &view, "release", &[]), "None");
    assert_eq!(call(t, &array, "pop", &[&int(0)]), "97");
    assert_eq!(call(t, &array, "hex", &[&text(":")]), "'62:63:64'");
    let front = ok(t, PySlice::from_indices(t, 0, 2));
    ok(t, array.del_item(t, &front));
    assert_eq!(show(t, Ok(array.own())), "bytearray(b'd')");
}
