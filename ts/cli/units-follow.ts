import type { Manager } from '../deciders/index.js'
import { isUnitflowError } from '../errors/index.js'
import { counted } from './amounts.js'
import type { RecordStore } from '../records/index.js'
import { HumanAnswers } from './ask-human.js'
import type { Remarks } from './remarks.js'
import type { Session } from './session.js'
import type { UnitsEnd } from './units-end.js'
import type { HumanTask, ToldElement, UnitsStory } from './units-story.js'
import type { UnitsView } from './units-view.js'
import { elementLabel, waitsOf } from './units-waits.js'

/** What is followed, and where it is shown. */
export interface FollowedUnits {
  readonly manager: Manager
  readonly records: RecordStore
  readonly story: UnitsStory
  readonly view: UnitsView
  readonly remarks: Remarks
  /** All that was completed; it is added to. */
  readonly told: ToldElement[]
  readonly recover: boolean
  /** It goes on: what was completed before is not told again. */
  readonly isKnown: boolean
}

/** Milliseconds between two looks at least, and between two looks at whether others are gone. */
const PAUSE = 40
const PATIENCE = 5000

/** Shows a run until it is over, asks people, and sees to what others have left behind. */
export async function followUnits(session: Session, followed: FollowedUnits): Promise<UnitsEnd> {
  const { io } = session
  const { story, view, records, told } = followed
  const change = new Change()
  const ends = [records.onCommit(change.tell), io.every(PATIENCE, change.tell)]
  io.signal.addEventListener('abort', change.tell)
  const asking = new Asking(session, followed, change.tell)
  const lost = new LostActivities(session, followed)
  if (followed.isKnown) sayKnown(followed)
  try {
    for (;;) {
      change.begin()
      await story.refresh()
      await lost.giveBack()
      await asking.withdraw()
      const news = story.news()
      told.push(...news)
      view.show(news, waitsOf(story))
      if (story.isClosed) return 'closed'
      if (io.signal.aborted) return 'interrupted'
      asking.ask()
      if (asking.hasEnded && story.tasks.length > 0 && story.isIdle) return 'waiting'
      await change.come()
      // Much is committed in one go: it is looked at once.
      await io.sleep(PAUSE)
    }
  } finally {
    await asking.end()
    for (const end of ends) end()
    io.signal.removeEventListener('abort', change.tell)
  }
}

function sayKnown({ story, told, remarks }: FollowedUnits): void {
  const before = story.news()
  told.push(...before)
  const count = counted(before.length, 'element')
  remarks.make(story.isClosed ? `it was over after ${count}` : `it goes on after ${count}`)
}

/** That something has changed, since it was looked at last. */
class Change {
  #hasCome = false
  #wake: () => void = () => undefined

  readonly tell = (): void => {
    this.#hasCome = true
    this.#wake()
  }

  begin(): void {
    this.#hasCome = false
  }

  async come(): Promise<void> {
    if (!this.#hasCome) await new Promise<void>((resolve) => (this.#wake = resolve))
  }
}

interface Asked {
  readonly task: HumanTask
  readonly stop: AbortController
  readonly done: Promise<void>
}

/** Asks for one task after the other, the oldest first, as long as somebody answers. */
class Asking {
  readonly #session: Session
  readonly #followed: FollowedUnits
  readonly #changed: () => void
  readonly #answers: HumanAnswers
  #asked: Asked | undefined
  #failure: { readonly error: unknown } | undefined
  /** Nobody answers any more. */
  hasEnded = false
  /** Tasks that are done, and may still be seen. */
  readonly #done = new Set<string>()

  constructor(session: Session, followed: FollowedUnits, changed: () => void) {
    this.#session = session
    this.#followed = followed
    this.#changed = changed
    this.#answers = new HumanAnswers(session)
  }

  /** What was asked for and has ended otherwise is no longer asked for. @throws what answers were refused for */
  async withdraw(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error
    const asked = this.#asked
    if (asked === undefined || this.#done.has(asked.task.token)) return
    if (this.#followed.story.tasks.some(({ token }) => token === asked.task.token)) return
    await this.end()
    this.#sayElsewhere(asked.task)
  }

  /** Asks for what waits now. */
  ask(): void {
    if (this.#asked !== undefined || this.hasEnded || this.#failure !== undefined) return
    const task = this.#followed.story.tasks.find(({ token }) => !this.#done.has(token))
    if (task !== undefined) this.#ask(task)
  }

  async end(): Promise<void> {
    this.#asked?.stop.abort(new Error('nobody is asked any more'))
    await this.#asked?.done
  }

  #ask(task: HumanTask): void {
    const { io } = this.#session
    const { view } = this.#followed
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, io.signal])
    if (io.stdinIsTTY) view.pause()
    const done = this.#answer(task, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#failure = { error }
        // What is told next begins a line of its own.
        else if (io.stdinIsTTY) io.stderr.write('\n')
      })
      .finally(() => {
        this.#asked = undefined
        view.resume()
        this.#changed()
      })
    this.#asked = { task, stop, done }
  }

  async #answer(task: HumanTask, signal: AbortSignal): Promise<void> {
    const answer = await this.#answers.ask(task, signal)
    if (answer === undefined) {
      this.hasEnded = true
      return
    }
    this.#done.add(task.token)
    try {
      await this.#followed.manager.complete(task.token, answer.value)
    } catch (error) {
      if (!isUnitflowError(error, 'unknown-activity')) throw error
      this.#sayElsewhere(task)
    }
  }

  #sayElsewhere({ task }: HumanTask): void {
    this.#followed.remarks.make(`${elementLabel(task)} is no longer asked for: it has ended elsewhere`)
  }
}

/** Activities that programs had begun with which are gone: they are done again. */
class LostActivities {
  readonly #session: Session
  readonly #followed: FollowedUnits
  /** Programs that were told of. */
  readonly #told = new Set<string>()
  #isFirst = true

  constructor(session: Session, followed: FollowedUnits) {
    this.#session = session
    this.#followed = followed
  }

  async giveBack(): Promise<void> {
    const { io } = this.#session
    const { story, recover, remarks } = this.#followed
    const isFirst = this.#isFirst
    this.#isFirst = false
    for (const process of story.open) {
      for (const activity of process.activities) {
        const worker = process.workerOf(activity)
        const { token, manual, input } = activity
        if (token === undefined || manual === true || worker === undefined) continue
        const label = elementLabel({ element: activity.activity, ...elementOf(input) })
        // One that was begun before this program does anything is another's, of whatever name.
        const isGone = worker === io.identity ? isFirst : (isFirst && recover) || io.isGone(worker)
        if (isGone) {
          await this.#release(token)
          remarks.make(`${worker} is gone: ${label} is done again`)
        } else if (worker !== io.identity && !this.#told.has(worker)) {
          this.#told.add(worker)
          remarks.make(`${worker} does ${label}; if that is gone: --recover`)
        }
      }
    }
  }

  async #release(token: string): Promise<void> {
    try {
      await this.#followed.manager.backend.releaseActivityTask(token)
    } catch (error) {
      // It has ended, or others were quicker.
      if (!isUnitflowError(error, 'unknown-activity') && !isUnitflowError(error, 'bad-token')) throw error
    }
  }
}

function elementOf(input: unknown): { readonly element?: string; readonly name?: string } {
  if (typeof input !== 'object' || input === null) return {}
  const element = 'element' in input && typeof input.element === 'string' ? { element: input.element } : {}
  const name = 'name' in input && typeof input.name === 'string' ? { name: input.name } : {}
  return { ...element, ...name }
}
