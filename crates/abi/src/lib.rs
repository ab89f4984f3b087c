//! CPython 3.14's public object layouts, flags and slot numbers. No behaviour.
