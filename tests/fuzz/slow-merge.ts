import type { ElementUnit } from 'unitflow'

/**
 * What several units are together, from the words of U22 alone: the specs of all; lazy and missing is what one of them
 * says and none of them holds. The first one's process is only called where another unit brings it, or a unit of them
 * was entered again.
 *
 * @returns the id under which two units hold different specs, where there is one
 */
export function slowMerge(
  units: readonly [ElementUnit, ...ElementUnit[]],
): Merged | { readonly conflict: string } {
  const [first, ...others] = units
  const all = units.flatMap((unit) => Object.entries(unit.specs))
  for (const [id, spec] of all) {
    const earliest = all.find(([known]) => known === id)?.[1]
    if (earliest !== undefined && earliest.text !== spec.text && earliest.hash !== spec.hash)
      return { conflict: id }
  }
  const included = [...new Set(all.map(([id]) => id))]
  const reentered =
    first.reentered || others.some((unit) => Object.keys(unit.specs).includes(first.processId))
  const served = included.filter((id) => id !== first.processId || reentered)
  const open = (of: (unit: ElementUnit) => readonly string[]): string[] =>
    [...new Set(units.flatMap(of))].filter((id) => !served.includes(id)).sort(byCodePoint)
  return {
    processId: first.processId,
    specs: included.sort(byCodePoint).map((id) => [id, all.find(([known]) => known === id)?.[1].text ?? '']),
    rest: first.rest,
    included,
    reentered,
    lazy: open(({ lazy }) => lazy),
    missing: open(({ missing }) => missing),
  }
}

export interface Merged {
  readonly processId: string
  readonly specs: readonly (readonly [id: string, text: string])[]
  readonly rest: string
  readonly included: readonly string[]
  readonly reentered: boolean
  readonly lazy: readonly string[]
  readonly missing: readonly string[]
}

/** Compares texts as lists of code points, which is slow. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)].map((text) =>
    text.map((character) => character.codePointAt(0) ?? 0),
  )
  for (let at = 0; ; at++) {
    const [x = -1, y = -1] = [left?.[at], right?.[at]]
    if (x !== y) return x - y
    if (x === -1) return 0
  }
}
