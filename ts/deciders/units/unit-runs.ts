import type { MadeDecision } from '../history/index.js'
import type { AnyProcessView, StatusText } from '../definitions/index.js'
import { status } from '../definitions/index.js'
import { openExecutions } from './run-elements.js'
import type { UnitRun } from './unit-run.js'

/** So many runs are kept: those that were decided on last. */
const KEPT_RUNS = 1000

/** Runs that were decided on, so that a decision costs what its new events cost. */
export class UnitRuns {
  /** By process, with when that was started; the one that was decided on last at the end. */
  readonly #kept = new Map<string, { readonly run: UnitRun; readonly startedAt: number }>()

  /**
   * @param make makes the run, without any event, where it is not kept
   * @throws as `UnitRun.add`, and what `make` throws
   */
  decide(process: AnyProcessView, make: () => UnitRun): readonly (MadeDecision | StatusText)[] {
    const { id, startedAt } = process
    const kept = this.#kept.get(id)
    this.#kept.delete(id)
    const run = kept?.startedAt === startedAt && goesOn(kept.run, process) ? kept.run : anew(process, make)
    const decisions = run.decide()
    if (run.engine.outcome !== undefined) return decisions
    this.#keep(id, run, startedAt)
    return [...decisions, status(whereItIs(run))]
  }

  #keep(id: string, run: UnitRun, startedAt: number): void {
    this.#kept.set(id, { run, startedAt })
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= KEPT_RUNS) return
      this.#kept.delete(oldest)
    }
  }
}

/** Adds what is new to a run; one that has seen more, or decided something else, is of no use. */
function goesOn(run: UnitRun, process: AnyProcessView): boolean {
  return run.seq <= process.seq && run.add(process.since(run.seq))
}

function anew(process: AnyProcessView, make: () => UnitRun): UnitRun {
  const run = make()
  run.add(process.since(0))
  return run
}

/** So many elements are told of, and so much of each. */
const TOLD = 3
const LONGEST = 60

/** What a run is at, for people: the names of elements as drawn. */
function whereItIs({ engine }: UnitRun): string {
  const names: string[] = []
  for (const { node } of openExecutions(engine.top)) {
    const { name, id } = node.element
    const text = name ?? id
    if (names.length === TOLD) return `${names.join(', ')} …`
    names.push(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)
  }
  return names.join(', ')
}
