//! Input that is typed line by line: complete, incomplete or wrong.

use taipan_parser::{ErrorKind, Mode, Options, Source, parse};

/// What a prompt that has read `text` makes of it.
fn state(text: &str) -> &'static str {
    let options = Options { interactive: true, allow_incomplete_input: true, ..Options::default() };
    match parse(Source::Text(text), Mode::Single, &options) {
        Ok(_) => "complete",
        Err(error) if error.kind == ErrorKind::IncompleteInput => "incomplete",
        Err(_) => "wrong",
    }
}

#[test]
fn prompt() {
    for (text, expected) in [
        ("x\n", "complete"),
        ("x = 1; y\n", "complete"),
        ("\n", "complete"),
        ("# comment\n", "complete"),
        ("  \n", "complete"),
        ("if x:\n", "incomplete"),
        ("if x:\n  y\n", "incomplete"),
        ("if x:\n  y\n  \n", "incomplete"),
        ("if x:\n  y\n# c\n", "incomplete"),
        ("if x:\n  y\n\n", "complete"),
        ("if x: y\n", "incomplete"),
        ("if x: y\n\n", "complete"),
        ("if x:\n  y\nelse:\n", "incomplete"),
        ("if x:\n  y\nelse:\n  z\n\n", "complete"),
        ("def f():\n  if x:\n    y\n\n", "complete"),
        ("@f\n", "incomplete"),
        ("(1,\n", "incomplete"),
        ("(1,\n\n2)\n", "complete"),
        ("'''a\n", "incomplete"),
        ("f'''a{\n", "incomplete"),
        ("x = \\\n", "incomplete"),
        ("try:\n  x\n", "incomplete"),
        ("'a\n", "wrong"),
        ("x y\n", "wrong"),
        ("if x:\ny\n", "wrong"),
        ("  x\n", "wrong"),
        (")\n", "wrong"),
        ("if x:\n  y z\n", "wrong"),
    ] {
        assert_eq!(state(text), expected, "{text:?}");
    }
}
