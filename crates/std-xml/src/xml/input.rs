//! The text that a parser reads: what came in, what of it is converted, and where in it we are.
//!
//! Places are counted from the start of the converted text (`absolute`), or are offsets into what is at hand.

use super::encoding::{Encoding, HALF};

/// How much of what was read Expat keeps before the current place.
const CONTEXT: usize = 1024;
const INITIAL_BUFFER: usize = 1024;

/// Expat's buffer by its numbers alone: when it would grow decides when a partial token is looked at again.
#[derive(Default)]
struct BufferModel {
    allocated: usize,
    at: usize,
    end: usize,
    last_request: usize,
}

impl BufferModel {
    /// Makes room; says whether the buffer was moved.
    fn request(&mut self, n: usize) -> bool {
        self.last_request = n;
        if self.allocated > 0 && n <= self.allocated - self.end {
            return false;
        }
        let keep = self.at.min(CONTEXT);
        let needed = n + (self.end - self.at) + keep;
        if self.allocated == 0 || needed > self.allocated {
            let mut size = self.allocated.max(INITIAL_BUFFER) * 2;
            while size < needed {
                size *= 2;
            }
            self.allocated = size;
        }
        let offset = self.at - keep;
        self.at -= offset;
        self.end -= offset;
        true
    }

    /// Whether another request like the last would move the buffer.
    fn is_nearly_full(&self) -> bool {
        let available = self.at.saturating_sub(CONTEXT) + (self.allocated - self.end);
        self.last_request > available
    }
}

/// A line, a column, and the place they belong to.
#[derive(Default, Clone, Copy)]
struct Position {
    line: u64,
    column: u64,
    /// Absolute.
    at: usize,
}

/// The text.
pub struct Input {
    pub text: Vec<u8>,
    /// The absolute place where `text` begins.
    base: usize,
    /// What is to be read next, in `text`.
    pub at: usize,
    pub encoding: Encoding,
    /// What came in, from `raw_base` on, if `text` is converted from it.
    raw: Vec<u8>,
    /// How much of `raw` is converted.
    converted: usize,
    raw_base: u64,
    /// How many bytes have come in.
    pub received: u64,
    /// A place whose byte index is known: absolute, and in what came in.
    anchor: (usize, u64),
    /// Where conversion begins, absolute.
    switched: usize,
    position: Position,
    /// The place of the current event, absolute.
    pub event: Option<usize>,
    /// Where Expat entered its main loop last after reading began.
    pub reentered: usize,
    buffer: BufferModel,
    half: bool,
    /// An odd byte follows text of two-byte units.
    pub odd: bool,
}

impl Default for Input {
    fn default() -> Self {
        Self::new()
    }
}

impl Input {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            text: Vec::new(),
            base: 0,
            at: 0,
            encoding: Encoding::Undecided,
            raw: Vec::new(),
            converted: 0,
            raw_base: 0,
            received: 0,
            anchor: (0, 0),
            switched: 0,
            position: Position::default(),
            event: None,
            reentered: 0,
            buffer: BufferModel::default(),
            half: false,
            odd: false,
        }
    }

    /// An offset into the text at hand as an absolute place.
    #[inline]
    pub const fn absolute(&self, offset: usize) -> usize {
        self.base + offset
    }

    /// Appends input.
    pub fn feed(&mut self, data: &[u8]) {
        if self.buffer.request(data.len()) {
            self.event = None;
        }
        self.buffer.end += data.len();
        self.received += data.len() as u64;
        if self.at > 0 {
            self.text.drain(..self.at);
            self.base += self.at;
            self.at = 0;
        }
        if self.encoding.is_converted() {
            let used = usize::try_from(self.raw_at() - self.raw_base).unwrap_or(0).min(self.converted);
            self.raw.drain(..used);
            self.raw_base += used as u64;
            self.converted -= used;
            self.raw.extend_from_slice(data);
            self.convert();
        } else {
            self.text.extend_from_slice(data);
        }
    }

    /// More input comes after an error. Expat counts the lines and columns up to the error once more.
    pub fn feed_after_error(&mut self, n: usize) {
        if self.buffer.request(n) {
            self.event = None;
        }
        self.buffer.end += n;
        self.position.at = self.base.max(self.reentered);
    }

    fn convert(&mut self) {
        if self.half {
            self.text.pop();
        }
        let rest = self.raw.get(self.converted..).unwrap_or(&[]);
        let used = self.encoding.convert(rest, &mut self.text);
        let left = rest.len() - used;
        self.converted += used;
        // A single byte of two-byte units is no part of a character.
        let is_multi = matches!(self.encoding, Encoding::Multi(_));
        self.half = left >= if is_multi { 1 } else { 2 };
        self.odd = left % 2 == 1 && !is_multi;
        if self.half {
            self.text.push(HALF);
        }
    }

    /// Goes on in another encoding from an offset on; the text was not converted so far.
    pub fn switch_encoding(&mut self, encoding: Encoding, from: usize) {
        if self.encoding.is_converted() {
            return;
        }
        self.encoding = encoding;
        if !self.encoding.is_converted() {
            return;
        }
        let from = from.min(self.text.len());
        self.raw = self.text.split_off(from);
        self.raw_base = self.received - self.raw.len() as u64;
        self.switched = self.absolute(from);
        self.anchor = (self.switched, self.raw_base);
        self.converted = 0;
        self.convert();
    }

    /// The byte index of an absolute place.
    fn byte_index(&mut self, place: usize) -> u64 {
        if !self.encoding.is_converted() {
            return self.received - (self.base + self.text.len()).saturating_sub(place) as u64;
        }
        let (anchor, index) = self.anchor;
        if place < anchor {
            let unconverted = self.switched.saturating_sub(place) as u64;
            if matches!(self.encoding, Encoding::Multi(_)) {
                // Can't be read backwards. What was read before is gone, so that both begin at the same place.
                let before = self.text_between(self.base.max(self.switched), place);
                let index = self.raw_base + self.encoding.length_in(&self.raw, before) as u64;
                return index.saturating_sub(unconverted);
            }
            let between = self.text_between(place.max(self.switched), anchor);
            return index.saturating_sub(self.encoding.source_length(between) as u64 + unconverted);
        }
        let source = usize::try_from(index.saturating_sub(self.raw_base)).unwrap_or(usize::MAX);
        let source = self.raw.get(source..).unwrap_or(&[]);
        let index = index + self.encoding.length_in(source, self.text_between(anchor, place)) as u64;
        self.anchor = (place, index);
        index
    }

    /// The text at hand between absolute places.
    fn text_between(&self, start: usize, end: usize) -> &[u8] {
        self.text.get(start.saturating_sub(self.base)..end.saturating_sub(self.base)).unwrap_or(&[])
    }

    fn raw_at(&mut self) -> u64 {
        self.byte_index(self.absolute(self.at))
    }

    /// How many bytes have not been read.
    pub fn unread(&mut self) -> usize {
        usize::try_from(self.received - self.raw_at()).unwrap_or(usize::MAX)
    }

    /// Whether a partial token had better wait for more input, which is what Expat's reparse deferral does.
    pub fn should_wait(&mut self, had_before: usize) -> bool {
        self.unread() < 2 * had_before && !self.buffer.is_nearly_full()
    }

    /// Some bytes have been read.
    pub fn consumed(&mut self, n: usize) {
        self.buffer.at = (self.buffer.at + n).min(self.buffer.end);
        self.update_position(self.absolute(self.at));
    }

    fn update_position(&mut self, place: usize) {
        let from = self.position.at.max(self.base) - self.base;
        let end = place.saturating_sub(self.base).min(self.text.len());
        let Some(passed) = self.text.get(from..end) else { return };
        let mut bytes = passed.iter().peekable();
        while let Some(&b) = bytes.next() {
            match b {
                b'\n' => {
                    self.position.line += 1;
                    self.position.column = 0;
                }
                b'\r' => {
                    self.position.line += 1;
                    self.position.column = 0;
                    bytes.next_if_eq(&&b'\n');
                }
                0x80..0xc0 => {}
                _ => self.position.column += 1,
            }
        }
        self.position.at = place;
    }

    /// The line (from 1) and column (from 0) of the current event.
    pub fn line_and_column(&mut self) -> (u64, u64) {
        if let Some(event) = self.event
            && event >= self.position.at
        {
            self.update_position(event);
        }
        (self.position.line + 1, self.position.column)
    }

    /// The byte index of the current event.
    pub fn event_index(&mut self) -> Option<u64> {
        let event = self.event?;
        Some(self.byte_index(event))
    }

    /// What came in from the current event on.
    pub fn context(&mut self) -> Option<&[u8]> {
        let event = self.event?;
        if !self.encoding.is_converted() {
            return self.text.get(event.checked_sub(self.base)?..);
        }
        let from = self.byte_index(event).checked_sub(self.raw_base)?;
        self.raw.get(usize::try_from(from).ok()?..)
    }
}
