//! The element ids of a workflow, and the element index of a manifest: which processes hold an id (U18).

use std::cmp::Ordering;
use std::ops::Range;

use crate::entries::Entries;
use crate::graph::Graph;
use crate::hash::fnv1a;
use crate::json::JsonWriter;
use crate::order::sorted;
use crate::spec::Workflow;

/// Element ids as they are read, copied: in a large workflow they lie far apart in its text.
#[derive(Debug, Default)]
pub(crate) struct ElementIds {
    bytes: Vec<u8>,
    list: Vec<ElementId>,
}

#[derive(Debug)]
struct ElementId {
    hash: u32,
    bytes: Range<usize>,
}

impl ElementIds {
    /// Adds ids and says which of the list they are.
    pub(crate) fn add<'a>(&mut self, ids: impl Iterator<Item = &'a [u8]>) -> Range<usize> {
        let first = self.list.len();
        for id in ids {
            let bytes = copy(id, &mut self.bytes);
            self.list.push(ElementId {
                hash: fnv1a(id),
                bytes,
            });
        }
        first..self.list.len()
    }
}

/// The entries of the element index, each id once.
#[derive(Default)]
pub(crate) struct Elements {
    bytes: Vec<u8>,
    /// Per entry: its id.
    ids: Vec<Range<usize>>,
    pub(crate) entries: Entries,
}

/// An id and the process that holds it.
struct Held {
    hash: u32,
    id: Range<usize>,
    ordinal: usize,
}

/// Ids of which a bit of the hash is the same, small enough to be sorted in the cache.
#[derive(Default)]
struct Bucket {
    bytes: Vec<u8>,
    held: Vec<Held>,
}

/// How many ids a bucket is meant for.
const BUCKET: usize = 256;
/// Filling more buckets than this at once is slower than sorting larger ones.
const MOST_BUCKETS: usize = 1024;

impl Elements {
    pub(crate) fn of(workflow: &Workflow, graph: &Graph) -> Self {
        let ElementIds { bytes, list } = &workflow.element_ids;
        let count = (list.len() / BUCKET).max(1).next_power_of_two().min(MOST_BUCKETS);
        let mut buckets: Vec<Bucket> = Vec::new();
        buckets.resize_with(count, Bucket::default);
        for (process, &ordinal) in workflow.processes.iter().zip(&graph.ordinals) {
            for element in &list[process.elements.clone()] {
                let bucket = &mut buckets[element.hash as usize & (count - 1)];
                let id = copy(&bytes[element.bytes.clone()], &mut bucket.bytes);
                let hash = element.hash;
                bucket.held.push(Held { hash, id, ordinal });
            }
        }
        let mut elements = Elements::default();
        for bucket in buckets {
            elements.add(bucket);
        }
        elements
    }

    fn add(&mut self, Bucket { bytes, held }: Bucket) {
        let id = |held: &Held| &bytes[held.id.clone()];
        let held = sorted(held, |a, b| {
            id(a).cmp(id(b)).then_with(|| a.ordinal.cmp(&b.ordinal))
        });
        for same_id in held.chunk_by(|a, b| id(a) == id(b)) {
            let id = id(&same_id[0]);
            self.ids.push(copy(id, &mut self.bytes));
            self.entries.add_hashed(same_id[0].hash, |out| {
                write_element(id, same_id, &mut JsonWriter::new(out));
            });
        }
    }

    /// Compares two entries by their ids.
    pub(crate) fn compare(&self, a: usize, b: usize) -> Ordering {
        self.bytes[self.ids[a].clone()].cmp(&self.bytes[self.ids[b].clone()])
    }
}

fn copy(id: &[u8], to: &mut Vec<u8>) -> Range<usize> {
    let start = to.len();
    to.extend(id);
    start..to.len()
}

fn write_element(id: &[u8], held: &[Held], json: &mut JsonWriter<'_>) {
    let mut processes = held
        .chunk_by(|a, b| a.ordinal == b.ordinal)
        .map(|held| held[0].ordinal);
    json.key(id);
    match (processes.next(), processes.next()) {
        (Some(only), None) => json.number(only),
        (first, second) => {
            json.open(b'[');
            for ordinal in first.into_iter().chain(second).chain(processes) {
                json.number(ordinal);
            }
            json.close(b']');
        }
    }
}
