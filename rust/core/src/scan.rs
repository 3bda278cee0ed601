//! Reads JSON once and writes it minified over itself, checking every byte on the way.
//!
//! In place, because memory that is touched for the first time costs more than scanning: a second buffer of the size of
//! a large input would take longer to come by than to fill.
//!
//! There is no tree: what the caller does not ask for is checked, copied without its white space, and forgotten.
//! Nothing recurses, so depth costs one bit a level and never the stack.

use crate::chunk::CHUNK;
use crate::cursor::{Cursor, TAIL};
use crate::error::{Error, Limit};
use crate::fields::{Keys, Known, find, stopped};
use crate::names::decode;
use crate::token::{Fault, Kind, Range, Spot, Stopped, StringToken};

/// How many bytes there must be before a text. Copying is done in chunks, of which the last may write some bytes too
/// many; with this gap they are never bytes that are yet to be read.
pub const GAP: usize = CHUNK;

const VALUE: &str = "a JSON value";

type Result<T> = std::result::Result<T, Stopped>;
/// The same while a cursor is under way.
type Faulty<T> = std::result::Result<T, Fault>;

pub(crate) struct Scanner {
    /// The minified text so far, then what is spent, then what is yet to be read, then [`TAIL`].
    buffer: Vec<u8>,
    /// Where reading is: always [`GAP`] bytes or more behind `length`.
    position: usize,
    /// Bytes that are written.
    length: usize,
    /// Line feeds that are read. They stand between tokens alone, and minifying loses them.
    lines: u32,
    /// Where the line begins in which reading is, as `position`.
    line_start: usize,
    levels: Levels,
    /// Why reading has stopped, if it has.
    fault: Option<Fault>,
}

impl Scanner {
    /// `buffer` holds [`GAP`] bytes of anything, then the text.
    pub(crate) fn new(mut buffer: Vec<u8>, max_depth: usize) -> Self {
        buffer.extend([0; TAIL]);
        Scanner {
            buffer,
            position: GAP,
            length: 0,
            lines: 0,
            line_start: GAP,
            levels: Levels {
                objects: Vec::new(),
                depth: 0,
                max_depth,
            },
            fault: None,
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

    /// Where reading is.
    pub(crate) fn spot(&self) -> Spot {
        Spot {
            offset: self.offset() as u32,
            written: self.length as u32,
            line: self.lines + 1,
            column: (self.position - self.line_start + 1) as u32,
        }
    }

    /// What is yet to be read, as it came in: nothing of it is written over.
    pub(crate) fn unread(&self) -> &[u8] {
        let end = self.buffer.len() - TAIL;
        self.buffer.get(self.position..end).unwrap_or_default()
    }

    /// The minified text.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut text = self.buffer;
        text.truncate(self.length);
        text
    }

    /// Lets `read` go on from here.
    #[inline(always)]
    fn go_on<T>(&mut self, read: impl FnOnce(&mut Cursor<'_>, &mut Levels) -> Faulty<T>) -> Result<T> {
        let mut cursor = Cursor {
            buffer: &mut self.buffer,
            read: self.position,
            write: self.length,
            lines: self.lines,
            line_start: self.line_start,
        };
        let done = read(&mut cursor, &mut self.levels);
        (self.position, self.length) = (cursor.read, cursor.write);
        (self.lines, self.line_start) = (cursor.lines, cursor.line_start);
        match done {
            Ok(done) => Ok(done),
            Err(fault) => {
                self.fault = Some(fault);
                Err(Stopped)
            }
        }
    }

    /// Stops here.
    #[cold]
    pub(crate) fn stop<T>(&mut self, fault: Fault) -> Result<T> {
        self.fault = Some(fault);
        Err(Stopped)
    }

    /// Why reading has stopped.
    pub(crate) fn fault(&self) -> Fault {
        self.fault.expect("who is told that scanning stopped is told why")
    }

    /// White space, then the kind of the value that follows. Consumes none of it.
    #[inline]
    pub(crate) fn next_kind(&mut self) -> Result<Kind> {
        self.go_on(|cursor, _| {
            cursor.skip_space();
            Ok(match cursor.peek() {
                b'{' => Kind::Object,
                b'[' => Kind::Array,
                b'"' => Kind::String,
                b'-' | b'0'..=b'9' => Kind::Number,
                b't' => Kind::True,
                b'f' => Kind::False,
                b'n' => Kind::Null,
                _ => return cursor.unexpected(VALUE),
            })
        })
    }

    /// Where the next value will be written.
    pub(crate) fn mark(&self) -> usize {
        self.length
    }

    /// Opens an object or array that `next_kind` has seen; `false` where it is empty (and closed again).
    #[inline]
    pub(crate) fn open(&mut self, kind: Kind) -> Result<bool> {
        self.go_on(|cursor, levels| levels.open(cursor, kind == Kind::Object))
    }

    /// After a member or item: `true` where another follows, `false` where the container closes.
    #[inline]
    pub(crate) fn more(&mut self, kind: Kind) -> Result<bool> {
        self.go_on(|cursor, levels| levels.more(cursor, kind == Kind::Object))
    }

    /// The next member of an object whose key is known, its colon included; members of other keys are skipped. `None` where
    /// the object closes. `first`: reading is at the object, else behind a value in it.
    pub(crate) fn member<K: Copy>(&mut self, first: bool, known: &Keys<K>) -> Result<Option<K>> {
        let at = self.known_member(first, known.names)?;
        Ok(at.map(|at| known.meanings[at]))
    }

    /// Which of the names the next member has whose key is one of them.
    fn known_member(&mut self, first: bool, names: &[Known]) -> Result<Option<usize>> {
        self.go_on(|cursor, levels| {
            let mut more = if first {
                levels.open(cursor, true)?
            } else {
                levels.more(cursor, true)?
            };
            while more {
                let token = cursor.key()?;
                let content = &cursor.buffer[token.content.start..token.content.end];
                let key = if token.escaped {
                    let mut decoded = Vec::new();
                    decode(content, &mut decoded);
                    find(&decoded, names)
                } else {
                    find(content, names)
                };
                if key.is_some() {
                    return Ok(key);
                }
                cursor.skip_space();
                skip_value(cursor, levels)?;
                more = levels.more(cursor, true)?;
            }
            Ok(None)
        })
    }

    /// A member's key and the colon behind it.
    pub(crate) fn key(&mut self) -> Result<StringToken> {
        self.go_on(|cursor, _| cursor.key())
    }

    /// White space, then a string; `None` where another kind of value follows, of which nothing is consumed.
    pub(crate) fn string(&mut self) -> Result<Option<StringToken>> {
        self.go_on(|cursor, _| {
            cursor.skip_space();
            if cursor.peek() != b'"' {
                return Ok(None);
            }
            cursor.string().map(Some)
        })
    }

    /// An array that `next_kind` has seen; answers whether all its items are strings, and hands these over.
    pub(crate) fn strings(&mut self, mut each: impl FnMut(StringToken, &[u8])) -> Result<bool> {
        self.go_on(|cursor, levels| {
            let mut all = true;
            let mut more = levels.open(cursor, false)?;
            while more {
                if cursor.peek() == b'"' {
                    let token = cursor.string()?;
                    each(token, &cursor.buffer[token.content.start..token.content.end]);
                } else {
                    all = false;
                    skip_value(cursor, levels)?;
                }
                more = levels.more(cursor, false)?;
            }
            Ok(all)
        })
    }

    /// Any value, checked and copied.
    pub(crate) fn skip(&mut self) -> Result<Range> {
        self.go_on(|cursor, levels| {
            cursor.skip_space();
            let start = cursor.write;
            skip_value(cursor, levels)?;
            Ok(Range {
                start,
                end: cursor.write,
            })
        })
    }

    /// Nothing but white space may be left.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.go_on(|cursor, _| {
            cursor.skip_space();
            if cursor.read < cursor.buffer.len() - TAIL {
                return cursor.unexpected("the end of the text");
            }
            Ok(())
        })
    }
}

/// Any value. A cursor of its own is what keeps it in registers.
#[inline(never)]
fn skip_value(from: &mut Cursor<'_>, levels: &mut Levels) -> Faulty<()> {
    let mut cursor = Cursor {
        buffer: from.buffer,
        ..*from
    };
    let done = skip_on(&mut cursor, levels);
    (from.read, from.write) = (cursor.read, cursor.write);
    (from.lines, from.line_start) = (cursor.lines, cursor.line_start);
    done
}

#[inline(always)]
fn skip_on(cursor: &mut Cursor<'_>, levels: &mut Levels) -> Faulty<()> {
    let base = levels.depth;
    let mut at_key = false;
    'value: loop {
        if at_key {
            cursor.key()?;
            cursor.skip_space();
        }
        let byte = cursor.peek();
        match byte {
            b'"' => {
                cursor.string()?;
            }
            b'{' | b'[' => {
                at_key = byte == b'{';
                if levels.open(cursor, at_key)? {
                    continue 'value;
                }
            }
            _ => cursor.scalar(VALUE)?,
        }
        while levels.depth > base {
            at_key = levels.in_object();
            if levels.more(cursor, at_key)? {
                continue 'value;
            }
        }
        return Ok(());
    }
}

/// What is open.
struct Levels {
    /// One bit a level: set for an object.
    objects: Vec<u64>,
    depth: usize,
    max_depth: usize,
}

impl Levels {
    #[inline(always)]
    fn open(&mut self, cursor: &mut Cursor<'_>, object: bool) -> Faulty<bool> {
        if self.depth >= self.max_depth {
            return Err(Fault::Limit(Limit::Depth, self.max_depth));
        }
        cursor.copy_byte();
        cursor.skip_space();
        if cursor.peek() == if object { b'}' } else { b']' } {
            cursor.copy_byte();
            return Ok(false);
        }
        self.descend(object);
        Ok(true)
    }

    #[inline(always)]
    fn more(&mut self, cursor: &mut Cursor<'_>, object: bool) -> Faulty<bool> {
        cursor.skip_space();
        if cursor.peek() == b',' {
            cursor.copy_byte();
            cursor.skip_space();
            return Ok(true);
        }
        if object {
            cursor.take(b'}', "',' or '}'")?;
        } else {
            cursor.take(b']', "',' or ']'")?;
        }
        self.depth -= 1;
        Ok(false)
    }

    #[inline(always)]
    fn descend(&mut self, object: bool) {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.objects.len() {
            self.objects.push(0);
        }
        if object {
            self.objects[word] |= 1 << bit;
        } else {
            self.objects[word] &= !(1 << bit);
        }
        self.depth += 1;
    }

    #[inline(always)]
    fn in_object(&self) -> bool {
        let level = self.depth - 1;
        self.objects[level / 64] & (1 << (level % 64)) != 0
    }
}

/// Checks a text and writes it minified over itself, and does nothing else: the least that taking it apart can cost, to
/// measure the rest by. `buffer` holds [`GAP`] bytes of anything, then the text.
///
/// # Errors
/// That the text is no JSON, or nested deeper than `max_depth`.
pub fn minify(buffer: Vec<u8>, max_depth: usize) -> std::result::Result<Vec<u8>, Error> {
    let mut scanner = Scanner::new(buffer, max_depth);
    match scanner.skip().and_then(|_| scanner.end()) {
        Ok(()) => Ok(scanner.finish()),
        Err(Stopped) => Err(stopped(&scanner)),
    }
}

#[cfg(test)]
mod tests;
