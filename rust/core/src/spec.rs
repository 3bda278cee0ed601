//! Reads what decomposition needs from a serialized workflow (U1-U5) and leaves the rest as text.

use std::cmp::Ordering;

use crate::Limits;
use crate::elements::ElementIds;
use crate::error::{Error, ErrorKind, Limit, NotASpec};
use crate::fields::{Misshape, limit, misshapen, stopped};
use crate::hash::mix;
use crate::mentions::Mention;
use crate::names::{Name, Names};
use crate::order::sorted;
use crate::recognise::recognise_text;
use crate::scan::GAP;
use crate::spec_reader::{Reader, Subprocesses};
use crate::token::{Range, Stopped};

/// How a task refers to the process that its `spec` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskKind {
    /// A call activity.
    Call,
    /// A subprocess drawn inside its parent.
    Embed,
    /// An internal task of dialect A, which is no element though it may have a position.
    Simple,
    /// Any other task; it refers to a process only if its `spec` names one.
    Other,
}

/// A task while its process is read; what is wanted of it later is copied, because a process has many.
#[derive(Debug)]
pub(crate) struct Task {
    /// Its key in `task_specs`.
    pub(crate) key: Name,
    /// See [`mix`]; set once all tasks of the process are read.
    pub(crate) key_hash: u32,
    pub(crate) name: Name,
    pub(crate) kind: TaskKind,
    /// Whether there is a `bpmn_id` at all: dialects B and C.
    pub(crate) has_bpmn_id: bool,
    pub(crate) bpmn_id: Option<Name>,
    pub(crate) has_position: bool,
    pub(crate) has_event_definition: bool,
    pub(crate) spec: Option<Name>,
    /// Names of the tasks that it triggers.
    pub(crate) triggers: Vec<Name>,
    pub(crate) wrong: Option<Misshape>,
}

impl Task {
    /// Compares its key with another one, by hash first: keys are long, and begin alike.
    pub(crate) fn find_order<'a>(&self, hash: u32, key: &[u8], get: impl Fn(Name) -> &'a [u8]) -> Ordering {
        let by_hash = self.key_hash.cmp(&hash);
        by_hash.then_with(|| get(self.key).cmp(key))
    }

    /// The id of the element that this task is, if it is one (U3).
    pub(crate) fn element(&self) -> Option<Name> {
        if self.has_bpmn_id {
            self.bpmn_id
        } else if self.has_position && self.kind != TaskKind::Simple {
            Some(self.name)
        } else {
            None
        }
    }

    /// Its name, where layout v1 has it as an element: what is drawn, but for events (U11).
    pub(crate) fn drawn(&self) -> Option<Name> {
        let drawn = self.has_position && self.kind != TaskKind::Simple && !self.has_event_definition;
        drawn.then_some(self.name)
    }
}

#[derive(Debug)]
pub(crate) struct Process {
    /// Its key in `subprocess_specs`; for the top process its name.
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) text: Range,
    pub(crate) mentions: Vec<Mention>,
    /// Which of the workflow's element ids are its own.
    pub(crate) elements: std::ops::Range<usize>,
    /// Which of the workflow's drawn tasks are its own.
    pub(crate) drawn: std::ops::Range<usize>,
    /// What is wrong with the first of its tasks with which anything is.
    pub(crate) wrong: Option<Misshape>,
    /// Without data objects, io specification and correlation keys (U10).
    pub(crate) isolable: bool,
}

/// A workflow as far as decomposition reads it.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) names: Names,
    /// The top process, then the others sorted by id, each id once.
    pub(crate) processes: Vec<Process>,
    /// What `subprocess_specs` holds under the id of the top process, which wins over it.
    pub(crate) top_again: Option<Process>,
    /// The other top-level fields: range of the key with its quotes, range of the value.
    pub(crate) rest: Vec<(Range, Range)>,
    pub(crate) element_ids: ElementIds,
    /// Names of the tasks that layout v1 has as elements.
    pub(crate) drawn: Vec<Name>,
}

/// Reads a workflow: `buffer` holds [`GAP`] bytes of anything, then the text.
pub(crate) fn read_workflow(buffer: Vec<u8>, is_utf8: bool, limits: &Limits) -> Result<Workflow, Error> {
    let text = &buffer[GAP..];
    if text.len() > limits.bytes {
        return Err(limit(Limit::Bytes, limits.bytes, Vec::new()));
    }
    if let Some(kind) = recognise_text(text) {
        return Err(Error::new(ErrorKind::NotASpec(kind)));
    }
    if !is_utf8 && let Err(error) = std::str::from_utf8(text) {
        let offset = error.valid_up_to();
        return Err(Error::new(ErrorKind::NotUtf8 { offset }));
    }
    let mut reader = Reader::new(buffer, limits);
    match reader.workflow() {
        Err(Stopped) => Err(stopped(&reader.scanner)),
        Ok(Err(Refused::NotASpec(kind))) => Err(Error::new(ErrorKind::NotASpec(kind))),
        Ok(Err(Refused::Shape(wrong))) => Err(misshapen(reader.scanner.text(), wrong)),
        Ok(Ok(draft)) => draft.finish(reader),
    }
}

/// Why a text that is JSON is no workflow.
pub(crate) enum Refused {
    NotASpec(NotASpec),
    Shape(Misshape),
}

/// A workflow whose names cannot be looked up yet, because its text is still with the scanner.
pub(crate) struct Draft {
    pub(crate) top: Process,
    pub(crate) others: Subprocesses,
    pub(crate) rest: Vec<(Range, Range)>,
}

impl Draft {
    fn finish(self, reader: Reader<'_>) -> Result<Workflow, Error> {
        let mut names = reader.names;
        names.text = reader.scanner.finish();
        // Equal ids keep their order, so the last stays last.
        let others = sorted(self.others, |(a, _), (b, _)| names.get(*a).cmp(names.get(*b)));
        let mut kept: Subprocesses = Vec::with_capacity(others.len());
        for (id, process) in others {
            if kept
                .last()
                .is_some_and(|(last, _)| names.get(*last) == names.get(id))
            {
                kept.pop();
            }
            kept.push((id, process));
        }
        let mut processes = vec![self.top];
        let mut top_again = None;
        for (id, process) in kept {
            let process = process.map_err(|wrong| misshapen(&names.text, wrong))?;
            if names.get(id) == names.get(processes[0].id) {
                top_again = Some(process);
            } else {
                processes.push(process);
            }
        }
        if let Some(wrong) = processes
            .iter()
            .chain(&top_again)
            .find_map(|process| process.wrong)
        {
            return Err(misshapen(&names.text, wrong));
        }
        Ok(Workflow {
            names,
            processes,
            top_again,
            rest: self.rest,
            element_ids: reader.element_ids,
            drawn: reader.drawn,
        })
    }
}

/// Brings tasks into the order of [`Task::find_order`]; of equal keys the last stays.
pub(crate) fn settle_tasks<'a>(mut tasks: Vec<Task>, get: impl Fn(Name) -> &'a [u8]) -> Vec<Task> {
    for task in &mut tasks {
        task.key_hash = mix(get(task.key));
    }
    let mut tasks = sorted(tasks, |a, b| a.find_order(b.key_hash, get(b.key), &get));
    let same = |a: &Task, b: &Task| a.key_hash == b.key_hash && get(a.key) == get(b.key);
    if tasks.windows(2).any(|pair| same(&pair[0], &pair[1])) {
        tasks.reverse();
        tasks.dedup_by(|later, earlier| same(later, earlier));
        tasks.reverse();
    }
    tasks
}

/// The first by key of the tasks with which anything is wrong.
pub(crate) fn first_wrong<'a>(tasks: &[Task], get: impl Fn(Name) -> &'a [u8]) -> Option<Misshape> {
    let wrong = tasks.iter().filter(|task| task.wrong.is_some());
    wrong.min_by(|a, b| get(a.key).cmp(get(b.key)))?.wrong
}
