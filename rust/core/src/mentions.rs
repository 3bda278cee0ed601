//! What the tasks of a process refer to, and in what way. Read while the process's text is still in the cache.

use crate::graph::Mode;
use crate::hash::mix;
use crate::names::Name;
use crate::order::sorted;
use crate::spec::{Task, TaskKind};

/// A task that refers to a process.
#[derive(Debug)]
pub(crate) struct Mention {
    pub(crate) mode: Mode,
    pub(crate) target: Name,
    /// The key of the task.
    pub(crate) site: Name,
    /// Its name, where layout v1 has it as an element.
    pub(crate) drawn: Option<Name>,
}

/// The references of tasks, which are settled; sorted by mode, then target, then site.
pub(crate) fn mentions_of<'a>(tasks: &[Task], get: impl Fn(Name) -> &'a [u8]) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for task in tasks {
        let Some(target) = task.spec else { continue };
        let own_id = task.bpmn_id.unwrap_or(task.name);
        let mode = match task.kind {
            TaskKind::Call => Mode::Call,
            TaskKind::Embed => Mode::Embed,
            _ if get(target) == get(own_id) => Mode::MaybeEmbed,
            _ => Mode::MaybeCall,
        };
        found.push(mention(task, mode, target));
    }
    for &trigger in tasks.iter().flat_map(|task| &task.triggers) {
        let key = get(trigger);
        let hash = mix(key);
        let triggered = tasks
            .binary_search_by(|task| task.find_order(hash, key, &get))
            .ok()
            .map(|at| &tasks[at]);
        if let Some(task) = triggered.filter(|task| task.kind != TaskKind::Embed) {
            found.extend(task.spec.map(|target| mention(task, Mode::Trigger, target)));
        }
    }
    sorted(found, |a, b| {
        a.mode
            .cmp(&b.mode)
            .then_with(|| get(a.target).cmp(get(b.target)))
            .then_with(|| get(a.site).cmp(get(b.site)))
    })
}

fn mention(task: &Task, mode: Mode, target: Name) -> Mention {
    Mention {
        mode,
        target,
        site: task.key,
        drawn: task.drawn(),
    }
}
