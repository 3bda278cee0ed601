//! Sorting, compiled once: every further instance of the standard sort would cost some 10 KB of WebAssembly.

use std::cmp::Ordering;

/// The numbers below `count` in the order that `compare` gives; equal ones keep theirs.
pub(crate) fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| compare(a, b));
    order
}

/// The items in the order that `compare` gives; equal ones keep theirs.
pub(crate) fn sorted<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if items.is_sorted_by(|a, b| compare(a, b) != Ordering::Greater) {
        return items;
    }
    let order = order(items.len(), &|a, b| compare(&items[a], &items[b]));
    let mut slots: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| slots[at].take()).collect()
}

/// Sorts strings of bytes and drops repeats.
pub(crate) fn distinct(strings: Vec<&[u8]>) -> Vec<&[u8]> {
    let mut strings = sorted(strings, |a, b| a.cmp(b));
    strings.dedup();
    strings
}
