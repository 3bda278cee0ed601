//! The manifest of layout v2 (U18): in one piece up to 32 KiB, else in parts that a reader fetches as it needs them.
//! `docs/cache-layout.md` describes the format.

use std::ops::Range;

use crate::decomposition::Decomposition;
use crate::elements::Elements;
use crate::entries::{Entries, as_added};
use crate::graph::{Mode, Reference};
use crate::hash::{KEY_BYTES, sha256};
use crate::hasher::{HostSha256, hash_all};
use crate::json::JsonWriter;
use crate::layout::{Layout, PartKind};
use crate::manifest_parts::{LocatorWriter, graph_bytes};
use crate::names::Name;
use crate::order::{distinct, sorted};

/// A manifest up to this size is one piece.
const WHOLE: usize = 32 * 1024;
/// Other top-level fields up to this size stand in the root itself.
const INLINE_REST: usize = 4 * 1024;
/// How much of its own hash a process has that is stored with another: enough to see that it changed.
const OWN_BYTES: usize = 8;

/// Layout v2 of a workflow.
#[derive(Debug)]
pub struct LayoutV2 {
    /// The minified input, which pieces refer to.
    pub text: Vec<u8>,
    /// The objects first, then what else the manifest needs stored.
    pub layout: Layout,
    /// How many of the parts are objects with processes.
    pub objects: usize,
    /// What the root holds: the whole manifest, or one that names its parts.
    pub manifest: Vec<u8>,
    /// Identifies the version of the workflow.
    pub version: [u8; 32],
}

/// Lays a decomposition out; `whole` asks for the manifest in one piece, however large.
pub(crate) fn layout_v2(decomposition: Decomposition, whole: bool) -> LayoutV2 {
    let writer = Writer { it: &decomposition };
    let mut parts = Parts::default();
    let rest = (decomposition.rest.len() > INLINE_REST).then(|| parts.add(decomposition.rest.clone()));
    let objects = writer.object_entries();
    let elements = Elements::of(&decomposition.workflow, &decomposition.graph);
    let size = objects.bytes.len() + elements.entries.bytes.len() + decomposition.rest.len().min(INLINE_REST);
    let mut manifest = Vec::new();
    if whole || size <= WHOLE {
        let key = rest.map(|at| key_of(&sha256([&parts.values[at][..]])));
        writer.whole(key, &objects, &elements, &mut manifest);
    }
    let parts = if whole || (size <= WHOLE && manifest.len() <= WHOLE) {
        parts.finish(decomposition.host)
    } else {
        manifest.clear();
        let graph = parts.add(graph_bytes(&decomposition));
        let locators = parts.add_all(writer.locator_entries().spread(256, *b"{}", &as_added));
        let by_id = |a, b| elements.compare(a, b);
        let elements = parts.add_all(elements.entries.spread(128, *b"{}", &by_id));
        let details = parts.add_all(objects.spread(128, *b"[]", &as_added));
        let parts = parts.finish(decomposition.host);
        let keys = |range: Range<usize>| &parts.keys[range];
        let lists = [
            (&b"locators"[..], keys(locators)),
            (b"elements", keys(elements)),
            (b"details", keys(details)),
        ];
        writer.parted(
            rest.map(|at| parts.keys[at]),
            &parts.keys[graph],
            &lists,
            &mut manifest,
        );
        parts
    };
    let Decomposition {
        workflow,
        objects: mut layout,
        version,
        ..
    } = decomposition;
    let objects = layout.parts.len();
    for (bytes, hash) in parts.values.iter().zip(parts.hashes) {
        layout.literal(bytes);
        layout.finish(PartKind::Manifest, hash);
    }
    LayoutV2 {
        text: workflow.names.text,
        layout,
        objects,
        manifest,
        version,
    }
}

pub(crate) type Key = [u8; KEY_BYTES];

/// What names an object in the store: the beginning of its hash.
pub(crate) fn key_of(hash: &[u8; 32]) -> Key {
    let mut key = [0; KEY_BYTES];
    key.copy_from_slice(&hash[..KEY_BYTES]);
    key
}

/// Values beside the objects.
#[derive(Default)]
struct Parts {
    values: Vec<Vec<u8>>,
}

/// The same with their hashes.
struct HashedParts {
    values: Vec<Vec<u8>>,
    hashes: Vec<[u8; 32]>,
    keys: Vec<Key>,
}

impl Parts {
    fn add(&mut self, value: Vec<u8>) -> usize {
        self.values.push(value);
        self.values.len() - 1
    }

    fn add_all(&mut self, values: Vec<Vec<u8>>) -> Range<usize> {
        let first = self.values.len();
        self.values.extend(values);
        first..self.values.len()
    }

    fn finish(self, host: Option<HostSha256>) -> HashedParts {
        let messages: Vec<Vec<&[u8]>> = self.values.iter().map(|value| vec![&value[..]]).collect();
        let hashes = hash_all(&messages, messages.len(), host);
        HashedParts {
            keys: hashes.iter().map(key_of).collect(),
            values: self.values,
            hashes,
        }
    }
}

struct Writer<'a> {
    it: &'a Decomposition,
}

impl Writer<'_> {
    fn name(&self, name: Name) -> &[u8] {
        self.it.workflow.names.get(name)
    }

    fn id(&self, process: usize) -> &[u8] {
        self.it.id(process)
    }

    fn object_entries(&self) -> Entries {
        let mut entries = Entries::default();
        let mut at = 0;
        for (index, family) in self.it.graph.families.iter().enumerate() {
            let owner = self.id(family.members[0]);
            entries.add(owner, |out| self.object(index, at, &mut JsonWriter::new(out)));
            at += family.members.len();
        }
        entries
    }

    fn locator_entries(&self) -> Entries {
        let mut entries = Entries::default();
        let mut locators = LocatorWriter::new(self.it);
        for &process in self.it.graph.families.iter().flat_map(|family| &family.members) {
            entries.add(self.id(process), |out| locators.write(process, out));
        }
        entries
    }

    fn whole(&self, rest: Option<Key>, objects: &Entries, elements: &Elements, out: &mut Vec<u8>) {
        let mut json = JsonWriter::new(out);
        json.open(b'{');
        self.head(&mut json, rest);
        json.key(b"objects");
        json.open(b'[');
        objects.write(&as_added, &mut json);
        json.close(b']');
        json.key(b"elements");
        json.open(b'{');
        elements.entries.write(&|a, b| elements.compare(a, b), &mut json);
        json.close(b'}');
        json.close(b'}');
    }

    fn parted(&self, rest: Option<Key>, graph: &Key, lists: &[(&[u8], &[Key])], out: &mut Vec<u8>) {
        let mut json = JsonWriter::new(out);
        json.open(b'{');
        self.head(&mut json, rest);
        for (key, count) in [
            (&b"objectCount"[..], self.it.graph.families.len()),
            (b"processCount", self.it.graph.ordinals.len()),
        ] {
            json.key(key);
            json.number(count);
        }
        json.key(b"graph");
        json.hash(graph);
        for (key, keys) in lists {
            json.key(key);
            json.open(b'[');
            for key in *keys {
                json.hash(key);
            }
            json.close(b']');
        }
        json.close(b'}');
    }

    fn head(&self, json: &mut JsonWriter<'_>, rest: Option<Key>) {
        json.key(b"version");
        json.hex(&self.it.version);
        json.key(b"top");
        json.string(self.id(0));
        match rest {
            None => {
                json.key(b"rest");
                // As text, so that whoever parses the manifest does not respell its numbers.
                json.string(&self.it.rest);
            }
            Some(key) => {
                json.key(b"restObject");
                json.hash(&key);
            }
        }
    }

    /// What the manifest says of an object; `at` is the ordinal of its first process.
    fn object(&self, family: usize, at: usize, json: &mut JsonWriter<'_>) {
        let part = &self.it.objects.parts[family];
        let family = &self.it.graph.families[family];
        json.open(b'{');
        json.key(b"at");
        json.number(at);
        json.key(b"hash");
        json.hash(&part.hash);
        json.key(b"bytes");
        json.number(part.bytes);
        if family.circular {
            json.key(b"notSplit");
            json.string(b"embedding-cycle");
        }
        json.key(b"processes");
        json.open(b'[');
        for (index, &process) in family.members.iter().enumerate() {
            self.process(process, index > 0, json);
        }
        json.close(b']');
        json.close(b'}');
    }

    /// What the manifest says of a process; of one that is stored with another, what tells whether itself changed.
    fn process(&self, process: usize, stored_with_another: bool, json: &mut JsonWriter<'_>) {
        let references = &self.it.graph.references[process];
        let text = self.it.workflow.processes[process].text;
        json.open(b'{');
        json.key(b"id");
        json.string(self.id(process));
        json.key(b"bytes");
        json.number(text.end - text.start);
        json.key(b"closure");
        json.hash(&self.it.closures[process][..KEY_BYTES]);
        if stored_with_another {
            json.key(b"own");
            json.hash(&self.it.contents[process][..OWN_BYTES]);
        }
        let real = |reference: &&Reference| reference.mode.must_exist() || reference.process.is_some();
        let calls: Vec<&Reference> = references
            .iter()
            .filter(real)
            .filter(|r| r.mode.calls())
            .collect();
        if !calls.is_empty() {
            // One process may be called by tasks of known and of unknown types.
            let calls = sorted(calls, |a, b| self.name(a.target).cmp(self.name(b.target)));
            json.key(b"calls");
            json.open(b'{');
            for same in calls.chunk_by(|a, b| self.name(a.target) == self.name(b.target)) {
                json.key(self.name(same[0].target));
                let sites = same.iter().flat_map(|reference| &reference.sites);
                json.strings(distinct(sites.map(|&site| self.name(site)).collect()));
            }
            json.close(b'}');
        }
        type Wanted = fn(&Reference) -> bool;
        let lists: [(&[u8], Wanted); 3] = [
            (b"embeds", |r| {
                r.mode.embeds() && (r.mode.must_exist() || r.process.is_some())
            }),
            (b"triggers", |r| r.mode == Mode::Trigger && r.process.is_some()),
            (b"missing", |r| r.mode.must_exist() && r.process.is_none()),
        ];
        for (key, wanted) in lists {
            let ids = references
                .iter()
                .filter(|r| wanted(r))
                .map(|r| self.name(r.target));
            let ids = distinct(ids.collect());
            if !ids.is_empty() {
                json.key(key);
                json.strings(ids);
            }
        }
        json.close(b'}');
    }
}
