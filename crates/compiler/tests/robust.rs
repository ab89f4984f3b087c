//! Sources that nest deeply or are very long end in a result, not in a crash.

use taipan_compiler::{ErrorKind, Failure, Options, compile};
use taipan_parser::{Mode, Source};

fn outcome(source: &str) -> String {
    let parsing = taipan_parser::Options { stack_budget: 1 << 20, ..Default::default() };
    let options = Options { stack: 1 << 20, ..Options::default() };
    match compile(Source::Text(source), b"<deep>", Mode::Exec, &options, &parsing).result {
        Ok(_) => "ok".into(),
        Err(Failure::Parse(error)) => format!("{:?}: {}", error.kind, error.message),
        Err(Failure::Compile(error)) => {
            assert_ne!(error.kind, ErrorKind::System, "{}", error.message);
            format!("{:?}: {}", error.kind, error.message)
        }
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let recursion = "Recursion: maximum recursion depth exceeded during compilation";
    for n in [100, 1_000, 10_000, 100_000] {
        for source in [
            format!("a{}", ".b".repeat(n)),
            format!("a{}", "()".repeat(n)),
            format!("a{}", "[0]".repeat(n)),
            format!("1{}", "+1".repeat(n)),
            format!("a{}", " and a".repeat(n)),
            format!("{}a", "not ".repeat(n)),
            format!("{}1", "-".repeat(n)),
            format!("if a: b\n{}", "elif a: b\n".repeat(n)),
            format!("{}a", "lambda: ".repeat(n)),
            format!("{}a", "a if b else ".repeat(n)),
            format!("{}1", "x = ".repeat(n)),
            format!("with {}a: b", "a, ".repeat(n)),
            format!("match a:\n case {}2: c", "1 | ".repeat(n)),
        ] {
            let got = outcome(&source);
            assert!(
                got == "ok" || got == recursion || got.starts_with("Memory") || got.starts_with("Syntax"),
                "{got} for {}...",
                &source[..20]
            );
            if n == 100 && !source.starts_with("with") {
                assert_eq!(got, "ok", "{}...", &source[..20]);
            }
        }
    }
}

#[test]
fn long_sources_are_fine() {
    assert_eq!(outcome(&"x = y + 1\n".repeat(50_000)), "ok");
    assert_eq!(outcome(&format!("x = [{}]", "1.5, ".repeat(50_000))), "ok");
    assert_eq!(outcome(&format!("x = {{{}}}", "'a': b, ".repeat(20_000))), "ok");
    let names: String = (0..20_000).map(|i| format!("    v{i} = v{}\n", i / 2)).collect();
    assert_eq!(outcome(&format!("def f():\n{names}")), "ok");
    let functions: String = (0..5_000).map(|i| format!("def f{i}(): return f{}\n", i / 2)).collect();
    assert_eq!(outcome(&functions), "ok");
    let branches: String = (0..10_000).map(|i| format!("    if a{i}: b\n")).collect();
    assert_eq!(outcome(&format!("while c:\n{branches}")), "ok");
}
