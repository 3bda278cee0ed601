import { momentOf, shortSpanOf } from '../timeline/span.js'
import type { Colors } from './colors.js'
import { SPINNER } from './live-signs.js'
import { printable } from './printable.js'
import { quoted } from './quoted.js'
import { untilText } from './process-words.js'
import { cut } from './shorten.js'
import type { ToldElement } from './units-story.js'
import type { UnitsProcess } from './units-process.js'
import type { UnitsWait } from './units-waits.js'
import { processLabel } from './units-waits.js'

/** Columns by which what a process has called stands further in. */
const INDENT = 2
/** Beyond this, what is called deeper stands no further in: there must be room for names. */
const DEEPEST = 16

/** The elements that a run completes, in lines: each under the process that it is in. */
export class UnitsLines {
  readonly #colors: Colors
  readonly #width: number | undefined
  #process: UnitsProcess | undefined

  /** @param width columns of a line; they are as long as they are where nobody looks */
  constructor(colors: Colors, width: number | undefined) {
    this.#colors = colors
    this.#width = width
  }

  /** A line for an element, and one before it where it is in another process than the one before. */
  lines({ process, completed }: ToldElement): readonly string[] {
    const { green, dim } = this.#colors
    const { element, name, turn } = completed
    const heading = this.#heading(process)
    const sign = turn === true ? '·' : '✔'
    const indent = indentOf(process)
    const [shown, id] = name === undefined || name === element ? [element, ''] : [name, ` (${element})`]
    const room = (this.#width ?? Infinity) - indent.length - 2
    const first = cut(shown, Math.max(room, 8))
    const rest = cut(id, Math.max(room - first.length, 0))
    return [...heading, `${indent}${green(sign)} ${first}${dim(rest)}`]
  }

  #heading(process: UnitsProcess): readonly string[] {
    let around = this.#process
    while (around !== undefined && around !== process) around = around.parent
    const isBack = around === process
    this.#process = process
    // Going back to where it was called from says itself: it stands further out.
    if (isBack || process.parent === undefined) return []
    const indent = indentOf(process).slice(INDENT)
    const room = (this.#width ?? Infinity) - indent.length - 2
    return [`${indent}${this.#colors.cyan('▸')} ${cut(processLabel(process), Math.max(room, 8))}`]
  }
}

function indentOf({ depth }: UnitsProcess): string {
  return ' '.repeat(INDENT * Math.min(depth, DEEPEST))
}

/** What a wait says in a line, without what changes with time where `now` is missing. */
export function waitText(wait: UnitsWait, now?: number): string {
  switch (wait.type) {
    case 'timer': {
      const left = now === undefined ? '' : `, ${untilText(wait.due, now)}`
      return `${wait.label}  waits until ${momentOf(wait.due)} UTC${left}`
    }
    case 'message':
    case 'signal':
      return `${wait.label}  waits for the ${wait.type} ${wait.name}`
    case 'activity': {
      const { label, status, attempt, since } = wait
      const words = {
        running: 'runs',
        waiting: 'waits for a worker',
        delayed: 'is tried again',
        manual: 'waits for somebody outside',
      }
      const time = now === undefined ? '' : ` ${shortSpanOf(Math.max(now - since, 0))}`
      return `${label}  ${words[status]}${time}${attempt > 1 ? `, attempt ${attempt}` : ''}`
    }
    case 'failure':
      return `${wait.label}  cannot go on: ${wait.message}`
  }
}

/** How a message is sent from elsewhere: what to type. */
export function signalHint(command: string, db: string, wait: UnitsWait & { readonly name: string }): string {
  const words = [db, wait.process.id, wait.name, '{}'].map(quoted).join(' ')
  return printable(`${command} processes signal ${words}`)
}

/** Lines that are drawn meanwhile. */
const MOST = 8

/** What a run waits for, as it is drawn again and again. */
export function waitLines(
  waits: readonly UnitsWait[],
  {
    now,
    width,
    colors,
    turn,
  }: { readonly now: number; readonly width: number; readonly colors: Colors; readonly turn: number },
): readonly string[] {
  const shown = waits.slice(0, MOST).map((wait) => {
    const isRunning = wait.type === 'activity' && wait.status === 'running'
    const sign = isRunning ? (SPINNER[turn % SPINNER.length] ?? '') : '·'
    const paint = wait.type === 'failure' ? colors.red : isRunning ? colors.cyan : colors.yellow
    return `${paint(sign)} ${cut(waitText(wait, now), width - 2)}`
  })
  return waits.length > MOST ? [...shown, colors.dim(`and ${waits.length - MOST} more`)] : shown
}
