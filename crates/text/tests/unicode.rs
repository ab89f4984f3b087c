//! Every property of every code point against CPython 3.14 (tools/dump_unicode.py).

use taipan_text::unicode::{self as u, case, names, normalize as nf, old};

fn x(s: &[u32]) -> String {
    s.iter().map(|c| format!("{c:x}")).collect::<Vec<_>>().join(".")
}

fn number(v: Option<f64>) -> String {
    let Some(v) = v else { return "-".into() };
    // %g with six digits
    if v == 0.0 {
        return "0".into();
    }
    let e = v.abs().log10().floor() as i32;
    if !(-4..6).contains(&e) {
        let s = format!("{v:.5e}");
        let (m, e) = s.split_once('e').unwrap();
        let m = m.trim_end_matches('0').trim_end_matches('.');
        let e: i32 = e.parse().unwrap();
        return format!("{m}e{}{:02}", if e < 0 { '-' } else { '+' }, e.abs());
    }
    let s = format!("{v:.*}", (5 - e).max(0) as usize);
    if s.contains('.') { s.trim_end_matches('0').trim_end_matches('.').into() } else { s }
}

fn line(c: u32) -> String {
    let one = [c];
    let flags: String = [
        u::is_alpha(c),
        u::is_decimal(c),
        u::is_digit(c),
        u::is_numeric(c),
        case::is_lower(&one),
        case::is_upper(&one),
        case::is_title(&one),
        u::is_space(c),
        u::is_printable(c),
        u::is_xid_start(c) || c == 95,
        u::is_xid_continue(c),
        u::is_linebreak(c),
        u::is_alnum(c),
    ]
    .iter()
    .map(|&b| if b { '1' } else { '0' })
    .collect();
    let int = |v: Option<u8>| v.map_or("-".into(), |v| v.to_string());
    let mut parts = vec![
        format!("{c:x}"),
        flags,
        x(&case::lower(&one)),
        x(&case::upper(&one)),
        x(&case::title(&one)),
        x(&case::casefold(&one)),
        x(&case::swapcase(&one)),
        x(&case::capitalize(&one)),
        x(&case::lower(&[65, c, 0x3a3])),
        if c < 0x20000 { x(&case::lower(&[0x3a3, c])) } else { String::new() },
        x(&case::title(&[c, 97])),
        int(u::decimal(c)),
        int(u::digit(c)),
        number(u::numeric(c)),
        u::category(c).into(),
        u::combining(c).to_string(),
        u::bidirectional(c).into(),
        i32::from(u::mirrored(c)).to_string(),
        u::east_asian_width(c).into(),
        u::decomposition_string(c),
    ];
    for form in [nf::Form::Nfc, nf::Form::Nfd, nf::Form::Nfkc, nf::Form::Nfkd] {
        let n = nf::normalize(&one, form, false);
        assert!(nf::is_normalized(&one, form, false) == (n == one));
        parts.push(x(&n));
    }
    parts.push(x(&nf::normalize(&[101, 0x327, c, 0x301], nf::Form::Nfc, false)));
    parts.push(x(&nf::normalize(&one, nf::Form::Nfkc, true)));
    parts.extend([
        old::category(c).into(),
        old::combining(c).to_string(),
        old::bidirectional(c).into(),
        i32::from(old::mirrored(c)).to_string(),
        old::east_asian_width(c).into(),
        old::decomposition_string(c),
        int(old::decimal(c)),
        number(old::numeric(c)),
    ]);
    let name = names::name(c);
    if let Some(n) = &name {
        assert_eq!(names::lookup(n, false), Some(names::Named::Char(c)), "{n}");
    }
    parts.push(name.unwrap_or("-".into()));
    parts.join(";")
}

#[test]
fn all_code_points() {
    if let Ok(path) = std::env::var("UNICODE_DUMP") {
        let text = std::fs::read_to_string(path).expect("the dump");
        let mut bad = 0;
        for (c, want) in text.lines().enumerate() {
            let got = line(c as u32);
            if got != want {
                println!("{got}\n{want}\n");
                bad += 1;
                assert!(bad < 20);
            }
        }
        assert_eq!(bad, 0);
        return;
    }
    let sums = include_str!("data/unicode.tsv");
    for row in sums.lines() {
        let (block, want) = row.split_once('\t').expect("two fields");
        let first = u32::from_str_radix(block, 16).expect("a block") << 12;
        let mut acc = 0xcbf29ce484222325u64;
        for c in first..first + 0x1000 {
            for b in line(c).bytes() {
                acc = (acc ^ u64::from(b)).wrapping_mul(0x100000001b3);
            }
        }
        assert_eq!(format!("{acc:016x}"), want, "block {block}");
    }
}

#[test]
fn aliases_and_sequences() {
    assert_eq!(names::lookup("NULL", true), Some(names::Named::Char(0)));
    assert_eq!(names::lookup("NULL", false), None);
    assert_eq!(names::lookup("keycap digit one", true), Some(names::Named::Sequence(&[0x31, 0xfe0f, 0x20e3])));
    assert_eq!(names::lookup("hangul syllable gag", true), Some(names::Named::Char(0xac01)));
    assert_eq!(names::lookup("cjk unified ideograph-4e00", true), Some(names::Named::Char(0x4e00)));
    assert_eq!(names::lookup("CJK UNIFIED IDEOGRAPH-04E00", true), None);
}
