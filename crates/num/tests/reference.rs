//! Every row of tests/data was answered by CPython 3.14 (tools/gen_tests.py); the same question is asked here.

use taipan_num::complex::{self, Complex, c};
use taipan_num::float::{self, FloatError, format::Flags};
use taipan_num::int::{ArithError, Signed, convert, text};
use taipan_num::math::{self, MathError};
use taipan_num::{cmath, random::Mt19937};

/// Functions that end in the C library's, whose last digit depends on its version.
const LIBM: &[&str] = &[
    "pow", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "exp", "log", "log10", "sin", "sinh",
    "tan", "tanh", "rect", "abs", "gamma", "lgamma",
];

fn close(got: &str, want: &str) -> bool {
    let numbers = |s: &str| -> Option<Vec<f64>> {
        s.split(',')
            .map(|p| if p == "nan" { None } else { u64::from_str_radix(p, 16).ok().map(f64::from_bits) })
            .collect()
    };
    match (numbers(got), numbers(want)) {
        (Some(a), Some(b)) => a.iter().zip(&b).all(|(x, y)| x == y || (x - y).abs() <= 1e-14 * y.abs()),
        _ => false,
    }
}

/// Runs `f` over the rows of a file (its last field is the expected answer) and reports all differences at once.
fn check(file: &str, f: impl Fn(&[&str]) -> String) {
    let dir =
        std::env::var("NUM_TEST_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data").into());
    let data = std::fs::read_to_string(format!("{dir}/{file}")).expect("test data");
    let mut bad = Vec::new();
    let mut n = 0;
    for line in data.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let (want, question) = fields.split_last().expect("a row");
        let got = f(question);
        n += 1;
        if got != *want && !(LIBM.contains(&question[0]) && close(&got, want)) {
            bad.push(format!("{question:?}: {got}, expected {want}"));
        }
    }
    bad.truncate(2000);
    assert!(bad.is_empty(), "{} of {n} differ:\n{}", bad.len(), bad[..bad.len().min(40)].join("\n"));
}

fn int(s: &str) -> Signed {
    text::parse(s.as_bytes(), 16, 0).expect("hexadecimal")
}

fn hex(v: &Signed) -> String {
    let mut out = Vec::new();
    text::write_radix(&mut out, &v.mag, 16);
    format!("{}0x{}", if v.neg { "-" } else { "" }, String::from_utf8(out).unwrap())
}

fn flt(s: &str) -> f64 {
    if s == "nan" { f64::NAN } else { f64::from_bits(u64::from_str_radix(s, 16).unwrap()) }
}

fn bits(x: f64) -> String {
    if x.is_nan() { "nan".into() } else { format!("{:x}", x.to_bits()) }
}

fn arith(r: Result<Signed, ArithError>) -> String {
    match r {
        Ok(v) => hex(&v),
        Err(ArithError::ZeroDivision) => "ZeroDivisionError".into(),
        Err(_) => "ValueError".into(),
    }
}

fn fl(r: Result<f64, FloatError>) -> String {
    match r {
        Ok(v) => bits(v),
        Err(FloatError::ZeroDivision) => "ZeroDivisionError".into(),
        Err(FloatError::Overflow) => "OverflowError".into(),
        Err(FloatError::Domain) => "ValueError".into(),
        Err(FloatError::NeedsComplex) => "complex".into(),
    }
}

fn cx(r: Result<Complex, FloatError>) -> String {
    match r {
        Ok(v) => format!("{},{}", bits(v.re), bits(v.im)),
        Err(e) => fl(Err(e)),
    }
}

fn mt(r: Result<f64, MathError>) -> String {
    match r {
        Ok(v) => bits(v),
        Err(MathError::Range) => "OverflowError".into(),
        Err(_) => "ValueError".into(),
    }
}

#[test]
fn integers() {
    check("int.tsv", |q| {
        if q[0] == "from_bytes" {
            let b: Vec<u8> =
                (1..q[1].len()).step_by(2).map(|i| u8::from_str_radix(&q[1][i..i + 2], 16).unwrap()).collect();
            return hex(&Signed::from_bytes(&b, q[2] == "little", q[3] == "True"));
        }
        let a = int(q[1]);
        let a = a.as_ref();
        if q[0] == "cmp" {
            return (a.cmp_f64(flt(q[2])).unwrap() as i8).to_string();
        }
        let b = q.get(2).map(|s| int(s)).unwrap_or_default();
        let b = b.as_ref();
        let small = b.to_u64().unwrap_or(0);
        match q[0] {
            "add" => hex(&a.add(b)),
            "sub" => hex(&a.sub(b)),
            "mul" => hex(&a.mul(b)),
            "and_" => hex(&a.and(b)),
            "or_" => hex(&a.or(b)),
            "xor" => hex(&a.xor(b)),
            "floordiv" => arith(a.floordiv(b)),
            "mod" => arith(a.modulo(b)),
            "round_near" => arith(a.divmod_near(b).map(|(q, r)| {
                assert_eq!(q.as_ref().mul(b).as_ref().add(r.as_ref()).as_ref(), a);
                q
            })),
            "truediv" => match a.truediv(b) {
                Ok(v) => bits(v),
                Err(taipan_num::int::float::FloatError::Overflow) => "OverflowError".into(),
                Err(_) => "ZeroDivisionError".into(),
            },
            "gcd" => hex(&a.gcd(b)),
            "lcm" => hex(&a.lcm(b)),
            "shl" => arith(a.shl(small)),
            "shr" => hex(&a.shr(small)),
            "invert" => hex(&a.invert()),
            "isqrt" => arith(a.isqrt()),
            "hash" => hex(&Signed::from_i64(a.hash())),
            "float" => a.to_f64().map_or("OverflowError".into(), bits),
            "pow" => arith(a.pow(b)),
            "modpow" => arith(a.modpow(b, int(q[3]).as_ref())),
            "comb" => hex(&math::comb(a, small)),
            "perm" => hex(&math::perm(a, small)),
            "factorial" => hex(&math::factorial(a.to_u64().unwrap())),
            "to_bytes" => {
                let mut out = vec![0; small as usize];
                match a.to_bytes(&mut out, q[3] == "little", q[4] == "True") {
                    Ok(()) => "x".to_string() + &out.iter().map(|b| format!("{b:02x}")).collect::<String>(),
                    Err(convert::ToBytesError::TooBig | convert::ToBytesError::NegativeUnsigned) => {
                        "OverflowError".into()
                    }
                }
            }
            op => panic!("{op}"),
        }
    });
}

fn unescape(s: &str) -> String {
    s.replace("\\t", "\t").replace("\\n", "\n").replace("\\x0b", "\x0b").replace("\\x0c", "\x0c")
}

#[test]
fn integer_text() {
    check("int_text.tsv", |q| match q[0] {
        "str" => int(q[1]).as_ref().to_decimal_string(),
        "radix" => {
            let a = int(q[1]);
            let mut out = if a.neg { vec![b'-'] } else { vec![] };
            text::write_radix(&mut out, &a.mag, q[2].parse().unwrap());
            String::from_utf8(out).unwrap()
        }
        _ => text::parse(unescape(q[1]).as_bytes(), q[2].parse().unwrap(), 0).map_or("ValueError".into(), |v| hex(&v)),
    });
}

#[test]
fn large_text_round_trips() {
    for n in [500u32, 5000, 20000, 60000] {
        let digits: Vec<u8> = (0..n).map(|i| b'1' + (i * i % 9) as u8).collect();
        let v = text::parse(&digits, 10, 0).unwrap();
        assert_eq!(v.as_ref().to_decimal_string().into_bytes(), digits);
    }
    assert_eq!(text::parse(&[b'1'; 4301], 10, 4300), Err(text::ParseError::TooManyDigits(4301)));
    assert!(text::parse(&[b'1'; 4300], 10, 4300).is_ok());
    let ten = Signed::from_u64(10);
    let at = |e| ten.as_ref().pow(Signed::from_u64(e).as_ref()).unwrap();
    assert!(text::to_decimal(at(4299).as_ref(), 4300).is_ok());
    assert!(text::to_decimal(at(4300).as_ref(), 4300).is_err());
}

#[test]
fn floats() {
    check("float.tsv", |q| match q[0] {
        "float" => float::parse::parse(q[1].as_bytes()).map_or("ValueError".into(), bits),
        "fromhex" => match float::parse::from_hex(q[1].as_bytes()) {
            Ok(v) => bits(v),
            Err(float::parse::HexError::Overflow) => "OverflowError".into(),
            Err(_) => "ValueError".into(),
        },
        op => {
            let x = flt(q[1]);
            let text = |v: Vec<u8>| String::from_utf8(v).unwrap();
            match op {
                "repr" => text(float::format::repr(x)),
                "hex" => text(float::format::hex(x)),
                "hash" => hex(&Signed::from_i64(float::hash(x).unwrap())),
                "ratio" => match float::as_integer_ratio(x) {
                    Ok((n, d)) => format!("{}/{}", hex(&n), hex(&d)),
                    Err(e) => fl(Err(e)),
                },
                "fmt" => {
                    let flags = Flags { sign: q[2].contains('+'), alt: q[2].contains('#'), ..Flags::default() };
                    text(float::format::double_to_string(x, q[4].as_bytes()[0], q[3].parse().unwrap(), flags))
                }
                "z" => {
                    let flags = Flags { no_neg_0: true, ..Flags::default() };
                    text(float::format::double_to_string(x, b'f', q[2].parse().unwrap(), flags))
                }
                "round" => fl(float::round_digits(x, q[2].parse().unwrap())),
                "floordiv" => fl(float::floordiv(x, flt(q[2]))),
                "mod" => fl(float::modulo(x, flt(q[2]))),
                "pow" => fl(float::pow(x, flt(q[2]))),
                op => panic!("{op}"),
            }
        }
    });
}

fn cparse(s: &str) -> Complex {
    let (a, b) = s.split_once(',').unwrap();
    c(flt(a), flt(b))
}

#[test]
fn complexes() {
    check("complex.tsv", |q| {
        if q[0] == "complex" {
            return complex::parse(q[1].as_bytes()).map_or("ValueError".into(), |z| cx(Ok(z)));
        }
        if let Some(op) = q[0].strip_suffix("_rc") {
            let (a, b) = (flt(q[1]), cparse(q[2]));
            return match op {
                "add" => cx(Ok(b.add_real(a))),
                "sub" => cx(Ok(Complex::real_sub(a, b))),
                "mul" => cx(Ok(b.mul_real(a))),
                _ => cx(Complex::real_div(a, b)),
            };
        }
        let a = cparse(q[1]);
        if let Some(op) = q[0].strip_suffix("_cr") {
            let b = flt(q[2]);
            return match op {
                "add" => cx(Ok(a.add_real(b))),
                "sub" => cx(Ok(a.sub_real(b))),
                "mul" => cx(Ok(a.mul_real(b))),
                _ => cx(a.div_real(b)),
            };
        }
        let b = q.get(2).map_or(c(0.0, 0.0), |s| cparse(s));
        match q[0] {
            "repr" => String::from_utf8(a.repr()).unwrap(),
            "add" => cx(Ok(a.add(b))),
            "sub" => cx(Ok(a.sub(b))),
            "mul" => cx(Ok(a.mul(b))),
            "truediv" => cx(a.div(b)),
            "pow" => cx(a.pow(b)),
            "abs" => fl(a.abs()),
            "hash" => hex(&Signed::from_i64(Complex::hash(float::hash(a.re).unwrap(), float::hash(a.im).unwrap()))),
            "acos" => cx(cmath::acos(a)),
            "acosh" => cx(cmath::acosh(a)),
            "asin" => cx(cmath::asin(a)),
            "asinh" => cx(cmath::asinh_complex(a)),
            "atan" => cx(cmath::atan(a)),
            "atanh" => cx(cmath::atanh(a)),
            "cos" => cx(cmath::cos(a)),
            "cosh" => cx(cmath::cosh(a)),
            "exp" => cx(cmath::exp(a)),
            "log" => cx(cmath::log(a)),
            "log10" => cx(cmath::log10(a)),
            "sin" => cx(cmath::sin(a)),
            "sinh" => cx(cmath::sinh(a)),
            "sqrt" => cx(cmath::sqrt(a)),
            "tan" => cx(cmath::tan(a)),
            "tanh" => cx(cmath::tanh(a)),
            "rect" => cx(cmath::rect(a.re, a.im)),
            op => panic!("{op}"),
        }
    });
}

#[test]
fn mathematics() {
    let list = |s: &str| s.split_whitespace().map(flt).collect::<Vec<f64>>();
    check("math.tsv", |q| match q[0] {
        "fsum" => {
            let mut s = math::Fsum::new();
            mt(list(q[1]).into_iter().try_for_each(|x| s.add(x)).and_then(|()| s.finish()))
        }
        "hypot" => bits(math::vector_norm(&mut list(q[1]))),
        "sum" => {
            let mut s = math::CompensatedSum::new(0.0);
            list(q[1]).into_iter().for_each(|x| s.add(x));
            bits(s.value())
        }
        "sumprod" => {
            let mut s = math::TripleSum::default();
            list(q[1]).into_iter().zip(list(q[2])).for_each(|(x, y)| s.fma(x, y));
            bits(s.value())
        }
        "random" => {
            let seed = int(q[1]);
            let key: Vec<u32> = seed_words(&seed);
            let mut g = Mt19937::from_key(&key);
            let three: Vec<String> = (0..3).map(|_| bits(g.random())).collect();
            assert_eq!(three.join(" "), q[2]);
            let words = g.bits(100);
            let v = words.iter().rev().fold(0u128, |v, &w| v << 32 | u128::from(w));
            assert_eq!(format!("{v:#x}"), q[3]);
            assert_eq!(format!("{:#x}", g.bits64(7)), q[4]);
            assert_eq!(format!("{:#x}", g.bits64(64)), q[5]);
            let all: Vec<String> = (0..1300).map(|_| g.next_u32().to_string()).collect();
            all[1296..].join(" ")
        }
        op => {
            let x = flt(q[1]);
            match op {
                "gamma" => mt(math::gamma(x)),
                "lgamma" => mt(math::lgamma(x)),
                "ulp" => bits(math::ulp(x)),
                "nextafter" => bits(math::nextafter(x, flt(q[2]), q[3].parse().unwrap())),
                "fma" => mt(math::fma(x, flt(q[2]), flt(q[3]))),
                "remainder" => mt(math::remainder(x, flt(q[2]))),
                op => panic!("{op}"),
            }
        }
    });
}

fn seed_words(v: &Signed) -> Vec<u32> {
    let mut bytes = vec![0; v.mag.len() * 4 + 4];
    v.as_ref().to_bytes(&mut bytes, true, false).unwrap();
    let mut w: Vec<u32> = bytes.chunks(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
    while w.len() > 1 && w.last() == Some(&0) {
        w.pop();
    }
    w
}
