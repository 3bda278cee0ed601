"""Runs a cached workflow in SpiffWorkflow 3.2, reading each process only when the run gets near it.

    pip install SpiffWorkflow==3.2.0
    python run_lazily.py .unitflow orders Order

For specs that SpiffWorkflow 3 wrote (dialect C). Every human task is completed without data, every service
answers with the name of the operation; replace `Answers` and `drive` by what your application does. Prints
JSON: which processes were loaded after which task, how much was read, the data at the end. Exit code 1 if the
run does not end.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.mixins import CallActivityMixin
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from unitflow_reader import CacheError, Store, Unit, UnknownProcess, read_root, read_unit_of

REGISTRY = BpmnWorkflowSerializer.configure(SPIFF_CONFIG)


class Answers(TaskDataEnvironment):
    """Runs scripts in the task's data, and answers services."""

    def call_service(self, context: dict[str, Any], operation_name: str, **_: Any) -> str:
        return json.dumps({"operation": operation_name})


class NotRestored(Exception):
    """SpiffWorkflow does not know what a spec holds: an older dialect, or typenames of an application."""


class LazyRun:
    """A workflow that has only the specs of the start unit, and loads others as they come into sight."""

    def __init__(
        self, store: Store, cache_key: str, process_id: str, environment: TaskDataEnvironment | None = None
    ) -> None:
        self.store = store
        # Read once: whatever is cached under this key meanwhile, the run stays on its version.
        self.root = read_root(store, cache_key)
        self.loads: list[dict[str, Any]] = []
        self.absent: set[str] = set()
        unit = self._read(process_id, None)
        specs = {id: restore(unit, id) for id in unit.subprocess_ids()}
        engine = PythonScriptEngine(environment or Answers())
        self.workflow = BpmnWorkflow(restore(unit, process_id), specs, script_engine=engine)
        self.load_what_is_near(None)

    def load_what_is_near(self, after: Task | None) -> None:
        """To be called after each task, before the next: a call that starts without its spec is fatal."""
        loaded = self.workflow.subprocess_specs
        while wanted := sorted(set(called_processes(self.workflow)) - loaded.keys() - self.absent):
            for process_id in wanted:
                try:
                    unit = self._read(process_id, after)
                except UnknownProcess:
                    # Perhaps on a branch that is never taken. If it is, the engine says what is not there.
                    self.absent.add(process_id)
                    continue
                for id in unit.included:
                    if id not in loaded:
                        loaded[id] = restore(unit, id)

    def run(self) -> None:
        drive(self.workflow, self.load_what_is_near)

    def _read(self, process_id: str, after: Task | None) -> Unit:
        before = self.store.bytes_read
        unit = read_unit_of(self.store, self.root, process_id)
        at = None if after is None else {"process": after.workflow.spec.name, "task": after.task_spec.name}
        read = self.store.bytes_read - before
        self.loads.append({"after": at, "process": process_id, "included": unit.included, "bytes": read})
        return unit


def restore(unit: Unit, process_id: str) -> Any:
    """The BpmnProcessSpec of a process of the unit."""
    try:
        return REGISTRY.restore(json.loads(unit.specs[process_id]))
    except (AttributeError, KeyError, TypeError) as error:
        raise NotRestored(f"SpiffWorkflow cannot restore process {process_id!r} ({error!r})") from error


def called_processes(workflow: BpmnWorkflow) -> Iterator[str]:
    """The processes that a task of the workflow calls, in any state, predicted tasks included."""
    for instance in [workflow, *workflow.subprocesses.values()]:
        for task in instance.tasks.values():
            spec = task.task_spec
            if isinstance(spec, CallActivityMixin):
                yield spec.spec
            # A loop starts its children at once when it runs, so what they call must be there before.
            child = instance.spec.task_specs.get(getattr(spec, "task_spec", None))
            if hasattr(child, "spec"):
                yield child.spec


def drive(workflow: BpmnWorkflow, after_each_task: Callable[[Task], None]) -> None:
    """Runs until the workflow is completed, or waits for what is not a person."""
    while True:
        workflow.do_engine_steps(did_complete_task=after_each_task)
        waiting = [task for task in workflow.get_tasks(state=TaskState.READY) if task.task_spec.manual]
        if workflow.completed or not waiting:
            return
        waiting[0].run()
        after_each_task(waiting[0])


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Runs a cached workflow, reading processes as it gets to them."
    )
    parser.add_argument("store", help="folder of the cache")
    parser.add_argument("cache_key", metavar="cache-key")
    parser.add_argument("process", help="process id")
    options = parser.parse_args()
    store = Store(options.store)
    try:
        run = LazyRun(store, options.cache_key, options.process)
        run.run()
    except (CacheError, NotRestored, SpiffWorkflowException, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    report = {
        "completed": run.workflow.completed,
        "loads": run.loads,
        "values_read": store.values_read,
        "bytes_read": store.bytes_read,
        "data": run.workflow.data,
    }
    print(json.dumps(report, indent=2, default=str))
    return 0 if run.workflow.completed else 1


if __name__ == "__main__":
    sys.exit(main())
