import { expect } from 'vitest'
import { describeProcess } from '../../../../ts/units/description/index.js'
import type { DescribedElement, ProcessDescription } from '../../../../ts/units/description/index.js'
import type { Dialect, Drawn, Model } from './spec-builder.js'
import { dialects, none, processSpec, unitOf } from './spec-builder.js'

/** The description of a model as one dialect has it. */
export function describeIn(model: Model, dialect: Dialect): ProcessDescription {
  return describeProcess(unitOf({ [model.id]: processSpec(model, dialect) }), model.id)
}

/** The description, which all dialects must agree on. */
export function describeInAll(model: Model): ProcessDescription {
  const [a, b, c] = dialects.map((dialect) => describeIn(model, dialect))
  expect(a).toStrictEqual(c)
  expect(b).toStrictEqual(c)
  return c!
}

/** A process of one start event, this element and one end event. */
export function around(drawn: Drawn): Model {
  return {
    id: 'p',
    starts: ['start'],
    drawn: [
      { id: 'start', typename: 'StartEvent', to: [drawn.id], fields: { event_definition: none } },
      { to: ['end'], ...drawn },
      { id: 'end', typename: 'EndEvent', fields: { event_definition: none } },
    ],
  }
}

export function elementOf(description: ProcessDescription, id: string): DescribedElement {
  const found = description.elements.filter((element) => element.id === id)
  expect(found).toHaveLength(1)
  return found[0]!
}

/** The flows in short. */
export function arrows(description: ProcessDescription): readonly string[] {
  return description.flows.map((flow) => `${flow.from} -> ${flow.to}`)
}
