//! Deep input ends in a tree or an error, never in an overflow of the native stack.

use taipan_parser::{ErrorKind, Mode, Options, Source, parse};

fn nested(open: &str, inner: &str, close: &str, n: usize) -> String {
    format!("{}{inner}{}", open.repeat(n), close.repeat(n))
}

fn shapes(n: usize) -> Vec<String> {
    let mut shapes = vec![
        "not ".repeat(n) + "x",
        "-".repeat(n) + "x",
        "x**".repeat(n) + "x",
        "lambda:".repeat(n) + "x",
        "lambda a=lambda:".repeat(n) + "x",
        "a if b else ".repeat(n) + "x",
        "if x: pass\n".to_owned() + &"elif x: pass\n".repeat(n),
        "a".to_owned() + &".b".repeat(n),
        "a".to_owned() + &"()".repeat(n),
        "a".to_owned() + &"[0]".repeat(n),
        "1".to_owned() + &"+1".repeat(n),
        "1".to_owned() + &" and 1".repeat(n),
        "1".to_owned() + &" < 1".repeat(n),
        "x=".repeat(n) + "1",
        "'a' ".repeat(n),
        "f'{a}' ".repeat(n),
        "match x:\n case ".to_owned() + &"a|".repeat(n) + "1: pass\n",
    ];
    let m = n.min(199);
    for (open, inner, close) in [
        ("(", "x", ")"),
        ("(not ", "x", ")"),
        ("(x,", "", ")"),
        ("[", "", "]"),
        ("{", "x", "}"),
        ("{1:", "1", "}"),
        ("f(", "", ")"),
        ("f(a=", "1", ")"),
        ("f(*", "x", ")"),
        ("a[", "0", "]"),
        ("a[1:", "0", "]"),
        ("(lambda:", "x", ")"),
        ("(yield ", "x", ")"),
        ("(x:=", "1", ")"),
        ("[x for x in ", "y", "]"),
        ("{x for x in y if ", "y", "}"),
        ("-(", "x", ")"),
        ("(a if b else ", "x", ")"),
        ("(a or b and c < d | e ^ f & g << h + i * ", "x", ")"),
    ] {
        shapes.push(nested(open, inner, close, m));
        shapes.push(format!("({}) = 1", nested(open, inner, close, m - 1)));
        shapes.push(nested(open, inner, "", m));
        shapes.push(nested(open, &format!("{inner} $"), close, m));
        shapes.push(format!("with {}: pass", nested(open, inner, close, m)));
        shapes.push(format!("del {}", nested(open, inner, close, m)));
    }
    for (open, inner, close) in
        [("(", "a", ")"), ("[", "a", "]"), ("{1:", "a", "}"), ("A(", "a", ")"), ("A(b=", "a", ")")]
    {
        shapes.push(format!("match x:\n case {}: pass\n", nested(open, inner, close, m)));
    }
    let deep: String = (0..m.min(99)).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
    shapes.push(format!("{deep}{}x\n", " ".repeat(m.min(99))));
    let deep: String = (0..m.min(90)).map(|i| format!("{}class A:\n", " ".repeat(i))).collect();
    shapes.push(format!("{deep}{}x\n", " ".repeat(m.min(90))));
    let fstrings = "f'{f\"{".repeat(m.min(70)) + "1" + &"}\"}'".repeat(m.min(70));
    shapes.push(fstrings);
    shapes.push(format!("f'{}'", nested("{x:", "", "}", 2)));
    shapes
}

#[test]
fn deep_input_fits_the_stack_budget() {
    for (budget, n) in [(256 << 10, 50_000), (1 << 20, 50_000), (8 << 20, 100_000), (8 << 20, 5_000)] {
        let thread = std::thread::Builder::new().stack_size(budget + (64 << 10)).spawn(move || {
            for source in shapes(n) {
                let options = Options { stack_budget: budget, ..Options::default() };
                for mode in [Mode::Exec, Mode::Eval, Mode::Single] {
                    if let Err(error) = parse(Source::Text(&source), mode, &options) {
                        assert!(
                            matches!(error.kind, ErrorKind::SyntaxError | ErrorKind::MemoryError),
                            "{:?}",
                            error.kind
                        );
                    }
                }
            }
        });
        assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
    }
}

#[test]
fn cpython_limits() {
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(|| {
        let options = Options { stack_budget: 15 << 20, ..Options::default() };
        let parses = |source: String| parse(Source::Text(&source), Mode::Exec, &options).is_ok();
        let fails = |source: String| {
            parse(Source::Text(&source), Mode::Exec, &options).is_err_and(|e| e.kind == ErrorKind::MemoryError)
        };
        assert!(parses("not ".repeat(5900) + "x"));
        assert!(fails("not ".repeat(6000) + "x"));
        assert!(parses("lambda:".repeat(2900) + "x"));
        assert!(fails("lambda:".repeat(3000) + "x"));
        assert!(parses("a if b else ".repeat(5900) + "x"));
        assert!(fails("a if b else ".repeat(6000) + "x"));
        assert!(fails("-".repeat(100_000) + "4"));
        assert!(parses(nested("(", "x", ")", 200)));
        assert!(!parses(nested("(", "x", ")", 201)));
        assert!(parses("a".to_owned() + &".b".repeat(100_000)));
    });
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}
