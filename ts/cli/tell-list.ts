import type { RecordStore } from '../records/index.js'
import { momentOf } from '../timeline/span.js'
import { printable } from './printable.js'
import { quoted } from './quoted.js'
import { formOf, jsonLine } from './record-lines.js'
import { tableWidth } from './session.js'
import type { CommonFlags, Session } from './session.js'
import { table } from './table.js'
import type { Column } from './table.js'
import { watch } from './watch.js'

/** What a list can be told to be. */
export interface ListFlags extends CommonFlags {
  readonly after?: string
  readonly newest?: boolean
  readonly limit?: number
  readonly watch?: boolean
}

export const DEFAULT_LIMIT = 100

interface Item {
  readonly id: string
}

/** A page of a list. */
export interface ListPage<T extends Item> {
  readonly items: readonly T[]
  /** Asks for the page behind this one. */
  readonly next?: string | undefined
}

/** What is listed. */
export interface ToldList<T extends Item> {
  readonly page: () => Promise<ListPage<T>>
  /** What has become of one that was listed; nothing where it was deleted. */
  readonly find: (id: string) => Promise<T | undefined>
  /** Those in which nothing stands are left out. */
  readonly columns: (
    items: readonly T[],
    now: number,
    width: number,
  ) => readonly (Column & { readonly cell: (item: T) => string })[]
  /** What a line says of one, behind its id. */
  readonly words: (item: T) => readonly string[]
  /** What is told when it changes: not every event. */
  readonly sign: (item: T) => readonly unknown[]
  /** A page for machines. */
  readonly document: (page: ListPage<T>) => unknown
  /** What is said where there are none. */
  readonly nothing: string
}

interface Listed<T extends Item> {
  readonly page: ListPage<T>
  /** What has become of those that were in the one before; of one that was deleted, its id. */
  readonly left: readonly (T | string)[]
}

/** Tells a list: once, or again and again. */
export async function tellList<T extends Item>(
  session: Session,
  records: RecordStore,
  flags: ListFlags,
  list: ToldList<T>,
): Promise<void> {
  if (flags.watch === true) {
    await watch<Listed<T>>(session, records, {
      read: (before) => listed(list, before),
      picture: ({ page }) => pictureOf(session, list, page.items),
      changes: (found, before) => changesOf(session, list, found, before),
      isOver: () => false,
    })
    return
  }
  const page = await list.page()
  if (session.sayJson(() => formOf(list.document(page)))) return
  if (page.items.length > 0) session.say(pictureOf(session, list, page.items))
  else session.note(list.nothing)
  if (page.next === undefined) return
  const next = quoted(printable(page.next))
  session.note(`there are more: ${flags.newest === true ? '--newest ' : ''}--after ${next}`)
}

async function listed<T extends Item>(list: ToldList<T>, before?: Listed<T>): Promise<Listed<T>> {
  const page = await list.page()
  const ids = new Set(page.items.map(({ id }) => id))
  const left: (T | string)[] = []
  for (const { id } of before?.page.items ?? []) if (!ids.has(id)) left.push((await list.find(id)) ?? id)
  return { page, left }
}

function pictureOf<T extends Item>(
  { io, colors }: Session,
  { columns, nothing }: ToldList<T>,
  items: readonly T[],
): string {
  if (items.length === 0) return `${nothing}\n`
  const width = tableWidth(io)
  const all = columns(items, io.now(), width)
  // A column in which nothing stands takes room from the others.
  const shown = all.filter(({ cell }) => items.some((item) => cell(item) !== ''))
  const rows = items.map((item) => shown.map(({ cell }) => cell(item)))
  return table(shown, rows, width, colors)
}

/** A line for each that is new or has changed. */
function changesOf<T extends Item>(
  { json, colors }: Session,
  { sign, words }: ToldList<T>,
  found: Listed<T>,
  before: Listed<T> | undefined,
): readonly string[] {
  const signOf = (item: T): string => JSON.stringify(sign(item))
  const known = new Map<string, string>()
  for (const item of before?.page.items ?? []) known.set(item.id, signOf(item))
  const changed = [...found.page.items, ...found.left].filter(
    (item) => typeof item === 'string' || known.get(item.id) !== signOf(item),
  )
  return changed.map((item) => {
    if (typeof item === 'string')
      return json ? jsonLine({ id: item, deleted: true }) : `${printable(item)}  deleted`
    if (json) return jsonLine(item)
    const said = words(item)
      .filter((word) => word !== '')
      .map(printable)
    return [colors.bold(printable(item.id)), ...said].join('  ')
  })
}

/** Narrower than this, times are told as short as can be. */
const WIDE = 100
/** Narrower than this, only how long it has been. */
const NARROW = 70
const DAY = 86_400_000

/** How a list tells when its items began: alike for all, or they could not be compared at a glance. */
export function startText(starts: readonly number[], now: number, width: number): (at: number) => string {
  if (width < NARROW) return () => ''
  if (width >= WIDE) return momentOf
  const isToday = starts.every((at) => now - at < DAY)
  return (at) => momentOf(at).slice(isToday ? -8 : 5, -3)
}
