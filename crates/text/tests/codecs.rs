//! Codecs against CPython 3.14 (tools/gen_codecs.py).

use std::convert::Infallible;
use taipan_text::buf::TextBuf;
use taipan_text::codec::utf16::{self, Order};
use taipan_text::codec::{self, DecodeError, EncodeError, Resume, Substitute, charmap, escape, utf7, utf8};

fn bytes(s: &str) -> Vec<u8> {
    (1..s.len()).step_by(2).map(|i| u8::from_str_radix(&s[i..i + 2], 16).unwrap()).collect()
}

fn chars(s: &str) -> Vec<u32> {
    s[1..].split('.').filter(|p| !p.is_empty()).map(|p| u32::from_str_radix(p, 16).unwrap()).collect()
}

fn show(s: &[u32]) -> String {
    "u".to_string() + &s.iter().map(|c| format!("{c:x}")).collect::<Vec<_>>().join(".")
}

fn hex(b: &[u8]) -> String {
    "x".to_string() + &b.iter().map(|b| format!("{b:02x}")).collect::<String>()
}

#[test]
fn rows() {
    let path = std::env::var("CODECS_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/codecs.tsv").into());
    let data = std::fs::read_to_string(path).expect("test data");
    let mut lines = data.lines();
    let table = chars(lines.next().unwrap().split('\t').nth(1).unwrap());
    let map = charmap::EncodingMap::new(&table);
    let mut bad = 0;
    for line in lines {
        let f: Vec<&str> = line.split('\t').collect();
        let (name, final_, input, want) = (f[0], f[1] == "1", f[2], &f[3..]);
        let mut errors = Vec::new();
        let (out, consumed);
        if let Some(enc) = name.strip_prefix("enc_") {
            let s = chars(input);
            let mut b = Vec::new();
            let mut h = |e: EncodeError| {
                errors.push(format!("{}:{}:{}", e.start, e.end, e.reason));
                Ok::<_, Infallible>(Substitute::Text(vec![63], e.end))
            };
            match enc {
                "utf_8" => {
                    utf8::encode(&s, &mut b, &mut h).unwrap();
                    let n = utf8::encoded_len(&s);
                    assert_eq!(n.is_none(), s.iter().any(|c| (0xd800..0xe000).contains(c)));
                    if let Some(n) = n {
                        let mut filled = vec![0; n];
                        utf8::encode_into(&s, &mut filled);
                        assert_eq!(filled, b);
                    }
                }
                "utf_16" => utf16::encode16(&s, Order::Mark, &mut b, &mut h).unwrap(),
                "utf_16_be" => utf16::encode16(&s, Order::Big, &mut b, &mut h).unwrap(),
                "utf_32_le" => utf16::encode32(&s, Order::Little, &mut b, &mut h).unwrap(),
                "ascii" => codec::encode_below(&s, 128, &mut b, &mut h).unwrap(),
                "latin_1" => codec::encode_below(&s, 256, &mut b, &mut h).unwrap(),
                "utf_7" => b = utf7::encode(&s),
                "unicode_escape" => b = escape::encode_unicode(&s),
                "raw_unicode_escape" => b = escape::encode_raw_unicode(&s),
                "charmap" => charmap::encode_table(&s, &map, &mut b, &mut h).unwrap(),
                n => panic!("{n}"),
            }
            out = hex(&b);
            consumed = s.len();
        } else {
            let b = bytes(input);
            let mut t = TextBuf::new();
            let mut h = |_: &[u8], e: DecodeError| {
                errors.push(format!("{}:{}:{}", e.start, e.end, e.reason));
                Ok::<_, Infallible>(Resume { text: vec![63], pos: e.end, input: None })
            };
            let mut raw = None;
            consumed = match name {
                "utf_8" => {
                    let n = utf8::decode(&b, final_, &mut t, &mut h).unwrap();
                    if let Some(valid) = utf8::scan(&b) {
                        let mut w = vec![0u32; valid.chars];
                        utf8::fill(valid, &mut w);
                        assert_eq!((w, valid.max), (t.to_code_points(), t.max_char()));
                    }
                    n
                }
                "utf_16" => utf16::decode16(&b, Order::Mark, final_, &mut t, &mut h).unwrap().0,
                "utf_16_le" => utf16::decode16(&b, Order::Little, final_, &mut t, &mut h).unwrap().0,
                "utf_16_be" => utf16::decode16(&b, Order::Big, final_, &mut t, &mut h).unwrap().0,
                "utf_32" => utf16::decode32(&b, Order::Mark, final_, &mut t, &mut h).unwrap().0,
                "utf_32_le" => utf16::decode32(&b, Order::Little, final_, &mut t, &mut h).unwrap().0,
                "utf_32_be" => utf16::decode32(&b, Order::Big, final_, &mut t, &mut h).unwrap().0,
                "utf_7" => utf7::decode(&b, final_, &mut t, &mut h).unwrap(),
                "unicode_escape" => escape::decode_unicode(&b, final_, &mut t, &mut h).unwrap().0,
                "raw_unicode_escape" => escape::decode_raw_unicode(&b, final_, &mut t, &mut h).unwrap(),
                "ascii" => {
                    codec::decode_ascii(&b, &mut t, &mut h).unwrap();
                    b.len()
                }
                "charmap" => {
                    charmap::decode_table(&b, &table, &mut t, &mut h).unwrap();
                    b.len()
                }
                "escape" | "escape_replace" => {
                    let e = if name == "escape" { escape::Errors::Strict } else { escape::Errors::Replace };
                    match escape::decode_bytes(&b, e) {
                        Ok((v, _)) => {
                            raw = Some(hex(&v));
                            b.len()
                        }
                        Err(e) => {
                            raw = Some(match e {
                                escape::BytesEscapeError::Trailing => "Trailing \\ in string".into(),
                                escape::BytesEscapeError::BadHex(p) => format!("invalid \\x escape at position {p}"),
                            });
                            0
                        }
                    }
                }
                n => panic!("{n}"),
            };
            out = raw.unwrap_or_else(|| show(&t.to_code_points()));
        }
        let got = [out, consumed.to_string(), errors.join("|")];
        if got != want {
            println!("{name} {final_} {input}\n  {got:?}\n  {want:?}");
            bad += 1;
            assert!(bad < 25);
        }
    }
    assert_eq!(bad, 0);
}
