//! Reads what decomposition needs from a serialized workflow (U1-U5) and leaves the rest as text.
//!
//! A value of the wrong type is not an error at once: a later member of the same key replaces it, as in `JSON.parse`.
//! So a shape that is wrong is kept beside what it belongs to, and reported when nothing has replaced it.

use crate::Limits;
use crate::error::{Error, ErrorKind, Limit, NotASpec};
use crate::names::{Name, Names, count_characters};
use crate::order::sorted;
use crate::pointer::{place_at, push_token};
use crate::recognise::recognise_text;
use crate::scan::{Fault, FaultKind, Kind, Range, Scanner, StringToken};

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

/// A shape that is wrong.
#[derive(Debug, Clone, Copy)]
struct Misshape {
    /// Of the value, or of the object that lacks the field.
    offset: u32,
    missing: Option<&'static str>,
    expected: &'static str,
    found: Option<Kind>,
}

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
    wrong: Option<Misshape>,
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
}

#[derive(Debug)]
pub(crate) struct Process {
    /// Its key in `subprocess_specs`; for the top process its name.
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) text: Range,
    /// Sorted by key.
    pub(crate) tasks: Vec<Task>,
    /// Names of tasks that a start task triggers.
    pub(crate) triggers: Vec<Name>,
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
}

type Scan<T> = Result<T, Fault>;
type Shaped<T> = Result<T, Misshape>;
/// The members of `subprocess_specs`, repeats included.
type Subprocesses = Vec<(Name, Shaped<Process>)>;

struct Reader<'a> {
    scanner: Scanner<'a>,
    names: Names,
    limits: &'a Limits,
    processes: usize,
    over: Option<Limit>,
}

/// Reads a workflow.
pub(crate) fn read_workflow(text: &[u8], is_utf8: bool, limits: &Limits) -> Result<Workflow, Error> {
    if text.len() > limits.bytes {
        return Err(limit(Limit::Bytes, limits.bytes, Vec::new()));
    }
    if let Some(kind) = recognise_text(text) {
        return Err(Error::new(ErrorKind::NotASpec(kind)));
    }
    if !is_utf8 && let Err(error) = std::str::from_utf8(text) {
        return Err(Error::new(ErrorKind::NotUtf8 {
            offset: error.valid_up_to(),
        }));
    }
    let mut reader = Reader {
        scanner: Scanner::new(text, limits.depth),
        names: Names::default(),
        limits,
        processes: 0,
        over: None,
    };
    match reader.workflow() {
        Err(fault) => Err(reader.failure(text, fault)),
        Ok(Err(reason)) => Err(match reason {
            Refused::NotASpec(kind) => Error::new(ErrorKind::NotASpec(kind)),
            Refused::Shape(wrong) => misshapen(text, wrong),
        }),
        Ok(Ok(draft)) => draft.finish(reader, text),
    }
}

enum Refused {
    NotASpec(NotASpec),
    Shape(Misshape),
}

/// A workflow whose names cannot be looked up yet, because its text is still with the scanner.
struct Draft {
    top: Process,
    others: Subprocesses,
    rest: Vec<(Range, Range)>,
}

impl Draft {
    fn finish(self, reader: Reader<'_>, text: &[u8]) -> Result<Workflow, Error> {
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
            let process = process.map_err(|wrong| misshapen(text, wrong))?;
            if names.get(id) == names.get(processes[0].id) {
                top_again = Some(process);
            } else {
                processes.push(process);
            }
        }
        for process in processes.iter_mut().chain(&mut top_again) {
            let tasks = std::mem::take(&mut process.tasks);
            process.tasks = settle_tasks(tasks, &names);
            if let Some(wrong) = process.tasks.iter().find_map(|task| task.wrong) {
                return Err(misshapen(text, wrong));
            }
        }
        Ok(Workflow {
            names,
            processes,
            top_again,
            rest: self.rest,
        })
    }
}

/// Sorts tasks by key; of equal keys the last stays.
fn settle_tasks(tasks: Vec<Task>, names: &Names) -> Vec<Task> {
    let mut tasks = sorted(tasks, |a, b| names.get(a.key).cmp(names.get(b.key)));
    tasks.reverse();
    tasks.dedup_by(|later, earlier| names.get(later.key) == names.get(earlier.key));
    tasks.reverse();
    tasks
}

impl Reader<'_> {
    fn failure(&self, text: &[u8], fault: Fault) -> Error {
        let place = place_at(text, fault.offset);
        if let Some(over) = self.over {
            let maximum = match over {
                Limit::Processes => self.limits.processes,
                _ => self.limits.id_length,
            };
            return limit(over, maximum, place.pointer);
        }
        match fault.kind {
            FaultKind::Depth => limit(Limit::Depth, self.limits.depth, place.pointer),
            FaultKind::Syntax(expected) => Error::new(ErrorKind::NotJson {
                found: found_at(text, fault.offset),
                place,
                expected,
            }),
        }
    }

    fn stop<T>(&mut self, over: Limit) -> Scan<T> {
        self.over = Some(over);
        Err(Fault {
            offset: self.scanner.position,
            kind: FaultKind::Depth,
        })
    }

    fn name(&mut self, token: StringToken) -> Name {
        let content = self.scanner.written(token.content);
        self.names.of_token(token, content)
    }

    /// A name that is an id, so that it may not be endless.
    fn id(&mut self, token: StringToken) -> Scan<Name> {
        let content = self.scanner.written(token.content);
        let name = self.names.of_token(token, content);
        // Most ids are shorter in bytes than the limit in characters.
        if content.len() > self.limits.id_length {
            let characters = if token.escaped {
                count_characters(self.names.get(name))
            } else {
                count_characters(content)
            };
            if characters > self.limits.id_length {
                return self.stop(Limit::IdLength);
            }
        }
        Ok(name)
    }

    /// Runs `matcher` on the decoded key.
    fn match_key<T>(&mut self, token: StringToken, matcher: impl Fn(&[u8]) -> T) -> T {
        let content = self.scanner.written(token.content);
        if !token.escaped {
            return matcher(content);
        }
        let mut decoded = Vec::new();
        crate::names::decode(content, &mut decoded);
        matcher(&decoded)
    }

    fn workflow(&mut self) -> Scan<Result<Draft, Refused>> {
        let kind = self.scanner.next_kind()?;
        let offset = self.scanner.position as u32;
        if kind != Kind::Object {
            self.scanner.skip()?;
            self.scanner.end()?;
            return Ok(Err(match kind {
                Kind::Array => Refused::NotASpec(NotASpec::List),
                Kind::String => Refused::NotASpec(NotASpec::JsonInAString),
                _ => Refused::Shape(wrong_type(offset, WORKFLOW, kind)),
            }));
        }
        let mut top: Option<Shaped<Process>> = None;
        let mut others: Option<Shaped<Subprocesses>> = None;
        let mut rest = Vec::new();
        let (mut task_specs, mut tasks, mut instances) = (false, false, false);
        let mut more = self.scanner.open(Kind::Object)?;
        while more {
            let before = self.scanner.mark();
            let key = self.scanner.key()?;
            let quoted = Range {
                start: before,
                end: self.scanner.mark() - 1,
            };
            match self.match_key(key, TopKey::of) {
                TopKey::Spec => top = Some(self.process(None)?),
                TopKey::SubprocessSpecs => others = Some(self.subprocesses()?),
                other => {
                    task_specs |= other == TopKey::TaskSpecs;
                    tasks |= other == TopKey::Tasks;
                    instances |= other == TopKey::Instances;
                    let value = self.scanner.skip()?;
                    rest.push((quoted, value));
                }
            }
            more = self.scanner.more(Kind::Object)?;
        }
        self.scanner.end()?;
        if tasks && instances {
            return Ok(Err(Refused::NotASpec(NotASpec::WorkflowState)));
        }
        let (top, others) = match (top, others) {
            (Some(top), Some(others)) => (top, others),
            (None, None) if task_specs => return Ok(Err(Refused::NotASpec(NotASpec::ProcessSpec))),
            (None, None) => return Ok(Err(Refused::Shape(wrong_type(offset, WORKFLOW, kind)))),
            (None, _) => return Ok(Err(Refused::Shape(missing(offset, "spec", PROCESS)))),
            (_, None) => {
                return Ok(Err(Refused::Shape(missing(
                    offset,
                    "subprocess_specs",
                    PROCESSES,
                ))));
            }
        };
        Ok(top
            .and_then(|top| others.map(|others| Draft { top, others, rest }))
            .map_err(Refused::Shape))
    }

    fn subprocesses(&mut self) -> Scan<Shaped<Subprocesses>> {
        let kind = self.scanner.next_kind()?;
        if kind != Kind::Object {
            return self.wrong(PROCESSES, kind);
        }
        let mut processes = Vec::new();
        let mut more = self.scanner.open(kind)?;
        while more {
            let token = self.scanner.key()?;
            let id = self.id(token)?;
            let process = self.process(Some(id))?;
            processes.push((id, process));
            more = self.scanner.more(kind)?;
        }
        Ok(Ok(processes))
    }

    fn process(&mut self, id: Option<Name>) -> Scan<Shaped<Process>> {
        self.processes += 1;
        if self.processes > self.limits.processes {
            return self.stop(Limit::Processes);
        }
        let kind = self.scanner.next_kind()?;
        let offset = self.scanner.position as u32;
        if kind != Kind::Object {
            return self.wrong(PROCESS, kind);
        }
        let start = self.scanner.mark();
        let (mut name, mut typename, mut tasks) = (None, None, None);
        let (mut data_objects, mut correlation_keys, mut io_specification) = (None, None, None);
        let mut triggers = Vec::new();
        let mut more = self.scanner.open(kind)?;
        while more {
            let key = self.scanner.key()?;
            match self.match_key(key, ProcessKey::of) {
                ProcessKey::Name => name = Some(self.id_value()?),
                ProcessKey::Typename => typename = Some(self.text_value()?),
                ProcessKey::TaskSpecs => {
                    triggers.clear();
                    tasks = Some(self.tasks(&mut triggers)?);
                }
                ProcessKey::DataObjects => {
                    let kind = self.scanner.next_kind()?;
                    let at = self.scanner.position as u32;
                    let range = self.scanner.skip()?;
                    data_objects = Some(if kind == Kind::Object {
                        Ok(range.end - range.start == 2)
                    } else {
                        Err(wrong_type(at, "an object of data objects", kind))
                    });
                }
                ProcessKey::CorrelationKeys => {
                    let range = self.scanner.skip()?;
                    correlation_keys = Some(self.scanner.written(range) == b"{}");
                }
                ProcessKey::IoSpecification => {
                    let range = self.scanner.skip()?;
                    io_specification = Some(self.scanner.written(range) == b"null");
                }
                ProcessKey::Other => {
                    self.scanner.skip()?;
                }
            }
            more = self.scanner.more(kind)?;
        }
        let text = Range {
            start,
            end: self.scanner.mark(),
        };
        let shaped = || -> Shaped<Process> {
            let need = |field: &'static str, expected| missing(offset, field, expected);
            let name = name.ok_or_else(|| need("name", STRING))??;
            typename.ok_or_else(|| need("typename", STRING))??;
            let tasks = tasks.ok_or_else(|| need("task_specs", TASKS))??;
            let no_data = data_objects.ok_or_else(|| need("data_objects", "an object of data objects"))??;
            let no_keys = correlation_keys.ok_or_else(|| need("correlation_keys", "correlation keys"))?;
            let no_io =
                io_specification.ok_or_else(|| need("io_specification", "an io specification or null"))?;
            Ok(Process {
                id: id.unwrap_or(name),
                name,
                text,
                tasks,
                triggers,
                isolable: no_data && no_keys && no_io,
            })
        };
        Ok(shaped())
    }

    fn tasks(&mut self, triggers: &mut Vec<Name>) -> Scan<Shaped<Vec<Task>>> {
        let kind = self.scanner.next_kind()?;
        if kind != Kind::Object {
            return self.wrong(TASKS, kind);
        }
        let mut tasks = Vec::new();
        let mut more = self.scanner.open(kind)?;
        while more {
            let token = self.scanner.key()?;
            let key = self.id(token)?;
            tasks.push(self.task(key, triggers)?);
            more = self.scanner.more(kind)?;
        }
        Ok(Ok(tasks))
    }

    fn task(&mut self, key: Name, triggers: &mut Vec<Name>) -> Scan<Task> {
        let mut task = Task {
            key,
            name: key,
            kind: TaskKind::Other,
            has_bpmn_id: false,
            bpmn_id: None,
            has_position: false,
            has_event_definition: false,
            spec: None,
            wrong: None,
        };
        let kind = self.scanner.next_kind()?;
        let offset = self.scanner.position as u32;
        if kind != Kind::Object {
            self.scanner.skip()?;
            task.wrong = Some(wrong_type(offset, "a task spec", kind));
            return Ok(task);
        }
        let (mut name, mut typename, mut inputs, mut outputs) = (None, None, None, None);
        let mut spec: Option<Shaped<Name>> = None;
        let mut triggered: Option<Vec<Name>> = None;
        let mut more = self.scanner.open(kind)?;
        while more {
            let token = self.scanner.key()?;
            match self.match_key(token, TaskKey::of) {
                TaskKey::Name => name = Some(self.id_value()?),
                TaskKey::Typename => typename = Some(self.kind_value()?),
                TaskKey::Inputs => inputs = Some(self.string_list(None)?),
                TaskKey::Outputs => outputs = Some(self.string_list(None)?),
                TaskKey::BpmnId => {
                    task.has_bpmn_id = true;
                    task.bpmn_id = self.id_value()?.ok();
                }
                TaskKey::Position => {
                    task.has_position = true;
                    self.scanner.skip()?;
                }
                TaskKey::EventDefinition => {
                    task.has_event_definition = self.scanner.next_kind()? != Kind::Null;
                    self.scanner.skip()?;
                }
                TaskKey::Spec => spec = Some(self.reference_value()?),
                TaskKey::TriggerSpecs => {
                    let mut list = Vec::new();
                    let shaped = self.string_list(Some(&mut list))?;
                    triggered = shaped.ok().map(|()| list);
                }
                TaskKey::Other => {
                    self.scanner.skip()?;
                }
            }
            more = self.scanner.more(kind)?;
        }
        triggers.extend(triggered.unwrap_or_default());
        let mut shaped = || -> Shaped<()> {
            let need = |field: &'static str, expected| missing(offset, field, expected);
            task.name = name.ok_or_else(|| need("name", STRING))??;
            task.kind = typename.ok_or_else(|| need("typename", STRING))??;
            inputs.ok_or_else(|| need("inputs", STRINGS))??;
            outputs.ok_or_else(|| need("outputs", STRINGS))??;
            task.spec = match (task.kind, spec) {
                (TaskKind::Call | TaskKind::Embed, spec) => {
                    Some(spec.ok_or_else(|| need("spec", "a process id"))??)
                }
                (_, Some(Ok(spec))) => Some(spec),
                _ => None,
            };
            Ok(())
        };
        task.wrong = shaped().err();
        Ok(task)
    }

    fn wrong<T>(&mut self, expected: &'static str, kind: Kind) -> Scan<Shaped<T>> {
        let offset = self.scanner.position as u32;
        self.scanner.skip()?;
        Ok(Err(wrong_type(offset, expected, kind)))
    }

    fn string_token(&mut self) -> Scan<Shaped<StringToken>> {
        let kind = self.scanner.next_kind()?;
        if kind != Kind::String {
            return self.wrong(STRING, kind);
        }
        self.scanner.string().map(Ok)
    }

    fn text_value(&mut self) -> Scan<Shaped<()>> {
        Ok(self.string_token()?.map(|_| ()))
    }

    fn id_value(&mut self) -> Scan<Shaped<Name>> {
        match self.string_token()? {
            Ok(token) => self.id(token).map(Ok),
            Err(wrong) => Ok(Err(wrong)),
        }
    }

    /// A `spec`. On a task of an unknown type it may be a long text, which names no process then.
    fn reference_value(&mut self) -> Scan<Shaped<Name>> {
        Ok(self.string_token()?.map(|token| self.name(token)))
    }

    fn kind_value(&mut self) -> Scan<Shaped<TaskKind>> {
        let token = self.string_token()?;
        Ok(token.map(|token| self.match_key(token, kind_of)))
    }

    /// An array of strings, which are collected where somebody wants them.
    fn string_list(&mut self, mut into: Option<&mut Vec<Name>>) -> Scan<Shaped<()>> {
        let kind = self.scanner.next_kind()?;
        let offset = self.scanner.position as u32;
        if kind != Kind::Array {
            return self.wrong(STRINGS, kind);
        }
        let mut shaped = Ok(());
        let mut more = self.scanner.open(kind)?;
        while more {
            match self.string_token()? {
                Ok(token) => {
                    if let Some(list) = into.as_deref_mut() {
                        list.push(self.name(token));
                    }
                }
                Err(_) => shaped = Err(wrong_type(offset, STRINGS, Kind::Array)),
            }
            more = self.scanner.more(kind)?;
        }
        Ok(shaped)
    }
}

const WORKFLOW: &str = "an object with spec and subprocess_specs";
const PROCESS: &str = "a process spec (an object)";
const PROCESSES: &str = "an object of process specs";
const TASKS: &str = "an object of task specs";
const STRING: &str = "a string";
const STRINGS: &str = "an array of strings";

#[derive(Clone, Copy, PartialEq, Eq)]
enum TopKey {
    Spec,
    SubprocessSpecs,
    TaskSpecs,
    Tasks,
    /// Only the state of a run has instances of subprocesses or a root task.
    Instances,
    Other,
}

impl TopKey {
    fn of(key: &[u8]) -> Self {
        match key {
            b"spec" => TopKey::Spec,
            b"subprocess_specs" => TopKey::SubprocessSpecs,
            b"task_specs" => TopKey::TaskSpecs,
            b"tasks" => TopKey::Tasks,
            b"subprocesses" | b"root" => TopKey::Instances,
            _ => TopKey::Other,
        }
    }
}

enum ProcessKey {
    Name,
    Typename,
    TaskSpecs,
    DataObjects,
    CorrelationKeys,
    IoSpecification,
    Other,
}

impl ProcessKey {
    fn of(key: &[u8]) -> Self {
        match key {
            b"name" => ProcessKey::Name,
            b"typename" => ProcessKey::Typename,
            b"task_specs" => ProcessKey::TaskSpecs,
            b"data_objects" => ProcessKey::DataObjects,
            b"correlation_keys" => ProcessKey::CorrelationKeys,
            b"io_specification" => ProcessKey::IoSpecification,
            _ => ProcessKey::Other,
        }
    }
}

enum TaskKey {
    Name,
    Typename,
    Inputs,
    Outputs,
    BpmnId,
    Position,
    EventDefinition,
    Spec,
    TriggerSpecs,
    Other,
}

impl TaskKey {
    fn of(key: &[u8]) -> Self {
        match key {
            b"name" => TaskKey::Name,
            b"typename" => TaskKey::Typename,
            b"inputs" => TaskKey::Inputs,
            b"outputs" => TaskKey::Outputs,
            b"bpmn_id" => TaskKey::BpmnId,
            b"position" => TaskKey::Position,
            b"event_definition" => TaskKey::EventDefinition,
            b"spec" => TaskKey::Spec,
            b"trigger_specs" => TaskKey::TriggerSpecs,
            _ => TaskKey::Other,
        }
    }
}

fn kind_of(typename: &[u8]) -> TaskKind {
    match typename {
        b"CallActivity" => TaskKind::Call,
        b"SubWorkflowTask" | b"TransactionSubprocess" | b"EventSubprocess" => TaskKind::Embed,
        b"Simple" => TaskKind::Simple,
        _ => TaskKind::Other,
    }
}

fn wrong_type(offset: u32, expected: &'static str, found: Kind) -> Misshape {
    Misshape {
        offset,
        missing: None,
        expected,
        found: Some(found),
    }
}

fn missing(offset: u32, field: &'static str, expected: &'static str) -> Misshape {
    Misshape {
        offset,
        missing: Some(field),
        expected,
        found: None,
    }
}

fn misshapen(text: &[u8], wrong: Misshape) -> Error {
    let mut place = place_at(text, wrong.offset as usize);
    if let Some(field) = wrong.missing {
        push_token(field.as_bytes(), &mut place.pointer);
    }
    let found = match wrong.found {
        None => "nothing",
        Some(Kind::Object) => "an object",
        Some(Kind::Array) if wrong.expected == STRINGS => "an array with other items",
        Some(Kind::Array) => "an array",
        Some(Kind::String) => "a string",
        Some(Kind::Number) => "a number",
        Some(Kind::True | Kind::False) => "a boolean",
        Some(Kind::Null) => "null",
    };
    Error::new(ErrorKind::BadSpec {
        place,
        expected: wrong.expected,
        found: found.to_owned(),
    })
}

fn limit(limit: Limit, maximum: usize, pointer: Vec<u8>) -> Error {
    Error::new(ErrorKind::LimitExceeded {
        limit,
        maximum,
        pointer,
    })
}

/// What stands at an offset: the character, and no more, because the text may hold secrets.
fn found_at(text: &[u8], offset: usize) -> String {
    let rest = text.get(offset..).unwrap_or_default();
    let character = std::str::from_utf8(&rest[..rest.len().min(4)])
        .or_else(|error| std::str::from_utf8(&rest[..error.valid_up_to()]))
        .ok()
        .and_then(|text| text.chars().next());
    match character {
        None => "the end of the text".to_owned(),
        Some('\u{feff}') => "a byte order mark".to_owned(),
        Some(character) if character.is_control() => format!("U+{:04X}", character as u32),
        Some(character) => format!("{character:?}"),
    }
}
