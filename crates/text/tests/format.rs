//! Formatting against CPython 3.14 (tools/gen_format.py).

use taipan_num::float::format::{Flags, double_to_string};
use taipan_num::int::text;
use taipan_text::buf::TextBuf;
use taipan_text::format::number::{DoubleFlags, Locale, format_complex, format_float, format_int};
use taipan_text::format::spec::{Align, FormatError, FormatSpec, layout_str, unknown_type};
use taipan_text::format::template::{Access, First, Template, split_field_name};
use taipan_text::repr::{repr_bytes, repr_str};

fn chars(s: &str) -> Vec<u32> {
    s[1..].split('.').filter(|p| !p.is_empty()).map(|p| u32::from_str_radix(p, 16).unwrap()).collect()
}

fn show(s: &[u32]) -> String {
    "u".to_string() + &s.iter().map(|c| format!("{c:x}")).collect::<Vec<_>>().join(".")
}

fn show_str(s: &str) -> String {
    show(&s.chars().map(u32::from).collect::<Vec<_>>())
}

fn to_string(x: f64, code: u8, precision: usize, f: DoubleFlags) -> Vec<u8> {
    let flags = Flags { sign: false, add_dot_0: f.add_dot_0, alt: f.alt, no_neg_0: f.no_neg_0 };
    double_to_string(x, code, precision, flags)
}

fn bits(s: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(s, 16).unwrap())
}

fn format(value: &str, spec: &[u32]) -> Result<TextBuf, FormatError> {
    let mut out = TextBuf::new();
    let c = Locale::default();
    let rest = &value[1..];
    match value.as_bytes()[0] {
        b's' => {
            let s = chars(rest);
            let spec = FormatSpec::parse(spec, Align::Left, b's', "str")?;
            let (n, l, r) = layout_str(&spec, s.len())?;
            out.fill(spec.fill, l);
            out.extend(&s[..n]);
            out.fill(spec.fill, r);
        }
        b'i' => {
            let v = text::parse(rest.as_bytes(), 10, 0).unwrap();
            let spec = FormatSpec::parse(spec, Align::Right, b'd', "int")?;
            match char::from_u32(spec.kind) {
                Some('b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n') => {
                    let digits = |base| -> Result<Vec<u8>, FormatError> {
                        let mut d = Vec::new();
                        text::write_radix(&mut d, &v.mag, base);
                        Ok(d)
                    };
                    format_int(&mut out, &spec, v.neg, digits, v.as_ref().to_i64(), &c)?;
                }
                Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
                    format_float(&mut out, &spec, v.as_ref().to_f64().unwrap(), &to_string, &c)?;
                }
                _ => return Err(unknown_type(spec.kind, "int")),
            }
        }
        b'f' => {
            let spec = FormatSpec::parse(spec, Align::Right, 0, "float")?;
            format_float(&mut out, &spec, bits(rest), &to_string, &c)?;
        }
        _ => {
            let (re, im) = rest.split_once(',').unwrap();
            let spec = FormatSpec::parse(spec, Align::Right, 0, "complex")?;
            format_complex(&mut out, &spec, bits(re), bits(im), &to_string, &c)?;
        }
    }
    Ok(out)
}

fn template(s: &[u32]) -> Result<String, FormatError> {
    let text = |r: std::ops::Range<usize>| s[r].iter().filter_map(|&c| char::from_u32(c)).collect::<String>();
    let mut out = Vec::new();
    for item in Template::new(s) {
        let item = item?;
        out.push(match item.field {
            None => format!("{}|-|-|-", text(item.literal)),
            Some(f) => format!(
                "{}|={}|={}|{}",
                text(item.literal),
                text(f.name),
                text(f.spec),
                f.conversion.map_or("-".into(), |c| format!("={}", char::from_u32(c).unwrap()))
            ),
        });
    }
    Ok(show_str(&out.join(";")))
}

fn field(s: &[u32]) -> Result<String, FormatError> {
    let text = |r: std::ops::Range<usize>| s[r].iter().filter_map(|&c| char::from_u32(c)).collect::<String>();
    let (first, rest) = split_field_name(s)?;
    let first = match first {
        First::Auto => "''".into(),
        First::Index(i) => i.to_string(),
        First::Name(r) => format!("'{}'", text(r)),
    };
    let mut parts = Vec::new();
    for a in rest {
        parts.push(match a? {
            Access::Attr(r) => format!("True '{}'", text(r)),
            Access::Index(i) => format!("False {i}"),
            Access::Key(r) => format!("False '{}'", text(r)),
        });
    }
    Ok(show_str(&format!("{first};{}", parts.join(";"))))
}

#[test]
fn rows() {
    let path = std::env::var("FORMAT_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/format.tsv").into());
    let data = std::fs::read_to_string(path).expect("test data");
    let mut bad = 0;
    for line in data.lines() {
        let f: Vec<&str> = line.split('\t').collect();
        let s = chars(f[2]);
        let r = match f[0] {
            "format" => format(f[1], &s).map(|t| show(&t.to_code_points())),
            "repr" => Ok(show(&repr_str(&s, false).to_code_points())),
            "ascii" => Ok(show(&repr_str(&s, true).to_code_points())),
            "bytes" => {
                let b: Vec<u8> = s.iter().map(|&c| c as u8).collect();
                Ok(show(&repr_bytes(&b).iter().map(|&c| u32::from(c)).collect::<Vec<_>>()))
            }
            "template" => template(&s),
            _ => field(&s),
        };
        let got = match r {
            Ok(s) => s,
            Err(FormatError::Value(m)) => {
                format!("ValueError: {}", m.replace('é', "\\xe9").replace('€', "\\u20ac").replace('😀', "\\U0001f600"))
            }
            Err(FormatError::Overflow(m)) => format!("OverflowError: {m}"),
        };
        if got != f[3] {
            let t: String = s.iter().filter_map(|&c| char::from_u32(c)).collect();
            let plain = |s: &str| {
                if s.starts_with('u') {
                    chars(s).iter().filter_map(|&c| char::from_u32(c)).collect()
                } else {
                    s.to_string()
                }
            };
            println!("{} {} {t:?}\n  got  {}\n  want {}", f[0], f[1], plain(&got), plain(f[3]));
            bad += 1;
            assert!(bad < 30);
        }
    }
    assert_eq!(bad, 0);
}
