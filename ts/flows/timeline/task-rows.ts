import type { TimelineBar, TimelineBarKind, TimelineOutcome, TimelineRow } from '../../timeline/index.js'

/** What becomes of the bar that is open. */
export interface BarEnd {
  /** Missing where its row just goes on. */
  readonly outcome?: TimelineOutcome
  readonly label?: string
}

interface OpenBar {
  readonly task: string
  readonly from: number
  readonly kind: TimelineBarKind
  readonly label: string | undefined
}

/** A row for each task that anything was done for. A flow is linear: one bar is open at a time. */
export class TaskRows {
  readonly #rows = new Map<string, TimelineBar[]>()
  #open: OpenBar | undefined

  /** Whether a task runs. */
  get isRunning(): boolean {
    return this.#open?.kind === 'running'
  }

  /** The bar that was open ends, and the task's next one begins. */
  begin(task: string, at: number, kind: TimelineBarKind, label?: string): void {
    this.end(at)
    this.#open = { task, from: at, kind, label }
    if (!this.#rows.has(task)) this.#rows.set(task, [])
  }

  end(at: number, { outcome, label = this.#open?.label }: BarEnd = {}): void {
    const open = this.#open
    if (open === undefined) return
    this.#open = undefined
    const { task, from, kind } = open
    // What took no time and came to nothing is nothing to see.
    if (at <= from && outcome === undefined) return
    this.#rows.get(task)?.push({
      from,
      to: Math.max(from, at),
      kind,
      ...(outcome !== undefined && { outcome }),
      ...(label !== undefined && label !== '' && { label }),
    })
  }

  /** In the order in which they began; what is open goes up to `to`. */
  rows(to: number): TimelineRow[] {
    this.end(to, { outcome: 'open' })
    return [...this.#rows]
      .filter(([, bars]) => bars.length > 0)
      .map(([label, bars]) => ({ label, bars, marks: [] }))
  }
}
