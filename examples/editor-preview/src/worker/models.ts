import { decompose } from 'unitflow'
import type { Model, Schema } from 'unitflow/steps'
import { defineModel, of } from 'unitflow/steps'
import type { Drawing, Statistics, Totals } from '../protocol.js'
import { drawingOf } from './drawing.js'
import type { Layout } from './layout.js'
import { layoutOf } from './layout.js'
import { measured } from './measured.js'
import { statisticsOf } from './statistics.js'

/** Which process there is, and what it calls: all that a layout depends on. */
export interface Outline {
  readonly top: string
  readonly processes: readonly { readonly id: string; readonly calls: readonly string[] }[]
}

/** The spec of each process, as minified JSON: spaces and line breaks of the text make no difference to it. */
export type Texts = Readonly<Record<string, string>>

export const Decompose: Model<
  'Decompose',
  { readonly json: Schema<string> },
  { readonly outline: Schema<Outline>; readonly texts: Schema<Texts> }
> = defineModel({
  name: 'Decompose',
  inputs: { json: of<string>() },
  outputs: { outline: of<Outline>(), texts: of<Texts>() },
  run: measured(({ json }: { json: string }) => {
    const { manifest, objects } = decompose(json)
    const decoder = new TextDecoder()
    // The first line of an object says which processes it holds; each has a line of its own.
    const texts = objects.flatMap(({ bytes }, at) => {
      const [, ...lines] = decoder.decode(bytes).split('\n')
      return (manifest.objects[at]?.processes ?? []).map((id, line) => [id, lines[line] ?? ''] as const)
    })
    const outline = {
      top: manifest.top,
      processes: manifest.processes.map(({ id, calls, embeds }) => ({
        id,
        calls: [...new Set([...Object.keys(calls), ...embeds])],
      })),
    }
    return { outline, texts: Object.fromEntries(texts) }
  }),
})

export const Count: Model<
  'Count',
  { readonly text: Schema<string> },
  { readonly statistics: Schema<Statistics> }
> = defineModel({
  name: 'Count',
  inputs: { text: of<string>() },
  outputs: { statistics: of<Statistics>() },
  run: measured(({ text }: { text: string }) => ({ statistics: statisticsOf(text) })),
})

/**
 * Adds up. It has a field for each process.
 *
 * @param fields their names
 */
export function defineSum(
  fields: readonly string[],
): Model<
  'Sum',
  Readonly<Record<string, Schema<Statistics>>>,
  { readonly all: Schema<readonly Statistics[]>; readonly totals: Schema<Totals> }
> {
  return defineModel({
    name: 'Sum',
    inputs: Object.fromEntries(fields.map((field) => [field, of<Statistics>()])),
    outputs: { all: of<readonly Statistics[]>(), totals: of<Totals>() },
    run: measured((inputs: Readonly<Record<string, Statistics>>) => {
      const all = fields.flatMap((field) => inputs[field] ?? [])
      const sum = (count: (one: Statistics) => number): number =>
        all.reduce((total, one) => total + count(one), 0)
      const totals: Totals = {
        processes: all.length,
        elements: sum(({ elements }) => elements),
        flows: sum(({ flows }) => flows),
        decisions: sum(({ decisions }) => decisions),
        scriptLines: sum(({ scriptLines }) => scriptLines),
        largest: all.reduce((most, { elements }) => Math.max(most, elements), 0),
      }
      return { all, totals }
    }),
  })
}

export const Place: Model<
  'Place',
  { readonly outline: Schema<Outline> },
  { readonly layout: Schema<Layout> }
> = defineModel({
  name: 'Place',
  inputs: { outline: of<Outline>() },
  outputs: { layout: of<Layout>() },
  run: measured(({ outline }: { outline: Outline }) => ({ layout: layoutOf(outline) })),
})

export const Draw: Model<
  'Draw',
  { readonly layout: Schema<Layout>; readonly all: Schema<readonly Statistics[]> },
  { readonly drawing: Schema<Drawing> }
> = defineModel({
  name: 'Draw',
  inputs: { layout: of<Layout>(), all: of<readonly Statistics[]>() },
  outputs: { drawing: of<Drawing>() },
  run: measured(({ layout, all }: { layout: Layout; all: readonly Statistics[] }) => ({
    drawing: drawingOf(layout, all),
  })),
})
