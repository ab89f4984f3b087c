//! The regex engine against CPython 3.14 (tools/gen_sre.py).

use std::convert::Infallible;
use taipan_text::sre::{CompileError, LocaleTables, Matcher, Mode, Program};
use taipan_text::unit::Unit;

fn run<T: Unit>(p: &Program, text: &[u32], mode: Mode, pos: usize, end: usize, advance: bool) -> Option<Matcher> {
    let t: Vec<T> = text.iter().map(|&c| T::from_cp(c)).collect();
    let mut m = Matcher::new(p);
    let mut steps = 0;
    let mut check = || -> Result<(), Infallible> {
        steps += 1;
        Ok(())
    };
    if m.run(p, &t, pos, end, mode, advance, &mut check).unwrap() { Some(m) } else { None }
}

fn show(p: &Program, m: Option<&Matcher>) -> String {
    let Some(m) = m else { return "-".into() };
    let mut s = String::new();
    for g in 0..=p.groups() {
        match m.span(g) {
            Some((a, b)) => s += &format!("{a},{b} "),
            None => s += "-1,-1 ",
        }
    }
    s + &m.lastindex(p).map_or("None".into(), |i| i.to_string())
}

#[test]
fn rows() {
    let path =
        std::env::var("SRE_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sre.tsv").into());
    let data = std::fs::read_to_string(path).expect("test data");
    let mut bad = 0;
    let mut total = 0;
    let mut program: Option<Program> = None;
    for line in data.lines() {
        let f: Vec<&str> = line.split('\t').collect();
        if f[0] != "=" {
            let code: Vec<u32> = f[1].split(',').map(|w| u32::from_str_radix(w, 16).unwrap()).collect();
            program = Some(
                Program::new(&code, f[0].parse().unwrap(), &LocaleTables::default())
                    .unwrap_or_else(|e| panic!("{e:?} {}", f[7])),
            );
        }
        let p = program.as_ref().unwrap();
        let text: Vec<u32> =
            f[3].split('.').filter(|s| !s.is_empty()).map(|w| u32::from_str_radix(w, 16).unwrap()).collect();
        let (pos, end) = (f[4].parse().unwrap(), f[5].parse().unwrap());
        let top = text.iter().copied().max().unwrap_or(0);
        let once = |mode, pos, advance| {
            let wide = run::<u32>(p, &text, mode, pos, end, advance);
            if top < 256 {
                let narrow = run::<u8>(p, &text, mode, pos, end, advance);
                assert_eq!(show(p, wide.as_ref()), show(p, narrow.as_ref()), "{}", f[7]);
            }
            if top < 65536 {
                let narrow = run::<u16>(p, &text, mode, pos, end, advance);
                assert_eq!(show(p, wide.as_ref()), show(p, narrow.as_ref()), "{}", f[7]);
            }
            wide
        };
        let got = match f[2] {
            "m" => show(p, once(Mode::Match, pos, false).as_ref()),
            "f" => show(p, once(Mode::FullMatch, pos, false).as_ref()),
            "s" => show(p, once(Mode::Search, pos, false).as_ref()),
            _ => {
                let mut all = Vec::new();
                let (mut at, mut advance) = (0, false);
                while let Some(m) = once(Mode::Search, at, advance) {
                    let (a, b) = m.span(0).unwrap();
                    all.push(show(p, Some(&m)));
                    advance = a == b;
                    at = b;
                }
                all.join(" / ")
            }
        };
        total += 1;
        if got != f[6] {
            let t: String = text.iter().filter_map(|&c| char::from_u32(c)).collect();
            if bad < 40 {
                println!("{} {} {t:?} {pos}..{end}\n  got  {got}\n  want {}", f[2], f[7], f[6]);
            }
            bad += 1;
        }
    }
    assert_eq!(bad, 0, "of {total}");
}

#[test]
fn bad_code_is_refused() {
    // Any prefix, and any single word changed, of a real array is either refused or runs.
    let data = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sre.tsv")).expect("test data");
    let locale = LocaleTables::default();
    let text: Vec<u8> = b"abcab".to_vec();
    let mut refused = 0;
    for line in data.lines().filter(|l| !l.starts_with('=')).step_by(3) {
        let f: Vec<&str> = line.split('\t').collect();
        let code: Vec<u32> = f[1].split(',').map(|w| u32::from_str_radix(w, 16).unwrap()).collect();
        let groups: usize = f[0].parse().unwrap();
        let mut tryit = |code: &[u32]| match Program::new(code, groups, &locale) {
            Ok(p) => {
                let mut n = 0;
                let mut check = || {
                    n += 1;
                    if n > 3 { Err(()) } else { Ok(()) }
                };
                let _ = Matcher::new(&p).run(&p, &text, 0, 5, Mode::Search, false, &mut check);
            }
            Err(CompileError::Invalid | CompileError::TooDeep) => refused += 1,
        };
        for i in 0..code.len().min(60) {
            tryit(&code[..i]);
            for w in [0, 1, 3, 7, 1000, u32::MAX, code[i].wrapping_add(1)] {
                let mut c = code.clone();
                c[i] = w;
                tryit(&c);
            }
        }
    }
    assert!(refused > 1000);
}
