import type { Context } from '../../../../ts/flows/execution/index.js'

/** A task as it ran in a runner, whether or not anything has come of it. */
export interface TaskRunSeen {
  readonly execution: string
  readonly task: string
  readonly owner: string
  readonly attempt: number
  /** How many runners were given the execution by then. */
  readonly token: number
  /** What tells it from all others: its outputs and errors hold it. */
  readonly nonce: string
  readonly inputs: Context
  /** Milliseconds since 1970. */
  readonly from: number
}

export interface Planned {
  readonly flow: string
  readonly key: string | undefined
}

/** Two runs of one execution at once: the first must have been over, as far as its history goes, when the second began. */
export interface Overlap {
  readonly first: TaskRunSeen
  readonly second: TaskRunSeen
}

/** What was seen beside what is stored. */
export class Ledger {
  readonly runs: Map<string, TaskRunSeen> = new Map<string, TaskRunSeen>()
  readonly overlaps: Overlap[] = []
  /** By execution and task, the idempotency keys that it was handed (F32). */
  readonly keys: Map<string, Set<string>> = new Map<string, Set<string>>()
  /** By id, what was or is to be scheduled. */
  readonly planned: Map<string, Planned> = new Map<string, Planned>()
  readonly scheduled: Set<string> = new Set<string>()
  /** Also where it is not known whether they are. */
  readonly deleted: Set<string> = new Set<string>()
  /** Executions whose canceling was acknowledged. */
  readonly canceled: Set<string> = new Set<string>()
  /** Executions that somebody has run by their ids, whether due or not. */
  readonly runById: Set<string> = new Set<string>()
  /** How often something was refused, by code. */
  readonly refused: Map<string, number> = new Map<string, number>()
  readonly #goingOn = new Set<TaskRunSeen>()
  #nonces = 0

  nonce(): string {
    return `n${++this.#nonces}`
  }

  begin(run: TaskRunSeen, idempotencyKey: string): void {
    const { execution, task, nonce } = run
    for (const first of this.#goingOn) {
      if (first.execution === execution) this.overlaps.push({ first, second: run })
    }
    this.runs.set(nonce, run)
    this.#goingOn.add(run)
    const of = `${execution} ${task}`
    this.keys.set(of, (this.keys.get(of) ?? new Set()).add(idempotencyKey))
  }

  end(run: TaskRunSeen): void {
    this.#goingOn.delete(run)
  }

  /** A runner is no more: its tasks end with it. */
  endAll(owner: string): void {
    for (const run of this.#goingOn) if (run.owner === owner) this.#goingOn.delete(run)
  }

  refuse(code: string): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
  }
}
