"""Runs the processes of small-models.mjs in SpiffWorkflow 3.2.0, and writes what they came to: tests/fixtures/unit-runs/spiffworkflow.json.

    tests/python/.venv/bin/python tests/conformance/run-models/record_runs.py

Human tasks are completed with the answers of the model, the first that is ready first. Where there is none, a message comes
that the model names; where there is none of these, time goes on to the next timer. `timersFirst`: timers go first, three
times at most. Services give {"ok": true}, `echo` what it was asked with.
"""

import datetime
import json
import subprocess
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import SpiffWorkflow.bpmn.specs.event_definitions.timer as timers
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.task import TaskState
from SpiffWorkflow.util.task import TaskIterator

HERE = Path(__file__).parent
FIXTURE = HERE.parent.parent / "fixtures" / "unit-runs" / "spiffworkflow.json"
MOST_STEPS = 80


class Clock(datetime.datetime):
    """Goes on only when it is told to."""

    at = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)

    @classmethod
    def now(cls, tz: Any = None) -> datetime.datetime:
        return Clock.at.astimezone(tz) if tz else Clock.at.replace(tzinfo=None)


timers.datetime = Clock  # type: ignore[attr-defined]


class Services(TaskDataEnvironment):
    def call_service(self, context: Any, operation_name: Any = None, operation_params: Any = None, **_: Any) -> str:
        if operation_name != "echo":
            return json.dumps({"ok": True})
        return json.dumps({name: given["value"] for name, given in operation_params.items()})


class Run:
    def __init__(self, model: dict[str, Any]) -> None:
        Clock.at = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        registry = BpmnWorkflowSerializer.configure(SPIFF_CONFIG)
        specs = json.loads(model["specs"])
        called = {name: registry.restore(spec) for name, spec in specs["subprocess_specs"].items()}
        self.workflow = BpmnWorkflow(registry.restore(specs["spec"]), called, script_engine=PythonScriptEngine(Services({})))
        self.workflow.task_tree.data.update(model.get("startData", {}))
        self.answers = model.get("answers", {})
        self.messages = list(model.get("messages", []))
        self.forced = 3 if model.get("timersFirst") else 0
        self.asked: Counter[str] = Counter()

    def to_its_end(self) -> dict[str, Any]:
        failed = False
        try:
            for _ in range(MOST_STEPS):
                self.workflow.do_engine_steps()
                if self.workflow.completed or not self.step():
                    break
        except SpiffWorkflowException:
            failed = True
        everything = [self.workflow, *self.workflow.subprocesses.values()]
        done = Counter(
            f"{task.workflow.spec.name}/{task.task_spec.name}"
            for one in everything
            for task in TaskIterator(one.task_tree)
            if task.state == TaskState.COMPLETED and task.task_spec.bpmn_id
        )
        status = "failed" if failed else "completed" if self.workflow.completed else "waits"
        data = self.workflow.data if self.workflow.completed else None
        return {"status": status, "completed": dict(sorted(done.items())), "data": data}

    def step(self) -> bool:
        if self.forced > 0 and self.time_goes_on():
            self.forced -= 1
            return True
        for task in self.workflow.get_tasks(state=TaskState.READY):
            element = task.task_spec.bpmn_id
            given = self.answers.get(element, [{}])
            task.data.update(given[min(self.asked[element], len(given) - 1)])
            self.asked[element] += 1
            task.run()
            return True
        if self.messages:
            self.send(**self.messages.pop(0))
            return True
        return self.time_goes_on()

    def send(self, name: str, data: Any = None) -> None:
        for task in list(self.workflow.event_manager.tasks.values()):
            for event in events_of(task):
                if event.name == name:
                    self.workflow.send_event(BpmnEvent(event, data))
                    return

    def time_goes_on(self) -> bool:
        waiting = self.workflow.get_tasks(state=TaskState.WAITING)
        due = [
            datetime.datetime.fromisoformat(task.internal_data["event_value"])
            for task in waiting
            for event in events_of(task)
            if isinstance(event, timers.TimerEventDefinition)
        ]
        if not due:
            return False
        Clock.at = max(Clock.at, *due) + datetime.timedelta(milliseconds=1)
        self.workflow.refresh_timers()
        return True


def events_of(task: Any) -> list[Any]:
    event = getattr(task.task_spec, "event_definition", None)
    return [] if event is None else [event, *getattr(event, "event_definitions", [])]


def main() -> None:
    warnings.simplefilter("ignore")
    models = json.loads(subprocess.run(["node", HERE / "small-models.mjs"], capture_output=True, check=True, text=True).stdout)
    runs = {model["name"]: Run(model).to_its_end() for model in models}
    lines = [f"{json.dumps(name)}: {json.dumps(run, ensure_ascii=False)}" for name, run in runs.items()]
    FIXTURE.parent.mkdir(exist_ok=True)
    FIXTURE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{len(runs)} runs, {sum(run['status'] == 'completed' for run in runs.values())} completed")


if __name__ == "__main__":
    main()
