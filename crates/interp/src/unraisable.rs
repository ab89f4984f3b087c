//! Exceptions that nobody can catch: `sys.unraisablehook`, or a plain report.

use crate::traceback::format_plain;
use taipan_object::{Object, errors};
use taipan_runtime::Thread;

/// Reports and drops the exception in flight.
pub fn report(t: &Thread, message: Option<&str>, object: Option<&Object>) {
    let Some(exception) = errors::take(t) else { return };
    let mut text = message.unwrap_or("Exception ignored in").to_string();
    match object {
        Some(object) => {
            text.push_str(if message.is_some() { " " } else { ": " });
            text.push_str(&object.repr_lossy(t));
            if message.is_some() {
                text.push(':');
            }
        }
        None => text.push(':'),
    }
    eprintln!("{text}");
    eprint!("{}", format_plain(t, &exception));
}
