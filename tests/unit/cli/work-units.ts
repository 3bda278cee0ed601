import { defineActivity } from '../../../ts/deciders/index.js'
import {
  boundary,
  call,
  catchEvent,
  drawn,
  end,
  exclusive,
  manualTask,
  message,
  otherwise,
  path,
  script,
  scriptTask,
  serviceTask,
  specsOf,
  start,
  timer,
  userTask,
  when,
  withFields,
} from '../../fixtures/units/drawn-processes.mjs'
import type { SpecsOptions } from '../../fixtures/units/drawn-processes.mjs'
import { commandLine } from './command-line.js'
import type { CommandLine, Outcome, Surroundings } from './command-line.js'

const shipping = drawn('Shipping', [
  start('Goods_There'),
  manualTask('Pack', 'Pack the goods', { lane: 'Warehouse' }),
  end('Packed'),
])

const order = drawn(
  'Order',
  [
    start('Received', 'Order received'),
    scriptTask('Register', 'Register the order', '# register'),
    userTask('Approve', 'Approve the order', {
      lane: 'Finance',
      documentation: 'Above 100 the boss is asked.',
      instructions: 'Approve {{ order.total }} for {{ nobody }}?',
    }),
    boundary('Overdue', 'Three days without an answer', 'Approve', timer('"P3D"')),
    exclusive('Approved', 'Approved?'),
    call('Ship', 'Ship the goods', 'Shipping'),
    serviceTask('Bill', 'Send the bill', { operation: 'mail/Send', parameters: {}, result: 'mail' }),
    end('Done', 'Order closed'),
    end('Refused'),
  ],
  [
    ...path('Received', 'Register', 'Approve', 'Approved'),
    ...when('Approved', 'approved', 'Ship', 'Bill', 'Done'),
    ...otherwise('Approved', 'Refused'),
    ...path('Overdue', 'Refused'),
  ],
)

/** An order that is approved by a person, packed in a process that it calls, and billed by an activity. */
export const ORDER: string = specsOf(order, { called: [shipping] })

/** What is told of an order that was approved, as it is completed. */
export const ORDER_TOLD: readonly string[] = [
  '✔ Order received (Received)',
  '✔ Register the order (Register)',
  '✔ Approve the order (Approve)',
  '✔ Approved? (Approved)',
  '▸ Shipping',
  '  ✔ Goods_There',
  '  ✔ Pack the goods (Pack)',
  '  ✔ Packed',
  '✔ Ship the goods (Ship)',
  '✔ Send the bill (Bill)',
  '✔ Order closed (Done)',
]

/** A run that waits for a message. */
export const LETTER: string = specsOf(
  drawn('Letter', [start('s'), catchEvent('Answer', 'The answer', message('answered')), end('e')]),
)

/** A task with a form, and one that fills a variable. */
export const FORM: string = specsOf(
  drawn('Form', [start('s'), userTask('Details', 'Details'), userTask('Name', 'Your name'), end('e')]),
  {
    alter: {
      'Form/Details': withFields({
        form: {
          key: 'details',
          fields: [
            { id: 'urgent', label: 'Urgent?', type: 'boolean', default_value: null },
            { id: 'pieces', label: 'Pieces', type: 'long', default_value: 3 },
            {
              id: 'colour',
              type: 'enum',
              options: [
                { id: 'r', name: 'red' },
                { id: 'b', name: 'blue' },
              ],
            },
          ],
        },
      }),
      'Form/Name': withFields({ variable: 'customer' }),
    },
  },
)

/** A condition that cannot be computed. */
export const BROKEN: string = specsOf(
  drawn(
    'Broken',
    [start('s'), exclusive('Which', 'Which way?'), script('a'), end('e')],
    [...path('s', 'Which'), ...when('Which', 'total > 1', 'a', 'e'), ...otherwise('Which', 'e')],
  ),
)

/** What can be drawn in a line: specs of hostile names. */
export function drawnLine(
  id: string,
  name: string,
  instructions: string,
  options: SpecsOptions = {},
): string {
  return specsOf(drawn(id, [start('s'), userTask('Ask', name, { instructions }), end('e')]), options)
}

export interface UnitsBench extends CommandLine {
  /** `unitflow run` with the functions of the order. */
  readonly units: (argv: readonly string[], surroundings?: Surroundings) => Promise<Outcome>
  /** How often a mail was sent. */
  readonly sent: () => number
}

/** The command line with an order, and the module of its functions. */
export async function unitsBench(): Promise<UnitsBench> {
  const bench = await commandLine()
  await bench.write('orders.json', ORDER)
  await bench.write('functions.mjs', '')
  let sent = 0
  const send = defineActivity('send', {}, () => ({ number: ++sent }))
  const activities = {
    Register: () => ({ order: { total: 120 } }),
    'mail/Send': send,
    a: () => ({}),
  }
  return {
    ...bench,
    sent: () => sent,
    units: (argv, { io, ...more } = {}) =>
      bench.run(['run', ...argv], { ...more, io: { importModule: async () => ({ activities }), ...io } }),
  }
}
