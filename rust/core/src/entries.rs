//! Entries of a manifest's lists, written once and laid together in one piece or spread over parts.

use std::cmp::Ordering;
use std::ops::Range;

use crate::hash::fnv1a;
use crate::json::JsonWriter;
use crate::order::{order, sorted};

/// What one part of a manifest should hold.
const PART: usize = 8 * 1024;

/// Entries of a list or an object.
#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) bytes: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    /// FNV-1a of the id, which says to which part it belongs.
    hash: u32,
    text: Range<usize>,
}

impl Entries {
    pub(crate) fn add(&mut self, id: &[u8], write: impl FnOnce(&mut Vec<u8>)) {
        self.add_hashed(fnv1a(id), write);
    }

    pub(crate) fn add_hashed(&mut self, hash: u32, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        let text = start..self.bytes.len();
        self.entries.push(Entry { hash, text });
    }

    /// Writes all of them, in the order of `compare`, which is asked for two of their numbers.
    pub(crate) fn write(&self, compare: &Compare<'_>, json: &mut JsonWriter<'_>) {
        for at in order(self.entries.len(), compare) {
            json.raw(&self.bytes[self.entries[at].text.clone()]);
        }
    }

    /// Spreads them by the hash of their ids over a power of two of values, `most` at most; inside each they lie in the
    /// order of `compare`.
    pub(crate) fn spread(&self, most: usize, brackets: [u8; 2], compare: &Compare<'_>) -> Vec<Vec<u8>> {
        let count = (self.bytes.len() / PART).max(1).next_power_of_two().min(most);
        let mask = count as u32 - 1;
        let mut parts = vec![Vec::new(); count];
        for (at, entry) in self.entries.iter().enumerate() {
            parts[(entry.hash & mask) as usize].push(at);
        }
        let value = |entries: Vec<usize>| {
            let mut bytes = Vec::new();
            let mut json = JsonWriter::new(&mut bytes);
            json.open(brackets[0]);
            for at in sorted(entries, |&a, &b| compare(a, b)) {
                json.raw(&self.bytes[self.entries[at].text.clone()]);
            }
            json.close(brackets[1]);
            bytes
        };
        parts.into_iter().map(value).collect()
    }
}

/// Compares two entries by their numbers.
pub(crate) type Compare<'a> = dyn Fn(usize, usize) -> Ordering + 'a;

/// Entries in the order in which they were added.
pub(crate) fn as_added(a: usize, b: usize) -> Ordering {
    a.cmp(&b)
}
