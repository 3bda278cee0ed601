//! Layout v1: the units of spiff-element-units 0.3.1 (U6-U14), so that both packages read one cache directory.
//!
//! Its rule is all or nothing: a workflow that is not simple enough is one unit, the whole.

use crate::graph::Mode;
use crate::hash::{Hash, sha256};
use crate::json::JsonWriter;
use crate::layout::{Layout, PartKind};
use crate::order::{distinct, sorted};
use crate::spec::{Process, Workflow};

pub(crate) fn layout_v1(workflow: &Workflow) -> Layout {
    let writer = Writer { workflow };
    let mut layout = Layout::default();
    layout.text(writer.whole());
    layout.finish(PartKind::Workflow, [0; 32]);
    let called = writer.split();
    writer.top_manifest(called.as_deref(), &mut layout);
    for &process in called.iter().flatten() {
        writer.promoted(process, &mut layout);
    }
    layout
}

/// A unit in a manifest.
struct Item<'a> {
    name: Hash,
    kind: &'static str,
    elements: Vec<&'a [u8]>,
}

impl<'a> Item<'a> {
    /// `indexed` is how the unit is found, `named` what its name is made of (U12).
    fn new(kind: &'static str, indexed: Vec<&'a [u8]>, named: Vec<&'a [u8]>) -> Self {
        let named = sorted(named, |a, b| a.cmp(b));
        Item {
            name: sha256([kind.as_bytes()].into_iter().chain(named)),
            kind,
            elements: indexed,
        }
    }
}

struct Writer<'a> {
    workflow: &'a Workflow,
}

impl<'a> Writer<'a> {
    fn whole(&self) -> crate::token::Range {
        crate::token::Range {
            start: 0,
            end: self.workflow.names.text.len(),
        }
    }

    fn id(&self, process: &Process) -> &'a [u8] {
        self.workflow.names.get(process.id)
    }

    /// The original's element ids of a process (U11).
    fn elements(&self, process: &'a Process) -> Vec<&'a [u8]> {
        let names = &self.workflow.names;
        let mut ids = vec![names.get(process.name)];
        let drawn = &self.workflow.drawn[process.drawn.clone()];
        ids.extend(drawn.iter().map(|&name| names.get(name)));
        ids
    }

    /// The element ids of all specs, the top process's a second time where it stands among the others too.
    fn all_elements(&self) -> Vec<&'a [u8]> {
        let specs = self.workflow.processes.iter().chain(&self.workflow.top_again);
        specs.flat_map(|process| self.elements(process)).collect()
    }

    /// The called processes, sorted by id, where the workflow is one that the original splits (U10).
    fn split(&self) -> Option<Vec<&'a Process>> {
        let names = &self.workflow.names;
        let (top, others) = self.workflow.processes.split_first()?;
        let all = self.all_elements();
        let count = all.len();
        if distinct(all).len() < count {
            return None;
        }
        let calls = |process: &'a Process| {
            let calling = process
                .mentions
                .iter()
                .filter(|mention| mention.mode == Mode::Call);
            calling.map(|mention| names.get(mention.target))
        };
        let called = distinct(calls(top).collect());
        let right = top.isolable
            && !called.is_empty()
            && self.workflow.top_again.is_none()
            && others.len() == called.len();
        if !right {
            return None;
        }
        let stands = |(id, process): (&&[u8], &&'a Process)| {
            *id == self.id(process) && process.isolable && calls(process).next().is_none()
        };
        let others: Vec<&Process> = others.iter().collect();
        called.iter().zip(&others).all(stands).then_some(others)
    }

    fn top_manifest(&self, called: Option<&[&'a Process]>, layout: &mut Layout) {
        let names = &self.workflow.names;
        let top = &self.workflow.processes[0];
        let own = self.elements(top);
        let everything = self.all_elements();
        let mut items = vec![Item::new("FullWorkflow", everything.clone(), everything)];
        self.unit(&items[0].name, layout, |layout| {
            layout.literal(b"{\"FullWorkflow\":");
            layout.text(self.whole());
        });
        if let Some(called) = called {
            items.push(Item::new("LazySubprocesses", own.clone(), own.clone()));
            self.unit(&items[1].name, layout, |layout| {
                layout.literal(b"{\"LazySubprocesses\":[");
                layout.text(top.text);
                layout.literal(b",{}]");
            });
            for &process in called {
                let mut elements = self.elements(process);
                let calling = top.mentions.iter().filter(|mention| {
                    mention.mode == Mode::Call && names.get(mention.target) == self.id(process)
                });
                elements.extend(
                    calling
                        .filter_map(|mention| mention.drawn)
                        .map(|name| names.get(name)),
                );
                // The original counts the process's id and its name, which are the same.
                elements.push(self.id(process));
                let item = Item::new("ResumableSubprocess", elements.clone(), elements);
                self.unit(&item.name, layout, |layout| {
                    let start = layout.extra.len();
                    layout.extra.extend(b"{\"ResumableSubprocess\":[");
                    crate::names::write_json_string(self.id(process), &mut layout.extra);
                    layout.extra.push(b',');
                    layout.extra_since(start);
                    layout.text(top.text);
                    let start = layout.extra.len();
                    layout.extra.extend(b",{");
                    crate::names::write_json_string(self.id(process), &mut layout.extra);
                    layout.extra.push(b':');
                    layout.extra_since(start);
                    layout.text(process.text);
                    layout.literal(b"}]");
                });
                items.push(item);
            }
        }
        self.manifest(self.id(top), &items, layout);
    }

    fn promoted(&self, process: &'a Process, layout: &mut Layout) {
        let own = self.elements(process);
        let item = Item::new("PromotedSubprocess", own.clone(), own);
        self.unit(&item.name, layout, |layout| {
            layout.literal(b"{\"PromotedSubprocess\":[");
            layout.text(process.text);
            layout.literal(b",{}]");
        });
        self.manifest(self.id(process), &[item], layout);
    }

    fn unit(&self, name: &Hash, layout: &mut Layout, body: impl FnOnce(&mut Layout)) {
        body(layout);
        layout.literal(b"}");
        layout.finish(PartKind::V1Unit, *name);
    }

    /// `{"items":[{"sha2","type"}],"index_map":{element id: [indexes]}}` (U13).
    fn manifest(&self, id: &[u8], items: &[Item<'_>], layout: &mut Layout) {
        let index: Vec<(&[u8], usize)> = items
            .iter()
            .enumerate()
            .flat_map(|(at, item)| item.elements.iter().map(move |&element| (element, at)))
            .collect();
        let mut index = sorted(index, |a, b| a.cmp(b));
        index.dedup();
        let start = layout.extra.len();
        let mut json = JsonWriter::new(&mut layout.extra);
        json.open(b'{');
        json.key(b"items");
        json.open(b'[');
        for item in items {
            json.open(b'{');
            json.key(b"sha2");
            json.hex(&item.name);
            json.key(b"type");
            json.string(item.kind.as_bytes());
            json.close(b'}');
        }
        json.close(b']');
        json.key(b"index_map");
        json.open(b'{');
        for element in index.chunk_by(|a, b| a.0 == b.0) {
            json.key(element[0].0);
            json.open(b'[');
            for &(_, at) in element {
                json.number(at);
            }
            json.close(b']');
        }
        json.close(b'}');
        json.close(b'}');
        layout.extra_since(start);
        layout.finish(PartKind::V1Manifest, sha256([id]));
    }
}
