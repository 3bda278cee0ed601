import type { RecordStore } from '../records/index.js'
import type { Io } from './io.js'
import type { Session } from './session.js'

/** Milliseconds between two looks. */
const PAUSE = 1000
/** Lines where nobody says how many are seen. */
const ROWS = 24

/** Another screen, without a cursor; what is too long for a line is cut off there, so that lines stay lines. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l'
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const REST_OF_LINE = '\u001b[K'
const REST_OF_SCREEN = '\u001b[J'

/** Something that is looked at again and again. */
export interface Watched<T> {
  /** Reads what there is, given what there was. */
  readonly read: (before: T | undefined) => Promise<T>
  /** All of it, as a text of lines for a terminal; where nothing has happened, time has gone by all the same. */
  readonly picture: (found: T) => string
  /** What has changed, a text for each: for pipes, and for machines. */
  readonly changes: (found: T, before: T | undefined) => readonly string[]
  /** Whether nothing will ever change again. */
  readonly isOver: (found: T) => boolean
}

/**
 * Follows something until it is over or the user interrupts, which is no failure. On a terminal it is drawn again and
 * again and stays there at the end; elsewhere what has changed is printed. The file is read at most once a second, and
 * only after a commit.
 */
export async function watch<T>(session: Session, records: RecordStore, watched: Watched<T>): Promise<void> {
  const { io, json } = session
  let hasChanged = true
  // From before the first look on, so that nothing is missed in between.
  const stop = records.onCommit(() => (hasChanged = true))
  const look = async (before: T | undefined): Promise<T> => {
    if (before !== undefined && !hasChanged) return before
    hasChanged = false
    return watched.read(before)
  }
  try {
    if (canRedraw(io) && !json) await redraw(io, watched, look)
    else await io.writeStdout(follow(io, watched, look))
  } catch (error) {
    if (!io.signal.aborted || error !== io.signal.reason) throw error
  } finally {
    stop()
  }
}

type Look<T> = (before: T | undefined) => Promise<T>

/** Whether what was written to a terminal can be drawn over. */
export function canRedraw({ stdout, env }: Io): boolean {
  return stdout.isTTY && env['TERM'] !== 'dumb'
}

async function redraw<T>(io: Io, watched: Watched<T>, look: Look<T>): Promise<void> {
  io.stdout.write(ENTER)
  let last: string
  try {
    last = await redrawn(io, watched, look)
  } finally {
    io.stdout.write(LEAVE)
  }
  io.stdout.write(last)
}

/** @returns the last picture */
async function redrawn<T>(io: Io, { picture, isOver }: Watched<T>, look: Look<T>): Promise<string> {
  const { stdout, signal } = io
  for (let found = await look(undefined); ; found = await look(found)) {
    const drawn = picture(found)
    stdout.write(screenOf(drawn, stdout.rows ?? 0))
    if (isOver(found)) return drawn
    await io.sleep(PAUSE)
    if (signal.aborted) return drawn
  }
}

/** What is drawn over what was there: as much of it as there is room for. */
function screenOf(picture: string, rows: number): string {
  const room = (rows > 0 ? rows : ROWS) - 1
  const lines = picture.trimEnd().split('\n')
  const left = lines.length - room
  const shown = left > 0 ? [...lines.slice(0, room - 1), `and ${left + 1} more lines`] : lines
  return `${HOME}${shown.map((line) => `${line}${REST_OF_LINE}\n`).join('')}${REST_OF_SCREEN}`
}

async function* follow<T>(io: Io, { changes, isOver }: Watched<T>, look: Look<T>): AsyncGenerator<string> {
  let before: T | undefined
  while (!io.signal.aborted) {
    const found = await look(before)
    const lines = found === before ? [] : changes(found, before)
    if (lines.length > 0) yield lines.map((line) => `${line}\n`).join('')
    before = found
    if (isOver(found)) return
    await io.sleep(PAUSE)
  }
}
