//! Reads and writes at two places of one buffer, byte by byte and token by token.
//!
//! A cursor is made for a stretch of the text and lives in registers while that goes through; what is kept between
//! stretches is the scanner's.

use crate::chunk::{CHUNK, leading_spaces, plain_bytes};
use crate::token::{Fault, Range, StringToken};

type Result<T> = std::result::Result<T, Fault>;

/// Zeros behind the text, which are no JSON: so its end needs no case of its own, and a chunk can be looked at anywhere.
pub const TAIL: usize = CHUNK;

pub(crate) struct Cursor<'a> {
    /// What is written, then what is spent, then what is yet to be read, then [`TAIL`].
    pub(crate) buffer: &'a mut [u8],
    /// Where reading is: always [`CHUNK`] bytes or more behind `write`.
    pub(crate) read: usize,
    pub(crate) write: usize,
    /// Line feeds that are read.
    pub(crate) lines: u32,
    /// Where the line begins in which reading is.
    pub(crate) line_start: usize,
}

impl Cursor<'_> {
    #[inline(always)]
    pub(crate) fn unexpected<T>(&self, expected: &'static str) -> Result<T> {
        Err(Fault::Syntax(expected))
    }

    #[inline(always)]
    pub(crate) fn peek(&self) -> u8 {
        self.buffer.get(self.read).copied().unwrap_or(0)
    }

    /// What is read next, if there is as much.
    #[inline(always)]
    fn next<const N: usize>(&self) -> Option<[u8; N]> {
        self.buffer.get(self.read..)?.first_chunk().copied()
    }

    #[inline(always)]
    fn put(&mut self, byte: u8) {
        self.buffer[self.write] = byte;
        self.write += 1;
    }

    #[inline(always)]
    pub(crate) fn copy_byte(&mut self) {
        let byte = self.peek();
        self.read += 1;
        self.put(byte);
    }

    #[inline(always)]
    pub(crate) fn skip_space(&mut self) {
        loop {
            let byte = self.peek();
            // Most often there is none, or all that there is comes of a line's end.
            if byte > b' ' {
                return;
            }
            if byte == b'\n' {
                self.read += 1;
                self.lines += 1;
                self.line_start = self.read;
                while let Some(chunk) = self.next::<CHUNK>() {
                    let spaces = leading_spaces(&chunk);
                    self.read += spaces;
                    if spaces < CHUNK {
                        break;
                    }
                }
            } else if byte == b' ' || byte == b'\r' || byte == b'\t' {
                self.read += 1;
            } else {
                return;
            }
        }
    }

    /// Takes a byte of punctuation.
    #[inline(always)]
    pub(crate) fn take(&mut self, byte: u8, expected: &'static str) -> Result<()> {
        if self.peek() != byte {
            return self.unexpected(expected);
        }
        self.read += 1;
        self.put(byte);
        Ok(())
    }

    /// A member's key, and the colon behind it.
    #[inline(always)]
    pub(crate) fn key(&mut self) -> Result<StringToken> {
        if self.peek() != b'"' {
            return self.unexpected("a string as key");
        }
        let token = self.string()?;
        self.skip_space();
        self.take(b':', "':'")?;
        Ok(token)
    }

    /// A string; reading is at its first quote.
    #[inline(always)]
    pub(crate) fn string(&mut self) -> Result<StringToken> {
        self.read += 1;
        self.put(b'"');
        let start = self.write;
        let mut escaped = false;
        loop {
            // There always is a chunk: no more than the tail is left when the text has ended.
            let Some(chunk) = self.next::<CHUNK>() else {
                return self.unexpected("the end of the string");
            };
            self.buffer[self.write..self.write + CHUNK].copy_from_slice(&chunk);
            let plain = plain_bytes(&chunk);
            self.read += plain;
            self.write += plain;
            if plain == CHUNK {
                continue;
            }
            match self.peek() {
                b'"' => {
                    let end = self.write;
                    // The quote is copied with its chunk.
                    self.read += 1;
                    self.write += 1;
                    return Ok(StringToken {
                        content: Range { start, end },
                        escaped,
                    });
                }
                b'\\' => {
                    escaped = true;
                    let length = self.escape()?;
                    for _ in 0..length {
                        self.copy_byte();
                    }
                }
                _ if self.read >= self.buffer.len() - TAIL => {
                    return self.unexpected("the end of the string");
                }
                _ => return self.unexpected("no raw control character in a string"),
            }
        }
    }

    /// How many bytes the escape has that is read next.
    #[inline(always)]
    fn escape(&self) -> Result<usize> {
        Ok(match self.buffer.get(self.read + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') => {
                let digits = self.buffer.get(self.read + 2..self.read + 6);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return self.unexpected("four hexadecimal digits after \\u");
                }
                6
            }
            _ => return self.unexpected("one of \" \\ / b f n r t u after a backslash"),
        })
    }

    /// A value that is neither a string nor holds others.
    #[inline(always)]
    pub(crate) fn scalar(&mut self, expected: &'static str) -> Result<()> {
        match self.peek() {
            b'n' => self.literal(b"null"),
            b'f' => self.literal(b"false"),
            b't' => self.literal(b"true"),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.unexpected(expected),
        }
    }

    #[inline(always)]
    fn literal<const N: usize>(&mut self, word: &'static [u8; N]) -> Result<()> {
        if self.next::<N>() != Some(*word) {
            return self.unexpected("true, false or null");
        }
        self.buffer[self.write..self.write + N].copy_from_slice(word);
        self.read += N;
        self.write += N;
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

    #[inline(always)]
    fn digits(&mut self) -> Result<()> {
        if !self.peek().is_ascii_digit() {
            return self.unexpected("a digit");
        }
        while self.peek().is_ascii_digit() {
            self.copy_byte();
        }
        Ok(())
    }
}
