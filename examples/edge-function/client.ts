import { errorFromData, mergeUnits, specsToLoad, unitJson } from 'unitflow/read'
import type { ActiveElement, ElementUnit, ErrorData } from 'unitflow/read'

/** Where units are asked for. */
export interface UnitSource {
  /** Of the workflow: `https://example.com/workflows/orders`. */
  readonly url: string
  readonly token: string
  /** @default the host's */
  readonly fetch?: typeof fetch
  readonly signal?: AbortSignal
}

/** Any engine that stops before a task whose spec it was not given. SpiffWorkflow does. */
export interface Engine<State> {
  /** The state before the first task; `workflow` is `{"spec": ..., "subprocess_specs": ...}` as JSON text. */
  start(workflow: string): State | Promise<State>
  /** Goes on for as long as it can, or for one task. */
  advance(workflow: string, state: State): State | Promise<State>
  isDone(state: State): boolean
}

/**
 * Runs a process and loads what it calls when it gets there. All of it is of the version that was there at the beginning.
 * `State` is the serialized state, as an object or as JSON text.
 */
export async function runLazily<State>(
  source: UnitSource,
  processId: string,
  engine: Engine<State>,
): Promise<{ readonly state: State; readonly unit: ElementUnit }> {
  const start = await fetchUnit(source, { processId })
  const { version } = start
  let { unit } = start
  let state = await engine.start(unitJson(unit))
  for (;;) {
    const wanted = specsToLoad(state, unit)
    if (wanted.length > 0) {
      const more = await Promise.all(wanted.map((id) => fetchUnit(source, { processId: id, version })))
      unit = mergeUnits(unit, ...more.map(({ unit }) => unit))
    } else if (engine.isDone(state)) {
      return { state, unit }
    } else {
      state = await engine.advance(unitJson(unit), state)
    }
  }
}

/** Which unit to fetch; without a version the newest. */
export interface UnitQuery {
  readonly processId: string
  readonly elements?: readonly ActiveElement[]
  readonly version?: string
}

/** @throws the error that the server told of: a `UnitflowError` where it was one there */
export async function fetchUnit(
  source: UnitSource,
  { processId, elements = [], version }: UnitQuery,
): Promise<{ readonly unit: ElementUnit; readonly version: string }> {
  const { token, signal = null, fetch: get = fetch } = source
  const query = new URLSearchParams(elements.map((element) => ['element', spelled(element)]))
  if (version !== undefined) query.set('version', version)
  const url = `${source.url}/units/${encodeURIComponent(processId)}?${query.toString()}`
  const response = await get(url, { headers: { authorization: `Bearer ${token}` }, signal })
  if (!response.ok) throw await errorOf(response)
  const unit = (await response.json()) as ElementUnit
  return { unit, version: response.headers.get('unitflow-version') ?? '' }
}

function spelled(element: ActiveElement): string {
  if (typeof element === 'string') return encodeURIComponent(element)
  return `${encodeURIComponent(element.processId)}/${encodeURIComponent(element.elementId)}`
}

async function errorOf(response: Response): Promise<Error> {
  const isProblem = response.headers.get('content-type') === 'application/problem+json'
  if (!isProblem) return new Error(`the server answered ${response.status}`)
  const problem = (await response.json()) as ErrorData
  if (problem.name === 'UnitflowError') return errorFromData(problem)
  return new Error(`the server answered ${response.status}: ${problem.message}`)
}
