//! The manifest in one piece that a workflow must have (`docs/cache-layout.md`, section 5).

use std::collections::{BTreeMap, BTreeSet};

use crate::hashing::{base64url, hex, sha256, short};
use crate::reference::{Family, Id, Way, Workflow};
use crate::spelling::{list, member, object, string, strings};

/// Other top-level fields longer than this are a value of their own.
const INLINE_REST: usize = 4096;
/// So much of its own hash a process has that is stored with another.
const OWN_BYTES: usize = 8;

/// All that is known of a workflow.
pub(crate) struct Expected {
    pub(crate) workflow: Workflow,
    pub(crate) families: Vec<Family>,
    /// The bytes of the objects, in manifest order.
    pub(crate) objects: Vec<Vec<u8>>,
    /// Place -> process.
    pub(crate) order: Vec<usize>,
    /// Process -> place.
    pub(crate) places: Vec<usize>,
    closures: Vec<[u8; 32]>,
}

impl Expected {
    pub(crate) fn of(workflow: Workflow) -> Self {
        let families = workflow.families();
        let objects = families
            .iter()
            .map(|family| workflow.object(&family.members))
            .collect();
        let order: Vec<usize> = families
            .iter()
            .flat_map(|family| family.members.clone())
            .collect();
        let mut places = vec![0; order.len()];
        for (place, &process) in order.iter().enumerate() {
            places[process] = place;
        }
        let closures = workflow.closures();
        Expected {
            workflow,
            families,
            objects,
            order,
            places,
            closures,
        }
    }

    /// `version`, `top`, and `rest` or `restObject`.
    pub(crate) fn head(&self) -> Vec<Vec<u8>> {
        let rest = &self.workflow.rest;
        vec![
            member(
                b"version",
                string(hex(&self.workflow.version(&self.objects)).as_bytes()),
            ),
            member(b"top", string(&self.workflow.processes[0].id)),
            if rest.len() > INLINE_REST {
                member(b"restObject", string(short(&sha256(rest)).as_bytes()))
            } else {
                member(b"rest", string(rest))
            },
        ]
    }

    /// The other top-level fields, where they are a value of their own.
    pub(crate) fn rest_object(&self) -> Option<&[u8]> {
        Some(&self.workflow.rest[..]).filter(|rest| rest.len() > INLINE_REST)
    }

    /// The manifest as JSON text.
    pub(crate) fn manifest(&self) -> Vec<u8> {
        let objects = (0..self.families.len()).map(|family| self.object(family));
        let elements = self
            .elements()
            .into_iter()
            .map(|(id, places)| element(&id, &places));
        let mut members = self.head();
        members.push(member(b"objects", list(*b"[]", objects)));
        members.push(member(b"elements", object(elements)));
        object(members)
    }

    /// Element id -> places of the processes that hold it.
    pub(crate) fn elements(&self) -> BTreeMap<Id, BTreeSet<usize>> {
        let mut elements: BTreeMap<Id, BTreeSet<usize>> = BTreeMap::new();
        for (process, place) in self.workflow.processes.iter().zip(&self.places) {
            for id in &process.elements {
                elements.entry(id.clone()).or_default().insert(*place);
            }
        }
        elements
    }

    /// What the manifest says of an object.
    pub(crate) fn object(&self, family: usize) -> Vec<u8> {
        let Family {
            members, is_circular, ..
        } = &self.families[family];
        let bytes = &self.objects[family];
        let mut fields = vec![
            member(b"at", number(self.places[members[0]])),
            member(b"hash", string(base64url(&sha256(bytes)).as_bytes())),
            member(b"bytes", number(bytes.len())),
        ];
        if *is_circular {
            fields.push(member(b"notSplit", string(b"embedding-cycle")));
        }
        let processes = members
            .iter()
            .map(|&process| self.process(process, process != members[0]));
        fields.push(member(b"processes", list(*b"[]", processes)));
        object(fields)
    }

    fn process(&self, at: usize, is_stored_with_another: bool) -> Vec<u8> {
        let process = &self.workflow.processes[at];
        let holds = |target: &Id| self.workflow.find(target).is_some();
        let real = process
            .references
            .iter()
            .filter(|((way, target), _)| way.is_sure() || holds(target));
        let mut calls: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
        let (mut embeds, mut triggers, mut missing) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for ((way, target), sites) in real {
            if way.is_call() {
                calls.entry(target).or_default().extend(sites);
            } else if way.is_embedding() {
                embeds.insert(target);
            } else {
                triggers.insert(target);
            }
            if !holds(target) {
                missing.insert(target);
            }
        }
        let mut fields = vec![
            member(b"id", string(&process.id)),
            member(b"bytes", number(process.text.len())),
            member(b"closure", string(short(&self.closures[at]).as_bytes())),
        ];
        if is_stored_with_another {
            let content = sha256(&self.workflow.object(&[at]));
            fields.push(member(
                b"own",
                string(base64url(&content[..OWN_BYTES]).as_bytes()),
            ));
        }
        if !calls.is_empty() {
            let calls = calls
                .into_iter()
                .map(|(target, sites)| member(target, strings(sites)));
            fields.push(member(b"calls", object(calls)));
        }
        for (key, ids) in [
            (&b"embeds"[..], embeds),
            (b"triggers", triggers),
            (b"missing", missing),
        ] {
            if !ids.is_empty() {
                fields.push(member(key, strings(ids)));
            }
        }
        object(fields)
    }

    /// The references of a process in order: how, and the place of the target if it is there.
    pub(crate) fn references(&self, process: usize) -> Vec<(Way, Option<usize>)> {
        let references = self.workflow.processes[process].references.keys();
        references
            .map(|(way, target)| (*way, self.workflow.find(target).map(|at| self.places[at])))
            .collect()
    }
}

/// An element and where it is.
pub(crate) fn element(id: &[u8], places: &BTreeSet<usize>) -> Vec<u8> {
    let mut numbers = places.iter().map(|&place| number(place));
    let value = match (places.len(), numbers.next()) {
        (1, Some(only)) => only,
        (_, first) => list(*b"[]", first.into_iter().chain(numbers)),
    };
    member(id, value)
}

pub(crate) fn number(value: usize) -> Vec<u8> {
    value.to_string().into_bytes()
}
