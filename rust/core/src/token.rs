//! What scanning finds, and why it stops.

use crate::error::Limit;
/// Why scanning stopped. The place is found again in a second pass, which only failures pay for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) offset: usize,
    pub(crate) kind: FaultKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The text is not JSON; what would have been.
    Syntax(&'static str),
    /// More than allowed; of what, and the limit in force.
    Limit(Limit, usize),
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
