import { UnitflowError } from '../../errors/index.js'

export function listOf(workflow: string | undefined, tag: string | undefined): readonly string[] {
  if (tag !== undefined) return ['tag', tag]
  return workflow === undefined ? ['all'] : ['workflow', workflow]
}

export interface Cursor {
  readonly status: 'open' | 'closed'
  readonly place: readonly [number, string] | undefined
}

export function writeCursor(status: 'open' | 'closed', place: readonly [number, string] | undefined): string {
  return JSON.stringify([status, ...(place ?? [])])
}

/** @throws `bad-argument` */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined
  try {
    const [status, at, process]: readonly unknown[] = JSON.parse(text) as readonly unknown[]
    if (status === 'open' || status === 'closed') {
      if (typeof at === 'number' && typeof process === 'string') return { status, place: [at, process] }
      if (at === undefined) return { status, place: undefined }
    }
  } catch {
    // It is told below.
  }
  throw badCursor()
}

/** @throws `bad-argument` */
export function readAwaitedCursor(text: string | undefined): readonly (string | number)[] | undefined {
  if (text === undefined) return undefined
  try {
    const key: unknown = JSON.parse(text)
    if (Array.isArray(key) && key.length === 5 && key.every(isElement)) return key
  } catch {
    // It is told below.
  }
  throw badCursor()
}

function isElement(value: unknown): value is string | number {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
}

function badCursor(): UnitflowError<'bad-argument'> {
  const expected = 'what a page has given as next'
  return new UnitflowError('bad-argument', `after: expected ${expected}`, { argument: 'after', expected })
}
