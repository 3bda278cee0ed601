//! The parts of a large manifest that are not plain entries: the graph as integers, and locators.

use std::collections::VecDeque;

use crate::decomposition::Decomposition;
use crate::graph::Mode;
use crate::hash::write_base64url;
use crate::json::JsonWriter;
use crate::manifest::key_of;
use crate::names::write_json_string;

/// A locator names at most this many objects; a reader of more takes the graph.
const MAX_LOCATED: usize = 16;
/// How far a locator is searched for; beyond, a reader takes the graph.
const MAX_SEARCHED: usize = 256;

/// The references as integers, and the key of every object that has any.
pub(crate) fn graph_bytes(it: &Decomposition) -> Vec<u8> {
    let graph = &it.graph;
    let mut out = Vec::new();
    for (family, part) in graph.families[..graph.connected].iter().zip(&it.objects.parts) {
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
pub(crate) fn write_locator(it: &Decomposition, process: usize, out: &mut Vec<u8>) {
    write_json_string(it.id(process), out);
    out.extend(format!(":[{}", it.graph.ordinals[process]).as_bytes());
    let (families, complete) = brought(it, process);
    for family in families {
        out.extend(b",[\"");
        write_base64url(&key_of(&it.objects.parts[family].hash), out);
        out.push(b'"');
        let members = &it.graph.families[family].members;
        let references = members.iter().flat_map(|&member| &it.graph.references[member]);
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
fn brought(it: &Decomposition, process: usize) -> (Vec<usize>, bool) {
    let graph = &it.graph;
    let mut families = vec![family_of(it, process)];
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
            let family = family_of(it, target);
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

fn family_of(it: &Decomposition, process: usize) -> usize {
    let graph = &it.graph;
    let ordinal = graph.ordinals[process];
    // Families lie one after the other, and most are of one process.
    graph
        .families
        .partition_point(|family| graph.ordinals[family.members[0]] <= ordinal)
        - 1
}
fn write_varint(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
