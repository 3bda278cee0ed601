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
  const expected = 'what a page has given as next'
  throw new UnitflowError('bad-argument', `after: expected ${expected}`, { argument: 'after', expected })
}
