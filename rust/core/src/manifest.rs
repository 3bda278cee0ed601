//! The manifest of layout v2 (U18): in one piece up to 32 KiB, else in parts that a reader fetches as it needs them.
//! `docs/cache-layout.md` describes the format.

use std::collections::VecDeque;

use crate::decomposition::Decomposition;
use crate::graph::{Mode, Reference};
use crate::hash::{KEY_BYTES, fnv1a, sha256, write_hex};
use crate::json::JsonWriter;
use crate::layout::{Layout, PartKind};
use crate::names::{Name, write_json_string};
use crate::order::{distinct, sorted};

/// A manifest up to this size is one piece.
const WHOLE: usize = 32 * 1024;
/// Other top-level fields up to this size stand in the root itself.
const INLINE_REST: usize = 4 * 1024;
/// What one part of a manifest should hold.
const PART: usize = 8 * 1024;
/// A locator names at most this many objects; a reader of more takes the graph.
const MAX_LOCATED: usize = 16;
/// How far a locator is searched for; beyond, a reader takes the graph.
const MAX_SEARCHED: usize = 256;

/// Layout v2 of a workflow.
#[derive(Debug)]
pub struct LayoutV2 {
    /// The minified input, which pieces refer to.
    pub text: Vec<u8>,
    /// The objects first, then what the manifest is made of.
    pub layout: Layout,
    /// How many of the parts are objects with processes.
    pub objects: usize,
    /// The whole manifest as JSON, for whoever wants to know all of it.
    pub manifest: Vec<u8>,
    /// What the root holds; empty where that is the whole manifest.
    pub root: Vec<u8>,
    /// Identifies the version of the workflow.
    pub version: [u8; 32],
}

pub(crate) fn layout_v2(decomposition: Decomposition) -> LayoutV2 {
    let writer = Writer { it: &decomposition };
    let elements = writer.elements();
    let mut manifest = Vec::new();
    writer.manifest(&elements, &mut manifest);
    let mut parts = Layout::default();
    let mut rest = None;
    if decomposition.rest.len() > INLINE_REST {
        rest = Some(add_part(&mut parts, &decomposition.rest));
    }
    let mut root = Vec::new();
    if manifest.len() > WHOLE {
        writer.in_parts(&elements, rest, &mut parts, &mut root);
    }
    let Decomposition {
        workflow,
        objects: mut layout,
        version,
        ..
    } = decomposition;
    let objects = layout.parts.len();
    append(&mut layout, parts);
    LayoutV2 {
        text: workflow.names.text,
        layout,
        objects,
        manifest,
        root,
        version,
    }
}

type Key = [u8; KEY_BYTES];

fn key_of(hash: &[u8; 32]) -> Key {
    let mut key = [0; KEY_BYTES];
    key.copy_from_slice(&hash[..KEY_BYTES]);
    key
}

fn add_part(layout: &mut Layout, bytes: &[u8]) -> Key {
    let hash = sha256([bytes]);
    layout.literal(bytes);
    layout.finish(PartKind::Manifest, hash);
    key_of(&hash)
}

fn append(layout: &mut Layout, other: Layout) {
    let (extra, pieces) = (layout.extra.len(), layout.pieces.len());
    layout.extra.extend(other.extra);
    layout.pieces.extend(other.pieces.into_iter().map(|mut piece| {
        piece.start += extra;
        piece.end += extra;
        piece
    }));
    layout.parts.extend(other.parts.into_iter().map(|mut part| {
        part.first_piece += pieces;
        part
    }));
}

/// An element id and the ordinals of the processes that hold it, sorted.
type Element = (Name, Vec<usize>);

struct Writer<'a> {
    it: &'a Decomposition,
}

impl Writer<'_> {
    fn name(&self, name: Name) -> &[u8] {
        self.it.workflow.names.get(name)
    }

    fn id(&self, process: usize) -> &[u8] {
        self.name(self.it.workflow.processes[process].id)
    }

    fn elements(&self) -> Vec<Element> {
        let mut held: Vec<(Name, usize)> = Vec::new();
        for (process, ordinal) in self.it.workflow.processes.iter().zip(&self.it.graph.ordinals) {
            held.extend(
                process
                    .tasks
                    .iter()
                    .filter_map(|task| Some((task.element()?, *ordinal))),
            );
        }
        let held = sorted(held, |a, b| {
            self.name(a.0).cmp(self.name(b.0)).then_with(|| a.1.cmp(&b.1))
        });
        let mut elements: Vec<Element> = Vec::new();
        for (name, ordinal) in held {
            match elements.last_mut() {
                Some((last, ordinals)) if self.name(*last) == self.name(name) => {
                    if ordinals.last() != Some(&ordinal) {
                        ordinals.push(ordinal);
                    }
                }
                _ => elements.push((name, vec![ordinal])),
            }
        }
        elements
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
                json.hex(&key);
            }
        }
    }

    fn manifest(&self, elements: &[Element], out: &mut Vec<u8>) {
        let rest = (self.it.rest.len() > INLINE_REST).then(|| key_of(&sha256([&self.it.rest[..]])));
        let mut json = JsonWriter::new(out);
        json.open(b'{');
        self.head(&mut json, rest);
        json.key(b"objects");
        json.open(b'[');
        for family in 0..self.it.graph.families.len() {
            self.object(family, None, &mut json);
        }
        json.close(b']');
        json.key(b"elements");
        json.open(b'{');
        for element in elements {
            self.element(element, &mut json);
        }
        json.close(b'}');
        json.close(b'}');
    }

    fn element(&self, (name, ordinals): &Element, json: &mut JsonWriter<'_>) {
        json.key(self.name(*name));
        match ordinals[..] {
            [ordinal] => json.number(ordinal),
            _ => {
                json.open(b'[');
                for &ordinal in ordinals {
                    json.number(ordinal);
                }
                json.close(b']');
            }
        }
    }

    /// What the manifest says of an object; `at` is the ordinal of its first process.
    fn object(&self, family: usize, at: Option<usize>, json: &mut JsonWriter<'_>) {
        let part = &self.it.objects.parts[family];
        let family = &self.it.graph.families[family];
        json.open(b'{');
        if let Some(at) = at {
            json.key(b"at");
            json.number(at);
        }
        json.key(b"hash");
        json.hex(&part.hash);
        json.key(b"bytes");
        json.number(part.bytes);
        if family.circular {
            json.key(b"notSplit");
            json.string(b"embedding-cycle");
        }
        json.key(b"processes");
        json.open(b'[');
        for &process in &family.members {
            self.process(process, json);
        }
        json.close(b']');
        json.close(b'}');
    }

    fn process(&self, process: usize, json: &mut JsonWriter<'_>) {
        let references = &self.it.graph.references[process];
        let text = self.it.workflow.processes[process].text;
        json.open(b'{');
        json.key(b"id");
        json.string(self.id(process));
        json.key(b"bytes");
        json.number(text.end - text.start);
        json.key(b"closure");
        json.hex(&self.it.closures[process]);
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

    /// Writes a manifest that is too large for one piece.
    fn in_parts(&self, elements: &[Element], rest: Option<Key>, parts: &mut Layout, root: &mut Vec<u8>) {
        let graph = &self.it.graph;
        let graph_key = add_part(parts, &self.graph());
        let mut locators = Entries::default();
        let mut details = Entries::default();
        let mut at = 0;
        for (index, family) in graph.families.iter().enumerate() {
            for &process in &family.members {
                locators.add(self.id(process), |out| self.locator(process, out));
            }
            let owner = self.id(family.members[0]);
            details.add(owner, |out| {
                self.object(index, Some(at), &mut JsonWriter::new(out))
            });
            at += family.members.len();
        }
        let mut named = Entries::default();
        for element in elements {
            named.add(self.name(element.0), |out| {
                self.element(element, &mut JsonWriter::new(out))
            });
        }
        let locators = locators.into_parts(256, *b"{}", parts);
        let named = named.into_parts(128, *b"{}", parts);
        let details = details.into_parts(128, *b"[]", parts);
        let mut json = JsonWriter::new(root);
        json.open(b'{');
        self.head(&mut json, rest);
        for (key, count) in [
            (&b"objectCount"[..], graph.families.len()),
            (b"processCount", graph.ordinals.len()),
        ] {
            json.key(key);
            json.number(count);
        }
        json.key(b"graph");
        json.hex(&graph_key);
        for (key, keys) in [
            (&b"locators"[..], locators),
            (b"elements", named),
            (b"details", details),
        ] {
            json.key(key);
            json.open(b'[');
            for key in &keys {
                json.hex(key);
            }
            json.close(b']');
        }
        json.close(b'}');
    }

    /// The references as integers, and the key of every object that has any.
    fn graph(&self) -> Vec<u8> {
        let graph = &self.it.graph;
        let mut out = Vec::new();
        for (family, part) in graph.families[..graph.connected]
            .iter()
            .zip(&self.it.objects.parts)
        {
            out.extend(key_of(&part.hash));
            write_varint(family.members.len(), &mut out);
            for &process in &family.members {
                let references = &graph.references[process];
                write_varint(references.len(), &mut out);
                for reference in references {
                    let code = reference.process.map_or(0, |target| {
                        let kind = match reference.mode {
                            Mode::Call | Mode::MaybeCall => 0,
                            Mode::Embed | Mode::MaybeEmbed => 1,
                            Mode::Trigger => 2,
                        };
                        graph.ordinals[target] * 4 + kind + 1
                    });
                    write_varint(code, &mut out);
                }
            }
        }
        out
    }

    /// What a reader needs to start a process: the objects, and which of their references lead nowhere.
    fn locator(&self, process: usize, out: &mut Vec<u8>) {
        write_json_string(self.id(process), out);
        out.extend(format!(":[{}", self.it.graph.ordinals[process]).as_bytes());
        let (families, complete) = self.brought(process);
        for family in families {
            out.extend(b",[\"");
            write_hex(&key_of(&self.it.objects.parts[family].hash), out);
            out.push(b'"');
            let members = &self.it.graph.families[family].members;
            let references = members
                .iter()
                .flat_map(|&member| &self.it.graph.references[member]);
            let mut absent = references
                .enumerate()
                .filter(|(_, r)| r.process.is_none())
                .peekable();
            if absent.peek().is_some() {
                out.extend(b",[");
                let mut json = JsonWriter::new(out);
                for (position, _) in absent {
                    json.number(position);
                }
                out.push(b']');
            }
            out.push(b']');
        }
        if !complete {
            out.extend(b",\"graph\"");
        }
        out.push(b']');
    }

    /// The objects that the start unit of a process needs, its own first; whether these are all.
    fn brought(&self, process: usize) -> (Vec<usize>, bool) {
        let graph = &self.it.graph;
        let mut families = vec![self.family_of(process)];
        let mut seen = vec![process];
        let mut queue = VecDeque::from([process]);
        while let Some(next) = queue.pop_front() {
            for reference in &graph.references[next] {
                if reference.mode.calls() {
                    continue;
                }
                let Some(target) = reference.process else {
                    continue;
                };
                if seen.contains(&target) {
                    continue;
                }
                let family = self.family_of(target);
                if !families.contains(&family) {
                    families.push(family);
                }
                if families.len() > MAX_LOCATED || seen.len() > MAX_SEARCHED {
                    families.truncate(1);
                    return (families, false);
                }
                seen.push(target);
                queue.push_back(target);
            }
        }
        (families, true)
    }

    fn family_of(&self, process: usize) -> usize {
        let graph = &self.it.graph;
        let ordinal = graph.ordinals[process];
        // Families lie one after the other, and most are of one process.
        graph
            .families
            .partition_point(|family| graph.ordinals[family.members[0]] <= ordinal)
            - 1
    }
}

fn write_varint(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Entries that are spread over parts by the hash of an id.
#[derive(Default)]
struct Entries {
    bytes: Vec<u8>,
    entries: Vec<(u32, usize, usize)>,
}

impl Entries {
    fn add(&mut self, id: &[u8], write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        self.entries.push((fnv1a(id), start, self.bytes.len()));
    }

    /// Makes a power of two of parts, `most` at most, and gives their keys.
    fn into_parts(self, most: usize, brackets: [u8; 2], layout: &mut Layout) -> Vec<Key> {
        let count = (self.bytes.len() / PART).max(1).next_power_of_two().min(most);
        let mask = count as u32 - 1;
        let entries = sorted(self.entries, |a, b| (a.0 & mask).cmp(&(b.0 & mask)));
        let mut rest = &entries[..];
        (0..count as u32)
            .map(|part| {
                let size = rest.partition_point(|&(hash, _, _)| hash & mask <= part);
                let (here, after) = rest.split_at(size);
                rest = after;
                let mut bytes = vec![brackets[0]];
                for &(_, start, end) in here {
                    if bytes.len() > 1 {
                        bytes.push(b',');
                    }
                    bytes.extend(&self.bytes[start..end]);
                }
                bytes.push(brackets[1]);
                add_part(layout, &bytes)
            })
            .collect()
    }
}
