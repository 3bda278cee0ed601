import type { Activity, ActivityContext } from '../../../../ts/deciders/definitions/index.js'
import { defineActivity } from '../../../../ts/deciders/definitions/index.js'
import { of } from '../../../../ts/schema/index.js'

export interface Order {
  readonly items: readonly string[]
}

export const order: Order = { items: ['mug', 'cup'] }

export const charge: Activity<'charge', Order, number> = defineActivity(
  'charge',
  (given: Order) => given.items.length,
)

export const ship: Activity<'ship', string, string> = defineActivity('ship', {
  completion: 'manual',
  input: of<string>(),
  result: of<string>(),
})

export const refund: Activity<'refund', Order, boolean> = defineActivity(
  'refund',
  {},
  (_given: Order, _activity: ActivityContext) => Promise.resolve<boolean>(true),
)
