//! Numeric literals.

use super::{LexErrorKind, LexWarning, Lexer, is_identifier_char};
use crate::token::{Tok, Token};

impl Lexer<'_> {
    /// Digits and single underscores from `pos`, which is at a digit.
    fn decimal_tail(&mut self) -> Result<(), Token> {
        loop {
            while self.peek().is_ascii_digit() {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.pos += 1;
            if !self.peek().is_ascii_digit() {
                return Err(self.syntax_error("invalid decimal literal"));
            }
        }
    }

    pub(super) fn number(&mut self, start: usize) -> Token {
        match self.number_inner(start) {
            Ok(token) | Err(token) => token,
        }
    }

    pub(super) fn fraction(&mut self, start: usize) -> Token {
        match self.fraction_inner(start) {
            Ok(token) | Err(token) => token,
        }
    }

    fn radix(&mut self, start: usize, digit: fn(u8) -> bool, name: &str) -> Result<Token, Token> {
        self.pos += 2;
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
            }
            let c = self.peek();
            if !digit(c) {
                if c.is_ascii_digit() {
                    self.pos += 1;
                    return Err(self.syntax_error(format!("invalid digit '{}' in {name} literal", c as char)));
                }
                return Err(self.syntax_error(format!("invalid {name} literal")));
            }
            while digit(self.peek()) {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        let c = self.peek();
        if c.is_ascii_digit() {
            self.pos += 1;
            return Err(self.syntax_error(format!("invalid digit '{}' in {name} literal", c as char)));
        }
        self.end_of_number(start, name)?;
        Ok(self.make(Tok::Number, start))
    }

    fn number_inner(&mut self, start: usize) -> Result<Token, Token> {
        if self.peek() == b'0' {
            match self.peek_at(1) {
                b'x' | b'X' => return self.radix(start, |c| c.is_ascii_hexdigit(), "hexadecimal"),
                b'o' | b'O' => return self.radix(start, |c| matches!(c, b'0'..=b'7'), "octal"),
                b'b' | b'B' => return self.radix(start, |c| matches!(c, b'0' | b'1'), "binary"),
                _ => {}
            }
            self.pos += 1;
            loop {
                if self.peek() == b'_' {
                    self.pos += 1;
                    if !self.peek().is_ascii_digit() {
                        return Err(self.syntax_error("invalid decimal literal"));
                    }
                }
                if self.peek() != b'0' {
                    break;
                }
                self.pos += 1;
            }
            let zeros_end = self.pos;
            let mut nonzero = false;
            if self.peek().is_ascii_digit() {
                nonzero = true;
                self.decimal_tail()?;
            }
            match self.peek() {
                b'.' => {
                    self.pos += 1;
                    return self.fraction_inner(start);
                }
                b'e' | b'E' => return self.exponent(start),
                b'j' | b'J' => return self.imaginary(start),
                _ => {}
            }
            if nonzero && !self.options.extra_tokens {
                let col = self.chars_to(start) + 1;
                let end_col = self.chars_to(zeros_end) + 1;
                let message = "leading zeros in decimal integer literals are not permitted; \
                               use an 0o prefix for octal integers"
                    .to_owned();
                return Err(self.fail(LexErrorKind::Syntax { message, col, end_col }));
            }
            self.end_of_number(start, "decimal")?;
            return Ok(self.make(Tok::Number, start));
        }
        self.decimal_tail()?;
        if self.peek() == b'.' {
            self.pos += 1;
            return self.fraction_inner(start);
        }
        self.exponent(start)
    }

    /// After the point.
    fn fraction_inner(&mut self, start: usize) -> Result<Token, Token> {
        if self.peek().is_ascii_digit() {
            self.decimal_tail()?;
        }
        self.exponent(start)
    }

    /// An optional exponent and what may follow it.
    fn exponent(&mut self, start: usize) -> Result<Token, Token> {
        if matches!(self.peek(), b'e' | b'E') {
            let next = self.peek_at(1);
            if next == b'+' || next == b'-' {
                if !self.peek_at(2).is_ascii_digit() {
                    self.pos += 2;
                    return Err(self.syntax_error("invalid decimal literal"));
                }
                self.pos += 2;
            } else if !next.is_ascii_digit() {
                self.end_of_number(start, "decimal")?;
                return Ok(self.make(Tok::Number, start));
            } else {
                self.pos += 1;
            }
            self.decimal_tail()?;
        }
        if matches!(self.peek(), b'j' | b'J') {
            return self.imaginary(start);
        }
        self.end_of_number(start, "decimal")?;
        Ok(self.make(Tok::Number, start))
    }

    fn imaginary(&mut self, start: usize) -> Result<Token, Token> {
        self.pos += 1;
        self.end_of_number(start, "imaginary")?;
        Ok(self.make(Tok::Number, start))
    }

    /// A number directly followed by a keyword is warned of, by another letter refused.
    fn end_of_number(&mut self, start: usize, name: &str) -> Result<(), Token> {
        let c = self.peek();
        if !is_identifier_char(c) || c >= 128 || self.options.extra_tokens {
            return Ok(());
        }
        let rest = self.src.get(self.pos..).unwrap_or_default();
        let word =
            |word: &[u8]| rest.starts_with(word) && !rest.get(word.len()).is_some_and(|&c| is_identifier_char(c));
        let keyword = match c {
            b'a' => word(b"and"),
            b'e' => word(b"else"),
            b'f' => word(b"for"),
            b'i' => matches!(rest.get(1), Some(b'f' | b'n' | b's')),
            b'o' => word(b"or"),
            b'n' => word(b"not"),
            _ => false,
        };
        let message = format!("invalid {name} literal");
        if keyword {
            let col = self.chars_to(self.pos);
            self.warnings.push(LexWarning {
                offset: start as u32,
                lineno: self.lineno,
                col,
                end_col: col,
                error_message: message.clone(),
                message,
                escape: false,
                from_lexer: true,
                text_lineno: None,
                newline: false,
            });
            return Ok(());
        }
        Err(self.syntax_error(message))
    }
}
