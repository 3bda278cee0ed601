//! Reads the shape of a workflow, member by member, in the order in which the text has them.
//!
//! A value of the wrong type is not an error at once: a later member of the same key replaces it, as in `JSON.parse`.
//! So a shape that is wrong is kept beside what it belongs to, and reported when nothing has replaced it.

use crate::Limits;
use crate::elements::ElementIds;
use crate::error::{Limit, NotASpec};
use crate::fields::{
    Misshape, PROCESS, PROCESS_KEYS, PROCESSES, ProcessKey, STRING, STRINGS, TASK_KEYS, TASKS, TOP_KEYS,
    TaskKey, TopKey, WORKFLOW, kind_of, missing, wrong_type,
};
use crate::mentions::mentions_of;
use crate::names::{Name, Names, count_characters, decode};
use crate::scan::Scanner;
use crate::spec::{Draft, Process, Refused, Task, TaskKind, first_wrong, settle_tasks};
use crate::token::{Fault, Kind, Range, Stopped, StringToken};

type Scan<T> = Result<T, Stopped>;
pub(crate) type Shaped<T> = Result<T, Misshape>;
/// The members of `subprocess_specs`, repeats included.
pub(crate) type Subprocesses = Vec<(Name, Shaped<Process>)>;

pub(crate) struct Reader<'a> {
    pub(crate) scanner: Scanner,
    pub(crate) names: Names,
    limits: &'a Limits,
    processes: usize,
    pub(crate) element_ids: ElementIds,
    pub(crate) drawn: Vec<Name>,
    /// The tasks of the process that is being read.
    tasks: Vec<Task>,
}

impl<'a> Reader<'a> {
    /// `buffer` holds the gap that the scanner needs, then the text.
    pub(crate) fn new(buffer: Vec<u8>, limits: &'a Limits) -> Self {
        Reader {
            scanner: Scanner::new(buffer, limits.depth),
            names: Names::default(),
            limits,
            processes: 0,
            element_ids: ElementIds::default(),
            drawn: Vec::new(),
            tasks: Vec::new(),
        }
    }

    fn stop<T>(&mut self, over: Limit, maximum: usize) -> Scan<T> {
        self.scanner.stop(Fault::Limit(over, maximum))
    }

    fn name(&mut self, token: StringToken) -> Name {
        let content = self.scanner.written(token.content);
        self.names.of_token(token, content)
    }

    /// A name that is an id, so that it may not be endless.
    fn id(&mut self, token: StringToken) -> Scan<Name> {
        if self.is_too_long(token) {
            return self.stop(Limit::IdLength, self.limits.id_length);
        }
        Ok(self.name(token))
    }

    fn is_too_long(&self, token: StringToken) -> bool {
        let content = self.scanner.written(token.content);
        let most = self.limits.id_length;
        // Most ids are shorter in bytes than the limit in characters.
        content.len() > most
            && if token.escaped {
                let mut decoded = Vec::new();
                decode(content, &mut decoded);
                count_characters(&decoded) > most
            } else {
                count_characters(content) > most
            }
    }

    /// Runs `matcher` on the decoded key.
    fn match_key<T>(&mut self, token: StringToken, matcher: impl Fn(&[u8]) -> T) -> T {
        let content = self.scanner.written(token.content);
        if !token.escaped {
            return matcher(content);
        }
        let mut decoded = Vec::new();
        decode(content, &mut decoded);
        matcher(&decoded)
    }

    pub(crate) fn workflow(&mut self) -> Scan<Result<Draft, Refused>> {
        let kind = self.scanner.next_kind()?;
        let spot = self.scanner.spot();
        if kind != Kind::Object {
            self.scanner.skip()?;
            self.scanner.end()?;
            return Ok(Err(match kind {
                Kind::Array => Refused::NotASpec(NotASpec::List),
                Kind::String => Refused::NotASpec(NotASpec::JsonInAString),
                _ => Refused::Shape(wrong_type(spot, WORKFLOW, kind)),
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
            match self.match_key(key, |key| TOP_KEYS.of(key)) {
                Some(TopKey::Spec) => top = Some(self.process(None)?),
                Some(TopKey::SubprocessSpecs) => others = Some(self.subprocesses()?),
                other => {
                    task_specs |= other == Some(TopKey::TaskSpecs);
                    tasks |= other == Some(TopKey::Tasks);
                    instances |= other == Some(TopKey::Instances);
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
            (None, None) => return Ok(Err(Refused::Shape(wrong_type(spot, WORKFLOW, kind)))),
            (None, _) => return Ok(Err(Refused::Shape(missing(spot, "spec", PROCESS)))),
            (_, None) => {
                return Ok(Err(Refused::Shape(missing(spot, "subprocess_specs", PROCESSES))));
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
            return self.stop(Limit::Processes, self.limits.processes);
        }
        let kind = self.scanner.next_kind()?;
        let spot = self.scanner.spot();
        if kind != Kind::Object {
            return self.wrong(PROCESS, kind);
        }
        let start = self.scanner.mark();
        let (mut name, mut typename, mut tasks) = (None, None, None);
        let (mut data_objects, mut correlation_keys, mut io_specification) = (None, None, None);
        let mut next = self.scanner.member(true, &PROCESS_KEYS)?;
        while let Some(key) = next {
            match key {
                ProcessKey::Name => name = Some(self.id_value()?),
                ProcessKey::Typename => typename = Some(self.string_token()?),
                ProcessKey::TaskSpecs => tasks = Some(self.tasks()?),
                ProcessKey::DataObjects => {
                    let kind = self.scanner.next_kind()?;
                    let at = self.scanner.spot();
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
            }
            next = self.scanner.member(false, &PROCESS_KEYS)?;
        }
        let text = Range {
            start,
            end: self.scanner.mark(),
        };
        let names = &self.names;
        let written = self.scanner.text();
        let get = |name: Name| names.get_in(written, name);
        let (element_ids, drawn) = (&mut self.element_ids, &mut self.drawn);
        let unsettled = &mut self.tasks;
        let mut shaped = || -> Shaped<Process> {
            let need = |field: &'static str, expected| missing(spot, field, expected);
            let name = name.ok_or_else(|| need("name", STRING))??;
            typename.ok_or_else(|| need("typename", STRING))??;
            tasks.ok_or_else(|| need("task_specs", TASKS))??;
            let no_data = data_objects.ok_or_else(|| need("data_objects", "an object of data objects"))??;
            let no_keys = correlation_keys.ok_or_else(|| need("correlation_keys", "correlation keys"))?;
            let no_io =
                io_specification.ok_or_else(|| need("io_specification", "an io specification or null"))?;
            *unsettled = settle_tasks(std::mem::take(unsettled), get);
            let tasks = &unsettled[..];
            let first_drawn = drawn.len();
            drawn.extend(tasks.iter().filter_map(Task::drawn));
            Ok(Process {
                id: id.unwrap_or(name),
                name,
                text,
                mentions: mentions_of(tasks, get),
                elements: element_ids.add(tasks.iter().filter_map(Task::element).map(get)),
                drawn: first_drawn..drawn.len(),
                wrong: first_wrong(tasks, get),
                isolable: no_data && no_keys && no_io,
            })
        };
        Ok(shaped())
    }

    /// Reads into `self.tasks`.
    fn tasks(&mut self) -> Scan<Shaped<()>> {
        let kind = self.scanner.next_kind()?;
        if kind != Kind::Object {
            return self.wrong(TASKS, kind);
        }
        self.tasks.clear();
        let mut more = self.scanner.open(kind)?;
        while more {
            let token = self.scanner.key()?;
            let key = self.id(token)?;
            let task = self.task(key)?;
            self.tasks.push(task);
            more = self.scanner.more(kind)?;
        }
        Ok(Ok(()))
    }

    fn task(&mut self, key: Name) -> Scan<Task> {
        let mut task = Task {
            key,
            key_hash: 0,
            name: key,
            kind: TaskKind::Other,
            has_bpmn_id: false,
            bpmn_id: None,
            has_position: false,
            has_event_definition: false,
            spec: None,
            triggers: Vec::new(),
            wrong: None,
        };
        let kind = self.scanner.next_kind()?;
        let spot = self.scanner.spot();
        if kind != Kind::Object {
            self.scanner.skip()?;
            task.wrong = Some(wrong_type(spot, "a task spec", kind));
            return Ok(task);
        }
        let (mut name, mut typename, mut inputs, mut outputs) = (None, None, None, None);
        let mut spec: Option<Shaped<Name>> = None;
        let mut long_spec = false;
        let mut next = self.scanner.member(true, &TASK_KEYS)?;
        while let Some(key) = next {
            match key {
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
                TaskKey::Spec => {
                    let token = self.string_token()?;
                    long_spec = token.as_ref().is_ok_and(|&token| self.is_too_long(token));
                    spec = Some(token.map(|token| self.name(token)));
                }
                TaskKey::TriggerSpecs => {
                    let mut list = Vec::new();
                    let shaped = self.string_list(Some(&mut list))?;
                    task.triggers = if shaped.is_ok() { list } else { Vec::new() };
                }
            }
            next = self.scanner.member(false, &TASK_KEYS)?;
        }
        let mut shaped = || -> Shaped<()> {
            let need = |field: &'static str, expected| missing(spot, field, expected);
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
        // Only now is it known whether `spec` is an id, which may not be endless, or a text.
        if matches!(task.kind, TaskKind::Call | TaskKind::Embed) && long_spec {
            return self.stop(Limit::IdLength, self.limits.id_length);
        }
        Ok(task)
    }

    fn wrong<T>(&mut self, expected: &'static str, kind: Kind) -> Scan<Shaped<T>> {
        let spot = self.scanner.spot();
        self.scanner.skip()?;
        Ok(Err(wrong_type(spot, expected, kind)))
    }

    fn string_token(&mut self) -> Scan<Shaped<StringToken>> {
        if let Some(token) = self.scanner.string()? {
            return Ok(Ok(token));
        }
        let kind = self.scanner.next_kind()?;
        self.wrong(STRING, kind)
    }

    fn id_value(&mut self) -> Scan<Shaped<Name>> {
        match self.string_token()? {
            Ok(token) => self.id(token).map(Ok),
            Err(wrong) => Ok(Err(wrong)),
        }
    }

    fn kind_value(&mut self) -> Scan<Shaped<TaskKind>> {
        let token = self.string_token()?;
        Ok(token.map(|token| self.match_key(token, kind_of)))
    }

    /// An array of strings, which are collected where somebody wants them.
    fn string_list(&mut self, mut into: Option<&mut Vec<Name>>) -> Scan<Shaped<()>> {
        let kind = self.scanner.next_kind()?;
        let spot = self.scanner.spot();
        if kind != Kind::Array {
            return self.wrong(STRINGS, kind);
        }
        let names = &mut self.names;
        let all = self.scanner.strings(|token, content| {
            if let Some(list) = into.as_deref_mut() {
                list.push(names.of_token(token, content));
            }
        })?;
        Ok(if all {
            Ok(())
        } else {
            Err(wrong_type(spot, STRINGS, Kind::Array))
        })
    }
}
