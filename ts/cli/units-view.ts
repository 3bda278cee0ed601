import { columnsOf } from './io.js'
import { LiveView, liveWidth } from './live-view.js'
import { printable } from './printable.js'
import type { Remarks } from './remarks.js'
import type { Session } from './session.js'
import { signalHint, UnitsLines, waitLines, waitText } from './units-lines.js'
import type { ToldElement } from './units-story.js'
import type { UnitsWait } from './units-waits.js'
import { canRedraw } from './watch.js'

/** Milliseconds between two drawings. */
const FRAME = 80
/** What keeps the program alive while it waits for others. */
const LONG = 60_000

/** Shows a run of units: a line for each element that is completed, and what it waits for. */
export class UnitsView {
  readonly #session: Session
  readonly #db: string
  readonly #lines: UnitsLines
  readonly #live: LiveView | undefined
  readonly #ends: (() => void)[]
  #waits: readonly UnitsWait[] = []
  readonly #said = new Set<string>()
  /** What is held back while a person is asked. */
  #held: string[] | undefined
  #turn = 0
  #hasEnded = false

  constructor(session: Session, remarks: Remarks, db: string) {
    const { io, json, colors } = session
    this.#session = session
    this.#db = db
    const isLive = canRedraw(io) && !json
    this.#lines = new UnitsLines(colors, io.stdout.isTTY ? columnsOf(io.stdout) : undefined)
    this.#live = isLive ? new LiveView(io.stdout, () => ({ lines: this.#picture(), current: 0 })) : undefined
    const print = (text: string): void => this.#print(text)
    this.#ends = [
      io.every(isLive ? FRAME : LONG, () => this.#draw()),

      ...(isLive ? [io.capture(print), remarks.divert(print)] : []),
    ]
  }

  /** What was completed, and what is waited for now. */
  show(told: readonly ToldElement[], waits: readonly UnitsWait[]): void {
    const { json } = this.#session
    this.#waits = waits
    const lines = json ? [] : told.flatMap((one) => this.#lines.lines(one))
    if (lines.length > 0) this.#print(lines.map((line) => `${line}\n`).join(''))
    if (!json) this.#sayWaits()
    this.#draw()
  }

  /** Nothing is drawn or printed until {@link resume}: a person is asked. */
  pause(): void {
    this.#held ??= []
    this.#live?.end()
  }

  resume(): void {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined && held.length > 0) this.#print(held.join(''))
  }

  end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.resume()
    for (const end of this.#ends) end()
    this.#live?.end()
  }

  #picture(): readonly string[] {
    if (this.#hasEnded || this.#held !== undefined) return []
    const { io, colors } = this.#session
    return waitLines(this.#waits, { now: io.now(), width: liveWidth(io.stdout), colors, turn: this.#turn })
  }

  #draw(): void {
    if (this.#held !== undefined || this.#live === undefined) return
    this.#turn++
    this.#live.draw()
  }

  #print(text: string): void {
    if (this.#held !== undefined) this.#held.push(text)
    else if (this.#live !== undefined) this.#live.print(text)
    else this.#session.say(text)
  }

  /** What lasts is said once: where nothing is drawn all of it, and how a message is sent wherever somebody reads. */
  #sayWaits(): void {
    const { io, colors } = this.#session
    for (const wait of this.#waits) {
      const text = waitText(wait)
      const key = `${wait.process.id} ${text}`
      const isNews = wait.type !== 'activity' || wait.status === 'manual'
      if (!isNews || this.#said.has(key)) continue
      this.#said.add(key)
      const isEvent = wait.type === 'message' || wait.type === 'signal'
      if (this.#live === undefined) this.#print(`${colors.yellow('·')} ${printable(text)}\n`)
      if (isEvent) this.#print(`${colors.dim(`  ${signalHint(io.command, this.#db, wait)}`)}\n`)
    }
  }
}
