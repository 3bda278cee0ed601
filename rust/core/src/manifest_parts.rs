//! The parts of a large manifest that are not plain entries: the graph as integers, and locators.

use std::collections::VecDeque;

use crate::decomposition::Decomposition;
use crate::graph::{Family, Mode, Reference};
use crate::hash::write_base64url;
use crate::json::JsonWriter;
use crate::manifest::key_of;
use crate::names::write_json_string;

/// A locator names at most this many objects; a reader of more takes the graph.
const MAX_LOCATED: usize = 512;
/// What all locators together may cost, a process of the workflow.
const BUDGET_PER_PROCESS: usize = 8;
/// The same for small workflows: enough for one process that brings as many as a locator can name.
const LEAST_BUDGET: usize = MAX_LOCATED * MAX_LOCATED;

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

/// Writes what a reader needs to start a process: the objects, and which of their references lead nowhere.
pub(crate) struct LocatorWriter<'a> {
    it: &'a Decomposition,
    /// Per family: the positions of its references that lead nowhere.
    absent: Vec<Vec<usize>>,
    /// How many processes the graph tells of.
    connected: usize,
    /// Per process: those that a unit with it always holds. Apart from its calls, which may be many and are none of them.
    targets: Vec<Vec<usize>>,
    /// Per family: whether a start unit with one of its processes may need another object.
    brings: Vec<bool>,
    /// Per process: the last process whose start unit was found to hold it.
    brought_by: Vec<usize>,
    /// How much may still be searched and written. Chains in which each process brings all that follow would otherwise
    /// take quadratic room; beyond the budget a reader takes the graph.
    budget: usize,
}

impl<'a> LocatorWriter<'a> {
    pub(crate) fn new(it: &'a Decomposition) -> Self {
        let absent_of = |family: &Family| {
            let references = family
                .members
                .iter()
                .flat_map(|&member| &it.graph.references[member]);
            let absent = references
                .enumerate()
                .filter(|(_, reference)| reference.process.is_none());
            absent.map(|(position, _)| position).collect()
        };
        let count = it.workflow.processes.len();
        let targets: Vec<Vec<usize>> = it
            .graph
            .references
            .iter()
            .map(|references| brought_by(references))
            .collect();
        LocatorWriter {
            it,
            absent: it.graph.families.iter().map(absent_of).collect(),
            brings: (0..it.graph.families.len())
                .map(|family| brings_others(it, family, &targets))
                .collect(),
            targets,
            connected: it.graph.connected_processes(),
            brought_by: vec![usize::MAX; count],
            budget: LEAST_BUDGET + count * BUDGET_PER_PROCESS,
        }
    }

    pub(crate) fn write(&mut self, process: usize, out: &mut Vec<u8>) {
        let it = self.it;
        write_json_string(it.id(process), out);
        out.extend(format!(":[{}", it.graph.ordinals[process]).as_bytes());
        match self.brought(process) {
            None => out.extend(b",\"graph\""),
            Some(families) => {
                for family in families {
                    out.extend(b",[\"");
                    write_base64url(&key_of(&it.objects.parts[family].hash), out);
                    out.push(b'"');
                    if !self.absent[family].is_empty() {
                        out.push(b',');
                        let mut json = JsonWriter::new(out);
                        json.open(b'[');
                        for &position in &self.absent[family] {
                            json.number(position);
                        }
                        json.close(b']');
                    }
                    out.push(b']');
                }
            }
        }
        out.push(b']');
    }

    /// The objects that the start unit of a process needs, its own first; `None` where they are too many to list.
    fn brought(&mut self, process: usize) -> Option<Vec<usize>> {
        let it = self.it;
        let graph = &it.graph;
        let own = family_of(it, process);
        let mut families = vec![own];
        if graph.families[own].members.len() > 1 || graph.ordinals[process] < self.connected {
            self.spend(self.absent[own].len())?;
        }
        if !self.brings[own] {
            return Some(families);
        }
        self.brought_by[process] = process;
        let mut queue = VecDeque::from([process]);
        while let Some(next) = queue.pop_front() {
            for at in 0..self.targets[next].len() {
                let target = self.targets[next][at];
                if self.brought_by[target] == process {
                    continue;
                }
                self.brought_by[target] = process;
                let family = family_of(it, target);
                if families.len() >= MAX_LOCATED && !families.contains(&family) {
                    return None;
                }
                // Members of one object come with it; looking for more of them costs, but little.
                if !families.contains(&family) {
                    self.spend(families.len() + self.absent[family].len())?;
                    families.push(family);
                }
                self.spend(1)?;
                queue.push_back(target);
            }
        }
        Some(families)
    }

    fn spend(&mut self, amount: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(amount)?;
        Some(())
    }
}

/// The processes that these references bring into a unit.
fn brought_by(references: &[Reference]) -> Vec<usize> {
    let brought = references.iter().filter(|reference| !reference.mode.calls());
    brought.filter_map(|reference| reference.process).collect()
}

fn brings_others(it: &Decomposition, family: usize, targets: &[Vec<usize>]) -> bool {
    let members = &it.graph.families[family].members;
    let mut brought = members.iter().flat_map(|&member| &targets[member]);
    brought.any(|&target| family_of(it, target) != family)
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
