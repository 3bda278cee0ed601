import { defineModel, defineStep } from 'unitflow/steps'
import { z } from 'zod'

/** A row as it has to be, and what it is made into. One that is not fails the step, which says where. */
const Order = z.object({
  date: z.iso.date(),
  product: z.string().min(1),
  quantity: z
    .string()
    .regex(/^[1-9]\d*$/, 'expected a whole number from 1')
    .transform(Number),
})

const Summary = z.object({
  orders: z.int(),
  cents: z.int(),
  /** What was sold of each product, the most first. */
  products: z.array(z.object({ product: z.string(), quantity: z.int(), cents: z.int() })),
})

/** Sums up what was sold. Prices are in cents. */
const Transform = defineModel({
  name: 'Transform',
  inputs: { orders: z.array(Order), prices: z.record(z.string(), z.int().positive()) },
  outputs: { summary: Summary },
  run({ orders, prices }) {
    /** @type {Map<string, { product: string, quantity: number, cents: number }>} */
    const byProduct = new Map()
    for (const { product, quantity } of orders) {
      const price = Object.hasOwn(prices, product) ? prices[product] : undefined
      if (price === undefined) throw new Error(`prices.json has no price of ${JSON.stringify(product)}`)
      const sum = byProduct.get(product) ?? { product, quantity: 0, cents: 0 }
      byProduct.set(product, {
        product,
        quantity: sum.quantity + quantity,
        cents: sum.cents + quantity * price,
      })
    }
    const products = [...byProduct.values()].sort((a, b) => b.cents - a.cents)
    const cents = products.reduce((sum, product) => sum + product.cents, 0)
    return { summary: { orders: orders.length, cents, products } }
  },
})

export const transform = defineStep({
  name: 'transform',
  model: Transform,
  inputs: { orders: 'orders.rows', prices: 'prices' },
  outputs: { summary: 'sales.summary' },
})
