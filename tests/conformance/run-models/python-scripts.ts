import type { Changes, UnitFunction, UnitTask } from '../../../ts/deciders/units/index.js'
import { assignmentsOf } from './assignments.js'

/** The variables as a script sees them: one that is not there is a NameError, as in Python. */
function seen<Data extends object>({ data }: UnitTask<Data>): Data {
  return new Proxy(data, {
    get(target, name): unknown {
      if (!Object.hasOwn(target, name)) throw new ReferenceError(`name '${String(name)}' is not defined`)
      return Reflect.get(target, name)
    },
  })
}

type Texts<Names extends string> = UnitTask<Readonly<Record<Names, string>>>

const nothing = (): Changes => undefined
/** Supplied by the test that the model is from. */
const customFunction = (): number => 1

/** Python's rounding to so many digits: what is in the middle goes to the even one, and is rarely met. */
const round = (value: number, digits: number): number => Number(value.toFixed(digits))

/** The scripts of models that do more than assign, each as a function that gives what the script sets. */
const FUNCTIONS: Readonly<Record<string, UnitFunction>> = {
  '#! scripts.FactService\n\ndef some_fun():\n  x = "what fun!"\n  return x;\n\ny = some_fun()': () => ({
    y: 'what fun!',
  }),
  True: nothing,
  'a="a"*512': () => ({ a: 'a'.repeat(512) }),
  'b="b"*512': () => ({ b: 'b'.repeat(512) }),
  'c="c"*512': () => ({ c: 'c'.repeat(512) }),
  "c3 = custom_function('arrivederci')": () => ({ c3: customFunction() }),
  "def my_function() :\n   my_fun_var = 1\n\ntestvar['new'] = 'Test'\nsample = [x['y'] for x in testvar2 if x['x'] > 1]":
    (
      task: UnitTask<{ readonly testvar: object; readonly testvar2: readonly { x: number; y: string }[] }>,
    ) => {
      const { testvar, testvar2 } = seen(task)
      const sample = testvar2.flatMap(({ x, y }) => (x > 1 ? [y] : []))
      return { testvar: { ...testvar, new: 'Test' }, sample }
    },
  'rounds = get_task_data_value("rounds", 0) + 1\nheard = get_task_data_value("heard", []) + ["ping"]': ({
    data: { rounds = 0, heard = [] },
  }: UnitTask<{ readonly rounds?: number; readonly heard?: readonly string[] }>) => ({
    rounds: rounds + 1,
    heard: [...heard, 'ping'],
  }),
  'heard = get_task_data_value("heard", []) + ["pong"]': ({
    data: { heard = [] },
  }: UnitTask<{ readonly heard?: readonly string[] }>) => ({ heard: [...heard, 'pong'] }),
  "if 'hey' in locals():\n  hey = True\nelse:\n  something_else = True": ({ data }: UnitTask) =>
    'hey' in data ? { hey: true } : { something_else: true },
  'in_1, in_2, unused = 1, "hello world", True': () => ({ in_1: 1, in_2: 'hello world', unused: true }),
  'out_1, out_2, unused = in_1 * 2, in_2.upper(), False': (
    task: UnitTask<{ readonly in_1: number; readonly in_2: string }>,
  ) => {
    const { in_1, in_2 } = seen(task)
    return { out_1: in_1 * 2, out_2: in_2.toUpperCase(), unused: false }
  },
  'out_data = in_data.upper()': (task: Texts<'in_data'>) => ({ out_data: seen(task).in_data.toUpperCase() }),
  "n = (n if 'n' in globals() else 6) - 1": ({ data }: UnitTask<{ readonly n?: number }>) => ({
    n: (data.n ?? 6) - 1,
  }),
  "print('refill count = %d'%custom_function())": nothing,
  'print(pre_var)\nprint(my_var)\nprint(my_other_var)': (
    task: Texts<'pre_var' | 'my_var' | 'my_other_var'>,
  ) => {
    const { pre_var, my_var, my_other_var } = seen(task)
    return pre_var + my_var + my_other_var === '' ? { nothing_printed: true } : undefined
  },
  'import time\ntimestamp = time.time()\ntopic_one_a = f"topic_one_a_conversation_{timestamp}"\ntopic_one_b = f"topic_one_b_conversation_{timestamp}"\ndel time':
    () => ({
      timestamp: 1,
      topic_one_a: 'topic_one_a_conversation_1',
      topic_one_b: 'topic_one_b_conversation_1',
    }),
  'import time\ntimestamp = time.time()\ntopic_two_a = f"topic_two_a_conversation_{timestamp}"\ntopic_two_b = f"topic_two_b_conversation_{timestamp}"\ndel time':
    () => ({
      timestamp: 2,
      topic_two_a: 'topic_two_a_conversation_2',
      topic_two_b: 'topic_two_b_conversation_2',
    }),
}

/** The same for the company of the example workflows, by element. */
const COMPANY: Readonly<Record<string, UnitFunction>> = {
  Register_Order: () => {
    const lines = [
      { sku: 'KB-87', quantity: 2, price: 79, weight: 3 },
      { sku: 'MON-27', quantity: 4, price: 219, weight: 9 },
      { sku: 'MUG-1', quantity: 6, price: 8, weight: 1 },
    ]
    const sum = (field: 'price' | 'weight'): number =>
      lines.reduce((all, line) => all + line.quantity * line[field], 0)
    const order = { number: 'O-1001', customer: 'Lovelace Instruments', country: 'NO', currency: 'NOK' }
    return { lines, order: { ...order, total: sum('price'), weight: sum('weight') } }
  },
  Multiply: ({ data: { conversion, rate } }: UnitTask<{ conversion: { amount: number }; rate: number }>) => ({
    conversion: { ...conversion, euro: round(conversion.amount * rate, 2) },
    rate: undefined,
  }),
  Number_Invoice: ({
    data: { invoice, order, tax },
  }: UnitTask<{ invoice: { euro: number }; order: { number: string }; tax: { amount: number } }>) => ({
    invoice: {
      ...invoice,
      number: `I-${order.number}`,
      tax: tax.amount,
      gross: round(invoice.euro + tax.amount, 2),
    },
    tax: undefined,
    taxed: undefined,
  }),
  Add_Tax: ({ data: { taxed, percent } }: UnitTask<{ taxed: { amount: number }; percent: number }>) => ({
    tax: { percent, amount: round((taxed.amount * percent) / 100, 2) },
    percent: undefined,
  }),
  Sum_Picks: ({
    data: { picks },
  }: UnitTask<{ picks: readonly { quantity: number; missing: number }[] }>) => ({
    stock: {
      picked: picks.reduce((sum, { quantity }) => sum + quantity, 0),
      missing: picks.reduce((sum, { missing }) => sum + missing, 0),
    },
  }),
  Find_Shelf: ({ data: { line } }: UnitTask<{ line: { sku: string } }>) => {
    const shelves = new Map([
      ['KB-87', 'A-11'],
      ['MON-27', 'C-02'],
      ['MUG-1', 'F-30'],
    ])
    return { shelf: shelves.get(line.sku) ?? 'Z-99', inspected: { sku: line.sku, damage: 0 } }
  },
  Weigh_Boxes: ({ data: { boxes } }: UnitTask<{ boxes: readonly number[] }>) => ({
    heaviest: Math.max(...boxes),
  }),
  Halve_Boxes: ({ data: { boxes, splits } }: UnitTask<{ boxes: readonly number[]; splits: number }>) => ({
    boxes: boxes.flatMap((box) => (box > 20 ? [box / 2, box / 2] : [box])),
    splits: splits + 1,
  }),
  Write_Labels: ({
    data: { boxes, order },
  }: UnitTask<{ boxes: readonly number[]; order: { number: string } }>) => ({
    labels: boxes.map((_, number) => ({ kind: 'label', name: `${order.number}-${number + 1}` })),
  }),
  // Decision tables: what they come to for the one order that there is, and what its country and damages are.
  Score_Order: () => ({ level: 'medium', points: 35 }),
  Find_Rate: ({ data: { conversion } }: UnitTask<{ conversion: { currency: string } }>) => ({
    rate: conversion.currency === 'NOK' ? 0.125 : 1,
  }),
  Find_Tax_Rate: () => ({ percent: 0 }),
  Choose_Channel: () => ({ by_mail: true, by_letter: false }),
  Grade_Goods: ({ data: { inspected } }: UnitTask<{ inspected: { damage: number } }>) => ({
    grade: inspected.damage === 0 ? 'A' : 'B',
  }),
  Pick_Carrier: () => ({ carrier_name: 'Fjord Freight', carrier_days: 6 }),
}

/** What stands for a script of a model; a script that calls what only its own test has is bound to nothing. */
export function functionFor(script: string): UnitFunction | undefined {
  const text = script.trim()
  return Object.hasOwn(FUNCTIONS, text) ? FUNCTIONS[text] : assignmentsOf(text)
}

/** What services and decision tables of the models are. */
export const functions: Readonly<Record<string, UnitFunction>> = {
  ...COMPANY,
  ...Object.fromEntries(
    ['http/GetRequest', 'http/PostRequest', 'archive/Store', 'mail/Send'].map((name) => [
      name,
      () => ({ ok: true }),
    ]),
  ),
  'weather/CurrentTemp': () => ({ t: 1 }),
  echo: ({ parameters }) => ({ ...parameters }),
}
