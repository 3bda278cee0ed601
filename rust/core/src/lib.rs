//! Takes serialized workflow specs apart (behaviours U1-U13, U17, U18, U21).
//!
//! Text goes in; out come *objects* (a process with what is embedded in it), their hashes, the call graph and the
//! manifest of layout v2, or the files of layout v1, as pieces of two buffers. The input is read once, by a scanner that
//! builds no tree and minifies on the way; ids and texts are ranges of what it wrote.
//!
//! The crate does no I/O, reads no clock and knows no JavaScript: stores, readers and runtimes are the host's.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod chunk;
mod closure;
mod cursor;
mod decomposition;
mod elements;
mod entries;
mod error;
mod fields;
mod graph;
mod hash;
mod hash_many;
mod hasher;
mod json;
mod lanes;
mod layout;
mod layout_v1;
mod manifest;
mod manifest_parts;
mod mentions;
mod names;
mod order;
mod pointer;
mod recognise;
mod scan;
mod spec;
mod spec_reader;
mod token;

pub use cursor::TAIL;
pub use decomposition::Decomposition;
pub use error::{Error, ErrorKind, Limit, NotASpec, Place};
pub use hash_many::hash_in_messages;
pub use hasher::{HashMessages, HostSha256, Message};
pub use json::JsonObject;
pub use layout::{Layout, Part, PartKind, Piece, Source};
pub use manifest::LayoutV2;
pub use scan::{GAP, minify};

/// How much of an input is taken. Going over one is a typed error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Levels of nested arrays and objects.
    pub depth: usize,
    /// Process specs.
    pub processes: usize,
    /// Characters of a process, task or element id.
    pub id_length: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes: 256 * 1024 * 1024,
            depth: 1000,
            processes: 100_000,
            id_length: 10_000,
        }
    }
}
