//! Format specifications: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.

use crate::unit::Unit;

/// How the text lies in its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: padding between sign and digits.
    AfterSign,
}

/// A grouping of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// `,`
    Comma,
    /// `_`: by three, or by four for bases 2, 8 and 16.
    Underscore,
}

impl Grouping {
    fn from(c: u32) -> Option<Self> {
        match c {
            0x2c => Some(Grouping::Comma),
            0x5f => Some(Grouping::Underscore),
            _ => None,
        }
    }

    /// `,` or `_`.
    pub fn symbol(self) -> char {
        match self {
            Grouping::Comma => ',',
            Grouping::Underscore => '_',
        }
    }
}

/// A parsed specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatSpec {
    /// The fill character.
    pub fill: u32,
    /// The alignment.
    pub align: Align,
    /// True when the text gave an alignment.
    pub align_given: bool,
    /// `+`, `-` or space; 0 when not given.
    pub sign: u8,
    /// `z`: no negative zero.
    pub no_neg_0: bool,
    /// `#`.
    pub alternate: bool,
    /// The minimum width; -1 when not given.
    pub width: isize,
    /// Grouping of the whole part.
    pub thousands: Option<Grouping>,
    /// The precision; -1 when not given.
    pub precision: isize,
    /// Grouping of the fraction.
    pub frac: Option<Grouping>,
    /// The type character; 0 when not given.
    pub kind: u32,
}

/// A ValueError or OverflowError of formatting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// ValueError with this message.
    Value(String),
    /// OverflowError with this message.
    Overflow(String),
}

impl FormatError {
    /// A ValueError.
    pub fn value(s: impl Into<String>) -> Self {
        FormatError::Value(s.into())
    }
}

/// The ValueError for a type character that the type does not know.
pub fn unknown_type(kind: u32, type_name: &str) -> FormatError {
    FormatError::Value(format!("Unknown format code {} for object of type '{type_name}'", quoted(kind)))
}

fn quoted(c: u32) -> String {
    match char::from_u32(c) {
        Some(ch) if (33..128).contains(&c) => format!("'{ch}'"),
        _ => format!("'\\x{c:x}'"),
    }
}

fn align_of(c: u32) -> Option<Align> {
    Some(match char::from_u32(c)? {
        '<' => Align::Left,
        '>' => Align::Right,
        '=' => Align::AfterSign,
        '^' => Align::Center,
        _ => return None,
    })
}

/// Reads a decimal number of any script; `None` when there is none.
pub(super) fn digits<T: Unit>(s: &[T], pos: &mut usize) -> Result<Option<isize>, FormatError> {
    let mut v: Option<isize> = None;
    while let Some(d) = s.get(*pos).and_then(|c| crate::unicode::decimal(c.cp())) {
        v = Some(
            v.unwrap_or(0)
                .checked_mul(10)
                .and_then(|v| v.checked_add(isize::from(d)))
                .ok_or_else(|| FormatError::value("Too many decimal digits in format string"))?,
        );
        *pos += 1;
    }
    Ok(v)
}

impl FormatSpec {
    /// The specification that nothing was said in.
    pub fn plain(align: Align, kind: u8) -> Self {
        FormatSpec {
            fill: 32,
            align,
            align_given: false,
            sign: 0,
            no_neg_0: false,
            alternate: false,
            width: -1,
            thousands: None,
            precision: -1,
            frac: None,
            kind: u32::from(kind),
        }
    }

    /// Parses; `align` and `kind` are the defaults of the type, `type_name` its name for messages.
    pub fn parse<T: Unit>(s: &[T], align: Align, kind: u8, type_name: &str) -> Result<Self, FormatError> {
        let mut f = Self::plain(align, kind);
        let at = |i: usize| s.get(i).map(|c| c.cp());
        let mut i = 0;
        let mut fill_given = false;
        if let Some(a) = at(1).and_then(align_of) {
            f.fill = s[0].cp();
            f.align = a;
            fill_given = true;
            f.align_given = true;
            i = 2;
        } else if let Some(a) = at(0).and_then(align_of) {
            f.align = a;
            f.align_given = true;
            i = 1;
        }
        if let Some(c @ (0x20 | 0x2b | 0x2d)) = at(i) {
            f.sign = c as u8;
            i += 1;
        }
        if at(i) == Some(0x7a) {
            f.no_neg_0 = true;
            i += 1;
        }
        if at(i) == Some(0x23) {
            f.alternate = true;
            i += 1;
        }
        if !fill_given && at(i) == Some(0x30) {
            f.fill = 0x30;
            if !f.align_given && align == Align::Right {
                f.align = Align::AfterSign;
            }
            i += 1;
        }
        if let Some(w) = digits(s, &mut i)? {
            f.width = w;
        }
        let both = || FormatError::value("Cannot specify both ',' and '_'.");
        if let Some(g) = at(i).and_then(Grouping::from) {
            f.thousands = Some(g);
            i += 1;
            if at(i).and_then(Grouping::from).is_some_and(|h| h != g) {
                return Err(both());
            }
        }
        if at(i) == Some(0x2e) {
            i += 1;
            if let Some(p) = digits(s, &mut i)? {
                f.precision = p;
            }
            let mut any = f.precision >= 0;
            if let Some(g) = at(i).and_then(Grouping::from) {
                f.frac = Some(g);
                any = true;
                i += 1;
                if at(i).and_then(Grouping::from).is_some_and(|h| h != g) {
                    return Err(both());
                }
            }
            if !any {
                return Err(FormatError::value("Format specifier missing precision"));
            }
        }
        match s.len() - i {
            0 => {}
            1 => f.kind = s[i].cp(),
            _ => {
                let text: String = s.iter().map(|c| char::from_u32(c.cp()).unwrap_or('\u{fffd}')).collect();
                return Err(FormatError::Value(format!(
                    "Invalid format specifier '{text}' for object of type '{type_name}'"
                )));
            }
        }
        if let Some(g) = f.thousands {
            let allowed = match char::from_u32(f.kind) {
                Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') => true,
                Some('b' | 'o' | 'x' | 'X') => g == Grouping::Underscore,
                _ => false,
            };
            if !allowed {
                return Err(FormatError::Value(format!("Cannot specify '{}' with {}.", g.symbol(), quoted(f.kind))));
            }
        }
        if let Some(g) = f.frac {
            if f.kind == 0x6e {
                return Err(FormatError::Value(format!("Cannot specify '{}' with 'n'.", g.symbol())));
            }
        }
        Ok(f)
    }

    /// Padding left and right of a text of `len` characters.
    pub fn padding(&self, len: usize) -> (usize, usize) {
        let pad = usize::try_from(self.width).unwrap_or(0).saturating_sub(len);
        match self.align {
            Align::Right | Align::AfterSign => (pad, 0),
            Align::Center => (pad / 2, pad - pad / 2),
            Align::Left => (0, pad),
        }
    }
}

/// `format(str, spec)`: how many characters of the text remain, and the padding left and right.
pub fn layout_str(spec: &FormatSpec, len: usize) -> Result<(usize, usize, usize), FormatError> {
    let fail = |s: &str| Err(FormatError::value(s));
    if spec.kind != 0x73 {
        return Err(unknown_type(spec.kind, "str"));
    }
    match spec.sign {
        0 => {}
        b' ' => return fail("Space not allowed in string format specifier"),
        _ => return fail("Sign not allowed in string format specifier"),
    }
    if spec.no_neg_0 {
        return fail("Negative zero coercion (z) not allowed in string format specifier");
    }
    if spec.alternate {
        return fail("Alternate form (#) not allowed in string format specifier");
    }
    if spec.align == Align::AfterSign {
        return fail("'=' alignment not allowed in string format specifier");
    }
    let n = usize::try_from(spec.precision).map_or(len, |p| p.min(len));
    let (l, r) = spec.padding(n);
    Ok((n, l, r))
}
