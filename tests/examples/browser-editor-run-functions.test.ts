import { expect, test } from 'vitest'
import {
  checkFunction,
  draftOf,
  isFunction,
  namesSetBy,
  runFunction,
} from '../../examples/browser-editor/src/worker/run/assignments.js'
import type { UnitTask } from '../../ts/deciders/units/index.js'

function task(data: UnitTask['data'], service?: Pick<UnitTask, 'operation' | 'parameters'>): UnitTask {
  return { process: 'P', element: 'E', type: 'script-task', data, ...service }
}

test('a function sets and removes variables line by line, each line with what those before it have set', () => {
  const text = `# what is left
    budget = {'left': 1000 - purchase['price'],  # a dict
              'note': 'a; b # c'}
    enough = budget.left >= 0; del purchase, old
    `
  expect(runFunction(text, task({ purchase: { price: 219 }, old: 1 }))).toEqual({
    budget: { left: 781, note: 'a; b # c' },
    enough: true,
    purchase: undefined,
    old: undefined,
  })
  expect(runFunction('', task({ a: 1 }))).toEqual({})
  expect(() => runFunction('del a\nb = a', task({ a: 1 }))).toThrow(/line 2: .*data with the name a/)
})

test('a service reads its parameters, and gives back what its result is set to', () => {
  const service = { operation: 'http/Get', parameters: { id: 'A-1' } }
  expect(runFunction("n = parameters['id']\nresult = [n, total]", task({ total: 3 }, service))).toEqual([
    'A-1',
    3,
  ])
  expect(runFunction('n = 1', task({}, service))).toBeNull()
})

test('names are data: nothing reaches the prototype, or the page', () => {
  const given = runFunction("__proto__ = {'a': 1}", task({}))
  expect(JSON.stringify(given)).toBe('{"__proto__":{"a":1}}')
  for (const text of [
    'a = globalThis',
    'a = {}.constructor',
    'a = [].map(1)',
    "a = eval('1')",
    "a = __import__('os')",
  ]) {
    expect(() => runFunction(text, task({})), text).toThrow(/^line 1: /)
  }
})

test('a text is checked before it is saved, with line and place', () => {
  checkFunction("a = b['c'] + unknown if not x else len(y)\n\n# nothing\ndel a")
  for (const [text, message] of [
    ['a = 1\nb = ', /^line 2: b = …, at character 1 /],
    ['a = 1\n\nb = {1', /^line 3: /],
    ['a = 1, 2', /^line 1: /],
    ['a == 1', /^line 1: expected name = expression/],
    ['print(1)', /^line 1: expected name = expression/],
    ["a['b'] = 1", /^line 1: expected name = expression/],
    ['a = (1) if False else (2', /^line 1: /],
    ['a = 1] if x else [2', /^line 1: /],
  ] as const) {
    expect(() => checkFunction(text), text).toThrow(message)
    expect(isFunction(text)).toBe(false)
  }
})

test('of a script that Python alone can run, what can be kept is, and the rest is there as comments', () => {
  const script = 'lines = [\n  1,\n]\ntotal = sum(\n  lines)\nfor x in lines: pass\ndel lines'
  const draft = draftOf(script)
  expect(draft).toBe('lines = [\n  1,\n]\n# total = sum(\n#   lines)\n# for x in lines: pass\ndel lines')
  expect(isFunction(draft)).toBe(true)
  expect(namesSetBy(script)).toEqual(['lines', 'total'])
})
