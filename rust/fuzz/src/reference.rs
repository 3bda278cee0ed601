//! A workflow taken apart slowly: every rule of `docs/cache-layout.md`, sections 10 and 12, as it stands there.

use std::collections::{BTreeMap, BTreeSet};

use crate::hashing::sha256;
use crate::spelling;
use crate::tree::Node;

pub(crate) type Id = Vec<u8>;

/// In what way a process refers to another, in the order of section 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    Calls,
    Embeds,
    Triggers,
    MaybeCalls,
    MaybeEmbeds,
}

impl Way {
    pub(crate) const ALL: [Way; 5] = [
        Way::Calls,
        Way::Embeds,
        Way::Triggers,
        Way::MaybeCalls,
        Way::MaybeEmbeds,
    ];

    pub(crate) fn name(self) -> &'static [u8] {
        match self {
            Way::Calls => b"calls",
            Way::Embeds => b"embeds",
            Way::Triggers => b"triggers",
            Way::MaybeCalls => b"maybeCalls",
            Way::MaybeEmbeds => b"maybeEmbeds",
        }
    }

    pub(crate) fn is_embedding(self) -> bool {
        matches!(self, Way::Embeds | Way::MaybeEmbeds)
    }

    pub(crate) fn is_call(self) -> bool {
        matches!(self, Way::Calls | Way::MaybeCalls)
    }

    /// Whether a target that is not there is missing.
    pub(crate) fn is_sure(self) -> bool {
        matches!(self, Way::Calls | Way::Embeds)
    }
}

#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) id: Id,
    pub(crate) text: Vec<u8>,
    /// Way and target -> keys of the tasks. The order is that of section 7.
    pub(crate) references: BTreeMap<(Way, Id), BTreeSet<Id>>,
    pub(crate) elements: BTreeSet<Id>,
}

/// The top process first, the others by id.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) processes: Vec<Process>,
    pub(crate) rest: Vec<u8>,
}

/// Processes of one object: the owner, then the others by id.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) members: Vec<usize>,
    pub(crate) is_circular: bool,
    pub(crate) is_linked: bool,
}

/// Reads a workflow of minified text; `None` where its shape is wrong (U2, U4).
pub(crate) fn read(text: &[u8], tree: &Node) -> Option<Workflow> {
    let members = tree.members()?;
    let has = |key: &[u8]| tree.get(key).is_some();
    if has(b"tasks") && (has(b"subprocesses") || has(b"root")) {
        return None;
    }
    let mut top = read_process(text, tree.get(b"spec")?)?;
    top.id = tree.get(b"spec")?.get(b"name")?.string()?.to_vec();
    let mut others = BTreeMap::new();
    for (id, node) in settled(tree.get(b"subprocess_specs")?)? {
        let mut process = read_process(text, node)?;
        process.id = id.clone();
        others.insert(id, process);
    }
    others.remove(&top.id);
    let rest = members
        .iter()
        .filter(|(key, _)| key != b"spec" && key != b"subprocess_specs")
        .map(|(_, node)| [key_before(text, node.start), b":", &text[node.start..node.end]].concat());
    let rest = spelling::object(rest);
    let mut processes = vec![top];
    processes.extend(others.into_values());
    Some(Workflow { processes, rest })
}

/// The members of an object, of repeated ones the last.
fn settled(node: &Node) -> Option<BTreeMap<Id, &Node>> {
    Some(
        node.members()?
            .iter()
            .map(|(key, node)| (key.clone(), node))
            .collect(),
    )
}

/// A key as the text spells it, found back from the colon behind it.
fn key_before(text: &[u8], value: usize) -> &[u8] {
    let end = value - 1;
    let is_escaped = |quote: usize| {
        text[..quote]
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\\')
            .count()
            % 2
            == 1
    };
    let mut start = end - 2;
    while text[start] != b'"' || is_escaped(start) {
        start -= 1;
    }
    &text[start..end]
}

fn read_process(text: &[u8], node: &Node) -> Option<Process> {
    node.get(b"name")?.string()?;
    node.get(b"typename")?.string()?;
    node.get(b"data_objects")?.members()?;
    node.get(b"correlation_keys")?;
    node.get(b"io_specification")?;
    let tasks = settled(node.get(b"task_specs")?)?;
    let mut references: BTreeMap<(Way, Id), BTreeSet<Id>> = BTreeMap::new();
    let mut elements = BTreeSet::new();
    for (key, task) in &tasks {
        let name = task.get(b"name")?.string()?;
        let typename = task.get(b"typename")?.string()?;
        task.get(b"inputs")?.strings()?;
        task.get(b"outputs")?.strings()?;
        let spec = task.get(b"spec").and_then(Node::string);
        let bpmn_id = task.get(b"bpmn_id").map(Node::string);
        let own_id = bpmn_id.flatten().unwrap_or(name);
        let way = match (typename, spec) {
            (b"CallActivity", None) => return None,
            (b"CallActivity", _) => Way::Calls,
            (_, None) if is_embedding_type(typename) => return None,
            _ if is_embedding_type(typename) => Way::Embeds,
            (_, Some(spec)) if spec == own_id => Way::MaybeEmbeds,
            _ => Way::MaybeCalls,
        };
        if let Some(spec) = spec {
            references
                .entry((way, spec.to_vec()))
                .or_default()
                .insert(key.clone());
        }
        elements.extend(match bpmn_id {
            Some(id) => id.map(<[u8]>::to_vec),
            None if task.get(b"position").is_some() && typename != b"Simple" => Some(name.to_vec()),
            None => None,
        });
        for trigger in task
            .get(b"trigger_specs")
            .and_then(Node::strings)
            .unwrap_or_default()
        {
            let Some(triggered) = tasks.get(&trigger) else {
                continue;
            };
            let target = triggered.get(b"spec").and_then(Node::string);
            // The triggered task is checked on its own turn.
            let typename = triggered.get(b"typename")?.string()?;
            if let Some(target) = target.filter(|_| !is_embedding_type(typename)) {
                let sites = references.entry((Way::Triggers, target.to_vec())).or_default();
                sites.insert(trigger);
            }
        }
    }
    Some(Process {
        id: Vec::new(),
        text: text[node.start..node.end].to_vec(),
        references,
        elements,
    })
}

fn is_embedding_type(typename: &[u8]) -> bool {
    [
        &b"SubWorkflowTask"[..],
        b"TransactionSubprocess",
        b"EventSubprocess",
    ]
    .contains(&typename)
}

impl Workflow {
    pub(crate) fn find(&self, id: &[u8]) -> Option<usize> {
        self.processes.iter().position(|process| process.id == id)
    }

    /// What a process refers to and the workflow holds.
    pub(crate) fn targets(&self, process: usize) -> BTreeSet<usize> {
        let references = self.processes[process].references.keys();
        references.filter_map(|(_, target)| self.find(target)).collect()
    }

    /// Who refers to a process, and how.
    fn referrers(&self, target: usize) -> Vec<(usize, Way)> {
        let id = &self.processes[target].id;
        let of = |(at, process): (usize, &Process)| {
            let ways = process.references.keys().filter(|(_, target)| target == id);
            ways.map(|(way, _)| (at, *way)).collect::<Vec<_>>()
        };
        self.processes.iter().enumerate().flat_map(of).collect()
    }

    /// The process that a process is stored with by rule, if any.
    fn stored_with(&self, process: usize) -> Option<usize> {
        let referrers = self.referrers(process);
        let embedders: BTreeSet<usize> = referrers
            .iter()
            .filter(|(_, way)| way.is_embedding())
            .map(|(at, _)| *at)
            .collect();
        let is_embedded_only = referrers.iter().all(|(_, way)| way.is_embedding());
        match embedders.first() {
            Some(&only) if embedders.len() == 1 && only != process && is_embedded_only && process != 0 => {
                Some(only)
            }
            _ => None,
        }
    }

    fn owner(&self, process: usize, stored_with: &[Option<usize>]) -> usize {
        let mut path = vec![process];
        loop {
            let last = path[path.len() - 1];
            let Some(next) = stored_with[last] else {
                return last;
            };
            if let Some(circle) = path.iter().position(|&at| at == next) {
                let smallest = path[circle..].iter().min_by_key(|&&at| &self.processes[at].id);
                return *smallest.expect("a circle has members");
            }
            path.push(next);
        }
    }

    /// The objects in manifest order.
    pub(crate) fn families(&self) -> Vec<Family> {
        let all = 0..self.processes.len();
        let stored_with: Vec<_> = all.clone().map(|process| self.stored_with(process)).collect();
        let mut by_owner: BTreeMap<&Id, (usize, Vec<usize>)> = BTreeMap::new();
        for process in all.clone() {
            let owner = self.owner(process, &stored_with);
            let entry = by_owner
                .entry(&self.processes[owner].id)
                .or_insert((owner, Vec::new()));
            entry.1.push(process);
        }
        let linked: BTreeSet<usize> = all
            .flat_map(|process| {
                self.targets(process)
                    .into_iter()
                    .flat_map(move |target| [process, target])
            })
            .collect();
        let mut families: Vec<Family> = by_owner
            .into_values()
            .map(|(owner, mut members)| {
                members.sort_by_key(|&member| (member != owner, &self.processes[member].id));
                let embeds_owner = |member: &usize| {
                    let references = self.processes[*member].references.keys();
                    references
                        .into_iter()
                        .any(|(way, target)| way.is_embedding() && *target == self.processes[owner].id)
                };
                Family {
                    is_circular: members.len() > 1 && members.iter().any(embeds_owner),
                    is_linked: members.iter().any(|member| linked.contains(member)),
                    members,
                }
            })
            .collect();
        families.sort_by_key(|family| !family.is_linked);
        families
    }

    /// The bytes of an object of these processes (section 7).
    pub(crate) fn object(&self, members: &[usize]) -> Vec<u8> {
        let line = members.iter().map(|&member| {
            let process = &self.processes[member];
            let mut fields = vec![spelling::member(b"id", spelling::string(&process.id))];
            for way in Way::ALL {
                let targets = process.references.keys().filter(|(at, _)| *at == way);
                let targets: Vec<&Id> = targets.map(|(_, target)| target).collect();
                if !targets.is_empty() {
                    fields.push(spelling::member(way.name(), spelling::strings(targets)));
                }
            }
            spelling::object(fields)
        });
        let mut bytes = spelling::list(*b"[]", line);
        bytes.push(b'\n');
        for &member in members {
            bytes.extend(&self.processes[member].text);
            bytes.push(b'\n');
        }
        bytes
    }

    /// Every process's closure (section 10).
    pub(crate) fn closures(&self) -> Vec<[u8; 32]> {
        let all = 0..self.processes.len();
        let targets: Vec<BTreeSet<usize>> = all.clone().map(|process| self.targets(process)).collect();
        let contents: Vec<[u8; 32]> = all
            .clone()
            .map(|process| sha256(&self.object(&[process])))
            .collect();
        let reach: Vec<BTreeSet<usize>> = all.clone().map(|process| reach(&targets, process)).collect();
        let mut closures = vec![None; contents.len()];
        // What a process reaches outside its circle reaches less than it does.
        let mut order: Vec<usize> = all.collect();
        order.sort_by_key(|&process| reach[process].len());
        for process in order {
            let in_circle = |&other: &usize| reach[other].contains(&process);
            let circle: BTreeSet<usize> = reach[process].iter().copied().filter(in_circle).collect();
            let own: BTreeSet<[u8; 32]> = circle.iter().map(|&at| contents[at]).collect();
            let outside: BTreeSet<[u8; 32]> = circle
                .iter()
                .flat_map(|&at| targets[at].difference(&circle))
                .map(|&target| closures[target].expect("closures come in order"))
                .collect();
            let mut bytes = (own.len() as u32).to_be_bytes().to_vec();
            bytes.extend(own.iter().chain(&outside).flatten());
            closures[process] = Some(sha256(&bytes));
        }
        closures.into_iter().flatten().collect()
    }

    /// The version (section 10), of the objects in manifest order.
    pub(crate) fn version(&self, objects: &[Vec<u8>]) -> [u8; 32] {
        let mut bytes = b"unitflow 2\n".to_vec();
        bytes.extend(sha256(&self.processes[0].id));
        bytes.extend(sha256(&self.rest));
        for object in objects {
            bytes.extend(sha256(object));
        }
        sha256(&bytes)
    }
}

/// All that a process reaches, itself included.
fn reach(targets: &[BTreeSet<usize>], process: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::from([process]);
    let mut open = vec![process];
    while let Some(at) = open.pop() {
        open.extend(targets[at].iter().filter(|&&target| reached.insert(target)));
    }
    reached
}
