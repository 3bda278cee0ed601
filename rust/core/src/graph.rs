//! Which process refers to which, and which are stored together (U17-U19, U21).

use crate::mentions::Mention;
use crate::names::Name;
use crate::order::{order, sorted};
use crate::spec::{Process, Workflow};
use std::ops::Range;

/// What a process refers to by one id.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) target: Name,
    /// Index of the target among the processes; `None`: the workflow does not hold it.
    pub(crate) process: Option<usize>,
    pub(crate) mode: Mode,
    /// Keys of the tasks that refer, sorted.
    pub(crate) sites: Vec<Name>,
}

/// In what way a process refers to another. The order is the order in which objects list references.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    /// By a call activity.
    Call,
    /// By a subprocess drawn inside it.
    Embed,
    /// By a call activity that a start task triggers: the engine reads the target at every event. Beside a `Call`.
    Trigger,
    /// As a call, by a task of an unknown type: a reference only if the workflow holds the target.
    MaybeCall,
    /// The same as an embedding.
    MaybeEmbed,
}

impl Mode {
    pub(crate) const ALL: [Mode; 5] = [
        Mode::Call,
        Mode::Embed,
        Mode::Trigger,
        Mode::MaybeCall,
        Mode::MaybeEmbed,
    ];

    /// Whether the target is missing where the workflow does not hold it.
    pub(crate) fn must_exist(self) -> bool {
        matches!(self, Mode::Call | Mode::Embed)
    }

    pub(crate) fn calls(self) -> bool {
        matches!(self, Mode::Call | Mode::MaybeCall)
    }

    pub(crate) fn embeds(self) -> bool {
        matches!(self, Mode::Embed | Mode::MaybeEmbed)
    }
}

/// Processes that are stored as one object: one that can be started by itself, and what only it embeds.
#[derive(Debug)]
pub(crate) struct Family {
    /// Indexes of processes: the owner, then the others sorted by id.
    pub(crate) members: Vec<usize>,
    /// Whether its processes embed one another in a circle, so that none of them could be the owner by rule.
    pub(crate) circular: bool,
}

/// The processes of a workflow and how they hang together.
#[derive(Debug)]
pub(crate) struct Graph {
    /// Per process: its references, sorted by mode, then by target.
    pub(crate) references: Vec<Vec<Reference>>,
    /// Those that refer to a process of the workflow, or are referred to, first; each part sorted by the owner's id.
    pub(crate) families: Vec<Family>,
    /// How many families refer or are referred to.
    pub(crate) connected: usize,
    /// Per process: its place when the families are laid one after the other.
    pub(crate) ordinals: Vec<usize>,
}

impl Graph {
    /// How many processes are in families that refer or are referred to.
    pub(crate) fn connected_processes(&self) -> usize {
        self.families[..self.connected]
            .iter()
            .map(|family| family.members.len())
            .sum()
    }

    pub(crate) fn of(workflow: &Workflow) -> Self {
        let ids = Ids::of(workflow);
        let references: Vec<Vec<Reference>> = workflow
            .processes
            .iter()
            .map(|process| references_of(process, workflow, &ids))
            .collect();
        let owners = owners(&ids, &references);
        let families = families(&ids, &owners, &references);
        let family_of = family_of(&families, workflow.processes.len());
        let mut linked = vec![false; families.len()];
        for (process, references) in references.iter().enumerate() {
            for target in references.iter().filter_map(|reference| reference.process) {
                linked[family_of[process]] = true;
                linked[family_of[target]] = true;
            }
        }
        let connected = linked.iter().filter(|&&linked| linked).count();
        let (first, isolated): (Vec<_>, Vec<_>) =
            families.into_iter().zip(linked).partition(|(_, linked)| *linked);
        let families: Vec<Family> = first
            .into_iter()
            .chain(isolated)
            .map(|(family, _)| family)
            .collect();
        let mut ordinals = vec![0; workflow.processes.len()];
        let members = families.iter().flat_map(|family| &family.members);
        for (ordinal, &process) in members.enumerate() {
            ordinals[process] = ordinal;
        }
        Graph {
            references,
            families,
            connected,
            ordinals,
        }
    }
}

/// The ids of the processes, sorted. A copy of them: in a large workflow they lie far apart in its text, and each is
/// compared many times.
struct Ids {
    text: Vec<u8>,
    sorted: Vec<Id>,
    /// Per process: its place among the sorted.
    ranks: Vec<usize>,
}

struct Id {
    /// In the copy.
    text: Range<usize>,
    process: usize,
}

impl Ids {
    fn of(workflow: &Workflow) -> Self {
        let mut text = Vec::new();
        let mut ids: Vec<Id> = Vec::with_capacity(workflow.processes.len());
        for (process, Process { id, .. }) in workflow.processes.iter().enumerate() {
            let start = text.len();
            text.extend(workflow.names.get(*id));
            let range = start..text.len();
            ids.push(Id { text: range, process });
        }
        let sorted = sorted(ids, |a, b| text[a.text.clone()].cmp(&text[b.text.clone()]));
        let mut ranks = vec![0; sorted.len()];
        for (rank, id) in sorted.iter().enumerate() {
            ranks[id.process] = rank;
        }
        Ids { text, sorted, ranks }
    }

    fn find(&self, id: &[u8]) -> Option<usize> {
        let found = self
            .sorted
            .binary_search_by(|other| self.text[other.text.clone()].cmp(id));
        found.ok().map(|at| self.sorted[at].process)
    }
}

fn references_of(process: &Process, workflow: &Workflow, ids: &Ids) -> Vec<Reference> {
    let names = &workflow.names;
    let mut references: Vec<Reference> = Vec::new();
    for &Mention {
        mode, target, site, ..
    } in &process.mentions
    {
        match references.last_mut() {
            Some(last) if last.mode == mode && names.get(last.target) == names.get(target) => {
                if last.sites.last().map(|&site| names.get(site)) != Some(names.get(site)) {
                    last.sites.push(site);
                }
            }
            _ => references.push(Reference {
                target,
                process: ids.find(names.get(target)),
                mode,
                sites: vec![site],
            }),
        }
    }
    references
}

/// Per process: the process that it is stored with, itself where it is an object of its own.
fn owners(ids: &Ids, references: &[Vec<Reference>]) -> Vec<usize> {
    const NOBODY: usize = usize::MAX;
    let count = references.len();
    // The only process that embeds it; itself where there is none or several, or where it is called too.
    let mut parents: Vec<usize> = vec![NOBODY; count];
    parents[0] = 0;
    for (process, references) in references.iter().enumerate() {
        for reference in references {
            let Some(target) = reference.process else {
                continue;
            };
            let alone = reference.mode.embeds() && (parents[target] == NOBODY || parents[target] == process);
            parents[target] = if alone { process } else { target };
        }
    }
    for (process, parent) in parents.iter_mut().enumerate() {
        if *parent == NOBODY {
            *parent = process;
        }
    }
    let mut owners = vec![NOBODY; count];
    let mut walked = vec![NOBODY; count];
    for start in 0..count {
        let mut path = Vec::new();
        let mut process = start;
        while owners[process] == NOBODY && parents[process] != process && walked[process] != start {
            walked[process] = start;
            path.push(process);
            process = parents[process];
        }
        let owner = if owners[process] != NOBODY {
            owners[process]
        } else if parents[process] == process {
            owners[process] = process;
            process
        } else {
            // A circle in which each is embedded by one other: its smallest id stands for all.
            let circle = path.iter().position(|&walked| walked == process).unwrap_or(0);
            let smallest = path[circle..].iter().copied();
            smallest
                .min_by_key(|&process| ids.ranks[process])
                .unwrap_or(process)
        };
        for process in path {
            owners[process] = owner;
        }
    }
    owners
}

fn families(ids: &Ids, owners: &[usize], references: &[Vec<Reference>]) -> Vec<Family> {
    let members = order(owners.len(), &|a, b| {
        let place = |process: usize| {
            (
                ids.ranks[owners[process]],
                owners[process] != process,
                ids.ranks[process],
            )
        };
        place(a).cmp(&place(b))
    });
    let mut families: Vec<Family> = Vec::new();
    for process in members {
        match families.last_mut() {
            Some(family) if owners[family.members[0]] == owners[process] => family.members.push(process),
            _ => families.push(Family {
                members: vec![process],
                circular: false,
            }),
        }
    }
    for family in families.iter_mut().filter(|family| family.members.len() > 1) {
        let owner = family.members[0];
        family.circular = family.members.iter().any(|&member| {
            let embeds = |reference: &Reference| reference.mode.embeds() && reference.process == Some(owner);
            references[member].iter().any(embeds)
        });
    }
    families
}

fn family_of(families: &[Family], processes: usize) -> Vec<usize> {
    let mut family_of = vec![0; processes];
    for (index, family) in families.iter().enumerate() {
        for &process in &family.members {
            family_of[process] = index;
        }
    }
    family_of
}
