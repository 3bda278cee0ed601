import type { FunctionView, RunState, RunSummary, RunView } from '../../run-protocol.js'

const STATES: Readonly<Record<RunState, string>> = {
  open: 'goes on',
  completed: 'completed',
  failed: 'failed',
  canceled: 'canceled',
  'timed-out': 'timed out',
}

/** As much of a run's id as tells it from others. */
export function runName(run: string): string {
  return run.slice(-8)
}

/** How a run is, in a word or two. */
export function stateWords({ state, at }: RunSummary): string {
  if (state !== 'open' || at.length === 0) return STATES[state]
  const [first = '', ...others] = at
  return others.length === 0 ? `at ${first}` : `at ${first} and ${others.length} more`
}

/** The same with what it waits for, to be said. */
export function progressWords({ state, at, tasks, waits, problem }: RunView): string {
  if (problem !== undefined) return `The run ${problem.goesOn ? 'waits' : 'has failed'}: ${problem.message}`
  if (state !== 'open') return `The run is ${STATES[state]}`
  if (tasks.length > 0) return `The run waits for you: ${tasks.map(({ name }) => name).join(', ')}`
  if (waits.length > 0) return `The run waits at ${at.join(', ')}`
  return 'The run goes on'
}

/** What a function is for. */
export function functionWords({ name, element, part, type, operation }: FunctionView): string {
  const place = part === 'prescript' ? 'before ' : part === 'postscript' ? 'after ' : ''
  const kind = operation ?? type.replaceAll('-', ' ')
  return `${place}${name ?? element}, ${part === undefined ? kind : 'script'}`
}
