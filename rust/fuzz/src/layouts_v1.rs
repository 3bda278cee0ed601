//! Layout v1 as `docs/cache-layout.md`, section 19, describes it, file by file.

use std::collections::{BTreeMap, BTreeSet};

use unitflow_core::{Layout, PartKind};

use crate::expected::number;
use crate::hashing::{hex, sha256};
use crate::reference::Id;
use crate::spelling::{list, member, object, string};
use crate::tree::{self, Node, Value};

struct Process<'a> {
    id: Id,
    node: &'a Node,
    text: &'a [u8],
    /// Its name, then its elements by task.
    elements: Vec<Id>,
    /// Called id -> names of the elements that call it.
    calls: BTreeMap<Id, Vec<Id>>,
}

struct Unit {
    kind: &'static str,
    name: [u8; 32],
    ids: Vec<Id>,
    text: Vec<u8>,
}

/// Compares all files with those that there must be.
pub(crate) fn check(layout: &Layout, text: &[u8]) {
    let tree = tree::parse(text).expect("minified text is JSON");
    let mut found = BTreeMap::new();
    for (at, part) in layout.parts.iter().enumerate() {
        let pieces = &layout.pieces[part.first_piece..part.first_piece + part.pieces];
        let bytes: Vec<u8> = pieces
            .iter()
            .flat_map(|piece| layout.bytes_of(piece, text))
            .copied()
            .collect();
        assert!(tree::parse(&bytes).is_some(), "a file of layout v1 is JSON");
        assert_eq!(
            part.kind == PartKind::Workflow,
            at == 0,
            "the workflow comes first, once"
        );
        // Different units may have one name: the one written last stays.
        found.insert(file(part.kind, &part.hash), bytes);
    }
    let wanted = files(text, &tree);
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        wanted.keys().collect::<Vec<_>>(),
        "names of files"
    );
    for (name, bytes) in &wanted {
        let [a, b] = [&found[name], bytes].map(|bytes| tree::parse(bytes).expect("JSON"));
        if name.starts_with("manifest.") {
            assert!(
                a.same(&b),
                "{name}\n{}\n{}",
                String::from_utf8_lossy(&found[name]),
                String::from_utf8_lossy(bytes)
            );
        } else {
            assert_eq!(&found[name], bytes, "{name}");
        }
    }
}

fn file(kind: PartKind, hash: &[u8; 32]) -> String {
    match kind {
        PartKind::Workflow => "workflow_specs.json".to_owned(),
        PartKind::V1Manifest => format!("manifest.{}.json", hex(hash)),
        PartKind::V1Unit => format!("{}.json", hex(hash)),
        _ => panic!("a part of layout v2"),
    }
}

fn files(text: &[u8], tree: &Node) -> BTreeMap<String, Vec<u8>> {
    let top = tree.get(b"spec").expect("a workflow");
    let top = process(
        text,
        top.get(b"name").and_then(Node::string).unwrap_or_default(),
        top,
    );
    let others: BTreeMap<&Id, &Node> = tree
        .get(b"subprocess_specs")
        .and_then(Node::members)
        .expect("a workflow")
        .iter()
        .map(|(id, node)| (id, node))
        .collect();
    let others: Vec<Process> = others
        .into_iter()
        .map(|(id, node)| process(text, id, node))
        .collect();
    let all: Vec<Id> = [&top]
        .into_iter()
        .chain(&others)
        .flat_map(|process| process.elements.clone())
        .collect();

    let mut files = BTreeMap::from([("workflow_specs.json".to_owned(), text.to_vec())]);
    let mut units = vec![Unit::new("FullWorkflow", all.clone(), text.to_vec())];
    if is_split(&top, &others, &all) {
        let alone = |process: &Process| [b"[", process.text, b",{}]"].concat();
        units.push(Unit::new("LazySubprocesses", top.elements.clone(), alone(&top)));
        for called in &others {
            let mut ids = called.elements.clone();
            ids.extend(top.calls[&called.id].iter().cloned());
            ids.push(called.id.clone());
            let specs = object([member(&called.id, called.text.to_vec())]);
            let body = list(*b"[]", [string(&called.id), top.text.to_vec(), specs]);
            units.push(Unit::new("ResumableSubprocess", ids, body));
            let promoted = Unit::new("PromotedSubprocess", called.elements.clone(), alone(called));
            write(&mut files, &called.id, vec![promoted]);
        }
    }
    write(&mut files, &top.id, units);
    files
}

fn write(files: &mut BTreeMap<String, Vec<u8>>, id: &[u8], units: Vec<Unit>) {
    let mut index: BTreeMap<Id, BTreeSet<usize>> = BTreeMap::new();
    for (at, unit) in units.iter().enumerate() {
        for id in &unit.ids {
            index.entry(id.clone()).or_default().insert(at);
        }
    }
    let items = units.iter().map(|unit| {
        object([
            member(b"sha2", string(hex(&unit.name).as_bytes())),
            member(b"type", string(unit.kind.as_bytes())),
        ])
    });
    let index = index
        .iter()
        .map(|(id, at)| member(id, list(*b"[]", at.iter().map(|&at| number(at)))));
    let manifest = object([
        member(b"items", list(*b"[]", items)),
        member(b"index_map", object(index)),
    ]);
    files.insert(file(PartKind::V1Manifest, &sha256(id)), manifest);
    for unit in units {
        files.insert(file(PartKind::V1Unit, &unit.name), unit.text);
    }
}

impl Unit {
    fn new(kind: &'static str, ids: Vec<Id>, body: Vec<u8>) -> Self {
        let mut sorted = ids.clone();
        sorted.sort();
        Unit {
            kind,
            name: sha256(&[kind.as_bytes(), &sorted.concat()].concat()),
            ids,
            text: object([member(kind.as_bytes(), body)]),
        }
    }
}

fn process<'a>(text: &'a [u8], id: &[u8], node: &'a Node) -> Process<'a> {
    let string = |node: Option<&Node>| {
        node.and_then(Node::string)
            .map(<[u8]>::to_vec)
            .unwrap_or_default()
    };
    let tasks: BTreeMap<&Id, &Node> = node
        .get(b"task_specs")
        .and_then(Node::members)
        .expect("a workflow")
        .iter()
        .map(|(key, task)| (key, task))
        .collect();
    let mut elements = vec![string(node.get(b"name"))];
    let mut calls: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for task in tasks.into_values() {
        let typename = string(task.get(b"typename"));
        let has_event = task
            .get(b"event_definition")
            .is_some_and(|event| !matches!(event.value, Value::Null));
        let is_element = task.get(b"position").is_some() && typename != b"Simple" && !has_event;
        let name = string(task.get(b"name"));
        if typename == b"CallActivity" {
            let callers = calls.entry(string(task.get(b"spec"))).or_default();
            callers.extend(is_element.then(|| name.clone()));
        }
        elements.extend(is_element.then_some(name));
    }
    Process {
        id: id.to_vec(),
        node,
        text: &text[node.start..node.end],
        elements,
        calls,
    }
}

/// Whether there are units beside the whole.
fn is_split(top: &Process, others: &[Process], all: &[Id]) -> bool {
    let is_empty = |node: Option<&Node>| node.and_then(Node::members).is_some_and(<[_]>::is_empty);
    let is_isolable = |process: &Process| {
        is_empty(process.node.get(b"data_objects"))
            && is_empty(process.node.get(b"correlation_keys"))
            && process
                .node
                .get(b"io_specification")
                .is_some_and(|node| matches!(node.value, Value::Null))
    };
    let stands = |called: &Id| {
        let is_right =
            |process: &Process| process.id == *called && is_isolable(process) && process.calls.is_empty();
        others.iter().any(is_right)
    };
    all.iter().collect::<BTreeSet<_>>().len() == all.len()
        && is_isolable(top)
        && !top.calls.is_empty()
        && others.iter().all(|process| process.id != top.id)
        && top.calls.len() == others.len()
        && top.calls.keys().all(stands)
}
