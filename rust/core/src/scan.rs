//! Reads JSON once and writes it minified over itself, checking every byte on the way.
//!
//! In place, because memory that is touched for the first time costs more than scanning: a second buffer of the size of
//! a large input would take longer to come by than to fill.
//!
//! There is no tree: what the caller does not ask for is checked, copied without its white space, and forgotten.
//! Nothing recurses, so depth costs one bit a level and never the stack.

use crate::chunk::{CHUNK, plain_bytes};
use crate::error::Limit;
use crate::token::{Fault, FaultKind, Kind, Range, StringToken};

/// How many bytes there must be before a text. Copying is done in chunks, of which the last may write some bytes too
/// many; with this gap they are never bytes that are yet to be read.
pub const GAP: usize = CHUNK;

const VALUE: &str = "a JSON value";

pub(crate) struct Scanner {
    /// The minified text so far, then what is spent, then what is yet to be read.
    buffer: Vec<u8>,
    /// Where reading is: always [`GAP`] bytes or more behind `length`.
    position: usize,
    /// Bytes that are written.
    length: usize,
    /// One bit a level: set for an object.
    levels: Vec<u64>,
    depth: usize,
    max_depth: usize,
}

type Result<T> = std::result::Result<T, Fault>;

impl Scanner {
    /// `buffer` holds [`GAP`] bytes of anything, then the text.
    pub(crate) fn new(buffer: Vec<u8>, max_depth: usize) -> Self {
        Scanner {
            buffer,
            position: GAP,
            length: 0,
            levels: Vec::new(),
            depth: 0,
            max_depth,
        }
    }

    /// The minified text so far, for looking at what was just read.
    pub(crate) fn written(&self, range: Range) -> &[u8] {
        &self.buffer[range.start..range.end]
    }

    /// The minified text so far.
    pub(crate) fn text(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// Bytes of the text that are read.
    pub(crate) fn offset(&self) -> usize {
        self.position - GAP
    }

    /// The minified text.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut text = self.buffer;
        text.truncate(self.length);
        text
    }

    fn fault<T>(&self, kind: FaultKind) -> Result<T> {
        Err(Fault {
            offset: self.offset(),
            kind,
        })
    }

    fn unexpected<T>(&self, expected: &'static str) -> Result<T> {
        self.fault(FaultKind::Syntax(expected))
    }

    #[inline(always)]
    fn peek(&self) -> u8 {
        // 0 is no JSON, so the end needs no case of its own.
        self.buffer.get(self.position).copied().unwrap_or(0)
    }

    #[inline(always)]
    fn put(&mut self, byte: u8) {
        self.buffer[self.length] = byte;
        self.length += 1;
    }

    #[inline(always)]
    fn skip_space(&mut self) {
        while let byte @ (b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.position += 1;
            if byte == b'\n' {
                const SPACES: [u8; 8] = [b' '; 8];
                while self
                    .buffer
                    .get(self.position..self.position + 8)
                    .is_some_and(|next| next == SPACES)
                {
                    self.position += 8;
                }
            }
        }
    }

    /// Takes a byte of punctuation.
    #[inline(always)]
    fn take(&mut self, byte: u8, expected: &'static str) -> Result<()> {
        if self.peek() != byte {
            return self.unexpected(expected);
        }
        self.position += 1;
        self.put(byte);
        Ok(())
    }

    /// White space, then the kind of the value that follows. Consumes none of it.
    pub(crate) fn next_kind(&mut self) -> Result<Kind> {
        self.skip_space();
        Ok(match self.peek() {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::String,
            b'-' | b'0'..=b'9' => Kind::Number,
            b't' => Kind::True,
            b'f' => Kind::False,
            b'n' => Kind::Null,
            _ => return self.unexpected(VALUE),
        })
    }

    /// Where the next value will be written.
    pub(crate) fn mark(&self) -> usize {
        self.length
    }

    /// Opens an object or array that `next_kind` has seen; `false` where it is empty (and closed again).
    pub(crate) fn open(&mut self, kind: Kind) -> Result<bool> {
        self.descend(kind == Kind::Object)?;
        let close = if kind == Kind::Object { b'}' } else { b']' };
        let open = self.peek();
        self.position += 1;
        self.put(open);
        self.skip_space();
        if self.peek() == close {
            self.position += 1;
            self.put(close);
            self.depth -= 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// After a member or item: `true` where another follows, `false` where the container closes.
    pub(crate) fn more(&mut self, kind: Kind) -> Result<bool> {
        self.skip_space();
        let (close, expected) = if kind == Kind::Object {
            (b'}', "',' or '}'")
        } else {
            (b']', "',' or ']'")
        };
        let byte = self.peek();
        if byte == b',' {
            self.position += 1;
            self.put(b',');
            self.skip_space();
            return Ok(true);
        }
        self.take(close, expected)?;
        self.depth -= 1;
        Ok(false)
    }

    /// A member's key and the colon behind it.
    pub(crate) fn key(&mut self) -> Result<StringToken> {
        if self.peek() != b'"' {
            return self.unexpected("a string as key");
        }
        let token = self.string()?;
        self.skip_space();
        self.take(b':', "':'")?;
        Ok(token)
    }

    fn descend(&mut self, object: bool) -> Result<()> {
        if self.depth >= self.max_depth {
            return self.fault(FaultKind::Limit(Limit::Depth, self.max_depth));
        }
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.levels.len() {
            self.levels.push(0);
        }
        if object {
            self.levels[word] |= 1 << bit;
        } else {
            self.levels[word] &= !(1 << bit);
        }
        self.depth += 1;
        Ok(())
    }

    fn container(&self) -> Kind {
        let level = self.depth - 1;
        if self.levels[level / 64] & (1 << (level % 64)) != 0 {
            Kind::Object
        } else {
            Kind::Array
        }
    }

    /// Any value, checked and copied.
    pub(crate) fn skip(&mut self) -> Result<Range> {
        let base = self.depth;
        self.skip_space();
        let start = self.length;
        'value: loop {
            match self.peek() {
                b'"' => {
                    self.string()?;
                }
                b'{' => {
                    if self.open(Kind::Object)? {
                        self.key()?;
                        self.skip_space();
                        continue 'value;
                    }
                }
                b'[' => {
                    if self.open(Kind::Array)? {
                        continue 'value;
                    }
                }
                b'-' | b'0'..=b'9' => self.number()?,
                b't' => self.literal(b"true")?,
                b'f' => self.literal(b"false")?,
                b'n' => self.literal(b"null")?,
                _ => return self.unexpected(VALUE),
            }
            loop {
                if self.depth == base {
                    return Ok(Range {
                        start,
                        end: self.length,
                    });
                }
                let container = self.container();
                if self.more(container)? {
                    if container == Kind::Object {
                        self.key()?;
                        self.skip_space();
                    }
                    continue 'value;
                }
            }
        }
    }

    /// A string that `next_kind` or `peek` has seen.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<StringToken> {
        self.position += 1;
        self.put(b'"');
        let start = self.length;
        let mut escaped = false;
        loop {
            self.copy_plain();
            match self.peek() {
                b'"' => {
                    let end = self.length;
                    self.position += 1;
                    self.put(b'"');
                    return Ok(StringToken {
                        content: Range { start, end },
                        escaped,
                    });
                }
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                _ if self.position >= self.buffer.len() => {
                    return self.unexpected("the end of the string");
                }
                _ => return self.unexpected("no raw control character in a string"),
            }
        }
    }

    /// Copies up to the next quote, backslash or control character.
    #[inline(always)]
    fn copy_plain(&mut self) {
        while let Some(bytes) = self.buffer.get(self.position..self.position + CHUNK) {
            let mut chunk = [0; CHUNK];
            chunk.copy_from_slice(bytes);
            self.buffer[self.length..self.length + CHUNK].copy_from_slice(&chunk);
            let plain = plain_bytes(&chunk);
            self.position += plain;
            self.length += plain;
            if plain < CHUNK {
                return;
            }
        }
        while let Some(&byte) = self.buffer.get(self.position) {
            if byte == b'"' || byte == b'\\' || byte < 0x20 {
                return;
            }
            self.position += 1;
            self.put(byte);
        }
    }

    fn escape(&mut self) -> Result<()> {
        let length = match self.buffer.get(self.position + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') => {
                let digits = self.buffer.get(self.position + 2..self.position + 6);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return self.unexpected("four hexadecimal digits after \\u");
                }
                6
            }
            _ => return self.unexpected("one of \" \\ / b f n r t u after a backslash"),
        };
        for _ in 0..length {
            let byte = self.peek();
            self.position += 1;
            self.put(byte);
        }
        Ok(())
    }

    fn literal(&mut self, word: &'static [u8]) -> Result<()> {
        if !self.buffer[self.position..].starts_with(word) {
            return self.unexpected("true, false or null");
        }
        for &byte in word {
            self.put(byte);
        }
        self.position += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<()> {
        if self.peek() == b'-' {
            self.copy_byte();
        }
        if self.peek() == b'0' {
            self.copy_byte();
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.copy_byte();
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.copy_byte();
            if matches!(self.peek(), b'+' | b'-') {
                self.copy_byte();
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        if !self.peek().is_ascii_digit() {
            return self.unexpected("a digit");
        }
        while self.peek().is_ascii_digit() {
            self.copy_byte();
        }
        Ok(())
    }

    #[inline(always)]
    fn copy_byte(&mut self) {
        let byte = self.peek();
        self.position += 1;
        self.put(byte);
    }

    /// Nothing but white space may be left.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.skip_space();
        if self.position < self.buffer.len() {
            return self.unexpected("the end of the text");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
