import type { AnyWorkflow, Workflow } from '../../../../ts/deciders/definitions/index.js'
import { defineWorkflow, recordMarker } from '../../../../ts/deciders/definitions/index.js'
import type { HistoryStep } from '../../../../ts/deciders/testing-kit/index.js'
import { decideOn, historyOf } from '../../../../ts/deciders/testing-kit/index.js'
import type { Schema } from '../../../../ts/schema/index.js'
import { of } from '../../../../ts/schema/index.js'
import type { Order } from './shop.js'
import { charge, order, refund, ship } from './shop.js'

export const child: Workflow<'child', number> = defineWorkflow({
  name: 'child',
  input: of<number>(),
  activities: [],
  decide: () => [],
})
export const other: Workflow<'other', number> = defineWorkflow({
  name: 'other',
  input: of<number>(),
  activities: [],
  decide: () => [],
})
interface Parts {
  readonly name: 'order'
  readonly input: Schema<Order>
  readonly activities: readonly [typeof charge, typeof ship, typeof refund]
  readonly children: readonly [typeof child, typeof other]
}

export const parts: Parts = {
  name: 'order',
  input: of<Order>(),
  activities: [charge, ship, refund],
  children: [child, other],
}

/** A note that a rule has fired. */
export const note: typeof recordMarker = recordMarker

/** The notes of what a workflow decides after this. */
export function notes(workflow: AnyWorkflow, steps: readonly HistoryStep[] = []): unknown[] {
  return decideOn(workflow, historyOf(workflow, order, steps)).decisions.map((decision) =>
    decision.type === 'record-marker'
      ? decision.details === undefined
        ? decision.name
        : [decision.name, decision.details]
      : decision.type,
  )
}
