//! Reads what decomposition needs from a serialized workflow (U1-U5) and leaves the rest as text.

use crate::Limits;
use crate::elements::ElementIds;
use crate::error::{Error, ErrorKind, Limit, NotASpec};
use crate::fields::{Misshape, limit};
use crate::mentions::Mention;
use crate::names::{Name, Names};
use crate::order::sorted;
use crate::recognise::recognise_text;
use crate::refusal::Refusal;
use crate::scan::GAP;
use crate::spec_reader::{Reader, Subprocesses};
use crate::token::Range;

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
pub(crate) fn read_workflow(buffer: Vec<u8>, is_utf8: bool, limits: &Limits) -> Result<Workflow, Refusal> {
    let text = &buffer[GAP..];
    if text.len() > limits.bytes {
        return Err(limit(Limit::Bytes, limits.bytes, Vec::new()).into());
    }
    if let Some(kind) = recognise_text(text) {
        return Err(Error::new(ErrorKind::NotASpec(kind)).into());
    }
    if !is_utf8 && let Err(error) = std::str::from_utf8(text) {
        let offset = error.valid_up_to();
        return Err(Error::new(ErrorKind::NotUtf8 { offset }).into());
    }
    let mut reader = Reader::new(buffer, limits);
    match reader.workflow()? {
        Err(Refused::NotASpec(kind)) => Err(Error::new(ErrorKind::NotASpec(kind)).into()),
        Err(Refused::Shape(wrong)) => Err(wrong.into()),
        Ok(draft) => draft.finish(reader),
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
    fn finish(self, reader: Reader<'_>) -> Result<Workflow, Refusal> {
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
            let process = process?;
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
            return Err(wrong.into());
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

/// Sorts tasks by key; of equal keys the last stays.
pub(crate) fn settle_tasks<'a>(tasks: Vec<Task>, get: impl Fn(Name) -> &'a [u8]) -> Vec<Task> {
    let mut tasks = sorted(tasks, |a, b| get(a.key).cmp(get(b.key)));
    tasks.reverse();
    tasks.dedup_by(|later, earlier| get(later.key) == get(earlier.key));
    tasks.reverse();
    tasks
}
