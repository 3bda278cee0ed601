//! What scanning finds, and why it stops.

use crate::error::Limit;

/// That scanning has stopped. The scanner is still where it was then and says why: so what goes well is small enough to be
/// handed on in registers.
#[derive(Debug)]
pub(crate) struct Stopped;

/// Why scanning stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The text is not JSON; what would have been.
    Syntax(&'static str),
    /// More than allowed; of what, and the limit in force.
    Limit(Limit, usize),
}

/// A place of the text that outlasts the text, which is written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) offset: u32,
    /// Bytes of the minified text before it: they hold the same tokens, and so what the JSON pointer is made of.
    pub(crate) written: u32,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A range of the minified text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The content of a string, between its quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StringToken {
    pub(crate) content: Range,
    /// Whether it holds a backslash.
    pub(crate) escaped: bool,
}

/// The kind of a value, told by its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}
