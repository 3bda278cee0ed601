import type { AnyStep, AnyStepWorkflow, ErrorData, StepReport, StepRunner } from 'unitflow/steps'
import { createRunner, createState, createStepWorkflow, defineStep, fingerprint } from 'unitflow/steps'
import type { Answer, Drawing, Statistics, StepLine, Totals } from '../protocol.js'
import { lastTook } from './measured.js'
import type { Outline, Texts } from './models.js'
import { Count, Decompose, defineSum, Draw, Place } from './models.js'

/** What the steps read and give, that is asked for here. */
type Known = Readonly<Record<ProcessName, string>> & {
  readonly 'workflow.json': string
  readonly 'workflow.outline': Outline
  readonly 'workflow.texts': Texts
  readonly statistics: readonly Statistics[]
  readonly totals: Totals
  readonly drawing: Drawing
}

/** The state that holds the spec of a process. */
type ProcessName = `process.${string}`

/**
 * The preview of a text as steps over state in memory.
 *
 * Which steps there are depends on which processes there are, so there are two workflows over one state: the first takes the
 * text apart; the second has a step for each process, and is made anew when there are others. Steps of the same name, model
 * and wiring are the same steps in both of them.
 */
export class PreviewSteps {
  readonly #state = createState<Known>(undefined, { mutable: true })
  readonly #first = createRunner({ workflow: OUTLINE, state: this.#state })
  #second: StepRunner | undefined
  /** The processes that the second has steps for. */
  #ids: readonly string[] = []
  /** What is in the state of them. */
  #texts: Texts = {}

  /** @throws (by rejecting) what is no step's: a fault of this page */
  async run(json: string, reuse: boolean): Promise<Pick<Answer, 'steps' | 'result'>> {
    await this.#state.set('workflow.json', json)
    const outlined = await this.#first.run({ reuse })
    const decomposed = outlined.steps.map((report) => lineOf(report))
    if (outlined.status !== 'completed') return failed(decomposed, outlined.error)
    await this.#take(await this.#state.get('workflow.texts'))
    this.#second ??= createRunner({ workflow: previewOf(this.#ids), state: this.#state })
    const drawn = await this.#second.run({ reuse })
    const processOf = new Map(this.#ids.map((id) => [countStep(id), id]))
    const steps = [...decomposed, ...drawn.steps.map((report) => lineOf(report, processOf.get(report.step)))]
    if (drawn.status !== 'completed') return failed(steps, drawn.error)
    const { top } = await this.#state.get('workflow.outline')
    const [statistics, totals, drawing] = await Promise.all([
      this.#state.get('statistics'),
      this.#state.get('totals'),
      this.#state.get('drawing'),
    ])
    return { steps, result: { type: 'preview', preview: { top, statistics, totals, drawing } } }
  }

  /** Gives each process a name of its own in the state. */
  async #take(texts: Texts): Promise<void> {
    const ids = Object.keys(texts)
    const others = ids.filter((id) => this.#texts[id] !== texts[id])
    await this.#state.setMany(Object.fromEntries(others.map((id) => [processName(id), texts[id]])))
    const gone = this.#ids.filter((id) => !Object.hasOwn(texts, id))
    await Promise.all(gone.map((id) => this.#state.delete(processName(id))))
    this.#texts = texts
    if (gone.length === 0 && ids.length === this.#ids.length) return
    this.#ids = ids
    this.#second = undefined
  }
}

const OUTLINE = createStepWorkflow(
  [
    defineStep({
      name: 'decompose',
      model: Decompose,
      inputs: { json: 'workflow.json' },
      outputs: { outline: 'workflow.outline', texts: 'workflow.texts' },
    }),
  ],
  { name: 'outline' },
)

/** A step for each process, and what is made of all of them. */
function previewOf(ids: readonly string[]): AnyStepWorkflow {
  const fields = ids.map((_, at) => `process${at}`)
  const counts: AnyStep[] = ids.map((id) =>
    defineStep({
      name: countStep(id),
      model: Count,
      inputs: { text: processName(id) },
      outputs: { statistics: statisticsName(id) },
    }),
  )
  const summed: Readonly<Record<string, string>> = Object.fromEntries(
    ids.map((id, at) => [`process${at}`, statisticsName(id)]),
  )
  const sum: AnyStep = defineStep({
    name: 'sum',
    model: defineSum(fields),
    inputs: summed,
    outputs: { all: 'statistics', totals: 'totals' },
  })
  const place: AnyStep = defineStep({
    name: 'place',
    model: Place,
    inputs: { outline: 'workflow.outline' },
    outputs: { layout: 'layout' },
  })
  const draw: AnyStep = defineStep({
    name: 'draw',
    model: Draw,
    inputs: { layout: 'layout', all: 'statistics' },
    outputs: { drawing: 'drawing' },
  })
  return createStepWorkflow([...counts, sum, place, draw], { name: 'preview' })
}

function countStep(id: string): string {
  return `count ${nameOf(id)}`
}

function processName(id: string): ProcessName {
  return `process.${nameOf(id)}`
}

function statisticsName(id: string): string {
  return `statistics.${nameOf(id)}`
}

/** An id may be anything, a name not. */
function nameOf(id: string): string {
  return /^[\w.-]{1,80}$/.test(id) ? id : fingerprint(id)
}

function failed(steps: readonly StepLine[], error: ErrorData): Pick<Answer, 'steps' | 'result'> {
  return { steps, result: { type: 'error', error } }
}

function lineOf(report: StepReport, process?: string): StepLine {
  const { step, type } = report
  const of = process === undefined ? { step } : { step, process }
  switch (type) {
    case 'blocked':
      return { ...of, type, changes: [], changed: [], took: 0 }
    case 'skipped':
      return {
        ...of,
        type,
        because: report.because,
        changes: [],
        changed: report.restored ?? [],
        took: lastTook(step),
      }
    case 'ran':
    case 'failed':
    case 'timed-out':
    case 'canceled':
      return {
        ...of,
        type: type === 'ran' ? 'ran' : 'failed',
        because: report.because,
        changes: (report.changes ?? []).map(({ state }) => state),
        changed: type === 'ran' ? report.changed : [],
        took: lastTook(step),
      }
  }
}
