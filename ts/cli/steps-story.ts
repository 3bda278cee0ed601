import type { ErrorData } from '../errors/index.js'
import type { RunReason, StepEvent, StepReport } from '../steps/index.js'

/** A step of a run, as far as that is. */
export type StoryStep =
  | { readonly type: 'waiting'; readonly step: string }
  | {
      readonly type: 'running'
      readonly step: string
      readonly because: RunReason
      /** Milliseconds since 1970. */
      readonly since: number
      readonly attempt: number
      readonly percent?: number
      readonly message?: string
    }
  | {
      readonly type: 'retrying'
      readonly step: string
      readonly because: RunReason
      readonly since: number
      /** The attempt that has failed. */
      readonly attempt: number
      readonly due: number
      readonly error: ErrorData
    }
  | { readonly type: 'ended'; readonly step: string; readonly report: StepReport }

/** What has happened in a run so far, for people. */
export class StepsStory {
  readonly workflow: string
  readonly startedAt: number
  readonly #steps: Map<string, StoryStep>
  #ended = 0

  /** @param names of the steps, in the order of the workflow */
  constructor(workflow: string, names: readonly string[], startedAt: number) {
    this.workflow = workflow
    this.startedAt = startedAt
    this.#steps = new Map(names.map((step) => [step, { type: 'waiting', step }]))
  }

  get steps(): readonly StoryStep[] {
    return [...this.#steps.values()]
  }

  get ended(): number {
    return this.#ended
  }

  /** @param at milliseconds since 1970 */
  read(event: StepEvent, at: number): void {
    switch (event.type) {
      case 'step-started': {
        const { step, because } = event
        this.#set({ type: 'running', step, because, since: at, attempt: 1 })
        break
      }
      case 'step-progress': {
        const { step, percent, message } = event
        const running = this.#running(step, at)
        if (running !== undefined)
          this.#set({ ...running, percent, ...(message !== undefined && { message }) })
        break
      }
      case 'step-retrying': {
        const { step, attempt, delay, error } = event
        const running = this.#running(step, at)
        if (running === undefined) break
        const { because, since } = running
        this.#set({ type: 'retrying', step, because, since, attempt, due: at + delay, error })
        break
      }
      case 'step-ended': {
        const { report } = event
        if (this.#steps.get(report.step)?.type !== 'ended') this.#ended++
        this.#set({ type: 'ended', step: report.step, report })
        break
      }
      case 'run-started':
      case 'run-ended':
        break
    }
  }

  /** What is due runs again: nobody says so. */
  wake(now: number): void {
    for (const one of this.#steps.values())
      if (one.type === 'retrying' && one.due <= now) this.#running(one.step, now)
  }

  #running(step: string, now: number): Extract<StoryStep, { readonly type: 'running' }> | undefined {
    const found = this.#steps.get(step)
    if (found?.type === 'running') return found
    if (found?.type !== 'retrying') return undefined
    const { because, attempt } = found
    const running = { type: 'running', step, because, since: now, attempt: attempt + 1 } as const
    this.#set(running)
    return running
  }

  #set(one: StoryStep): void {
    this.#steps.set(one.step, one)
  }
}
