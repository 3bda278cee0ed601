import { describe, expect, test } from 'vitest'
import { actsOnTerminal } from './command-line.js'
import { BROKEN, drawnLine, LETTER, ORDER_TOLD, unitsBench } from './work-units.js'

const ARGV = ['orders.json', 'Order', '--bind', 'functions.mjs', '--db', 'shop.db']
const ANSWERS = '{"approved":true}\n\n{"boxes":2}\n'

describe('unitflow run', () => {
  test('U36 in a pipe: answers are lines of stdin, elements stand under the process that they are in', async () => {
    const { units } = await unitsBench()
    const { code, out, err } = await units(ARGV, { stdin: ANSWERS })
    expect(code).toBe(0)
    expect(out.split('\n').filter((text) => !text.startsWith('·'))).toEqual([
      ...ORDER_TOLD,
      'result  {"order":{"total":120},"approved":true,"boxes":2,"mail":{"number":1}}',
      '',
    ])
    expect(err).toMatch(
      /^Order-1 is kept in shop\.db\nread 2 units: 2 of 2 processes, [\d.]+ KB of [\d.]+ KB\n$/,
    )
  })

  test('U37 nobody answers: exit code 5, and what to type; the same id goes on, and tells only what is new', async () => {
    const { units } = await unitsBench()
    const waiting = await units(ARGV)
    expect(waiting.code).toBe(5)
    expect(waiting.out).toMatch(/\n· Three days without an answer \(Overdue\) {2}waits until \d{4}-/)
    expect(waiting.err).toContain(`it waits for a person: Approve the order (Approve), Finance
  unitflow processes complete shop.db Order-1 Approve '{}'
Order-1 is kept in shop.db, and goes on with unitflow run orders.json Order --bind functions.mjs --db shop.db --id Order-1\n`)
    const { code, out, err } = await units([...ARGV, '--id', 'Order-1'], { stdin: ANSWERS })
    expect(code).toBe(0)
    expect(err).toContain('it goes on after 2 elements\n')
    expect(out).not.toContain('Register')
    expect(out).toContain('✔ Approve the order (Approve)\n')
    const over = await units([...ARGV, '--id', 'Order-1'])
    expect(over).toMatchObject({ code: 0, out: expect.stringMatching(/^result {2}/) as string })
  })

  test('for machines: one document, with what waits, what was completed, and which units were read', async () => {
    const { units } = await unitsBench()
    const waiting = await units([...ARGV, '--json'])
    expect(waiting.code).toBe(5)
    expect(waiting.json()).toMatchObject({
      run: 'Order-1',
      workflow: 'orders',
      process: 'Order',
      status: 'open',
      waiting: [{ run: 'Order-1', element: 'Approve', lane: 'Finance', data: { order: { total: 120 } } }],
      completed: [{ element: 'Received' }, { element: 'Register', name: 'Register the order' }],
      units: [{ processId: 'Order', included: ['Order'] }],
    })
    const refused = await units([...ARGV, '--json'], { stdin: '{"approved":false}' })
    expect(refused).toMatchObject({ code: 0, err: '' })
    expect(refused.json()).toMatchObject({ run: 'Order-2', status: 'completed', result: { approved: false } })
  })

  test('what has no function is told before anything is started', async () => {
    const { units, read } = await unitsBench()
    const outcome = await units(ARGV, { io: { importModule: async () => ({ 'mail/Send': () => ({}) }) } })
    expect(outcome).toMatchObject({ code: 3, out: '' })
    expect(outcome.err)
      .toBe(`error[unbound-elements] 1 element needs a function, and functions.mjs has none for them:
  Register the order (Register) in Order: script task
hint: export const activities = { Register: (task) => ({ … }) }\n`)
    await expect(read('shop.db')).rejects.toThrow('ENOENT')
    const all = await units(['orders.json', '--json'])
    expect(all.code).toBe(3)
    expect(JSON.parse(all.err)).toMatchObject({
      error: {
        code: 'unbound-elements',
        fields: { unbound: [{ element: 'Register' }, { element: 'Bill', operation: 'mail/Send' }] },
      },
    })
  })

  test('a module may export each function by itself, by default or by name', async () => {
    const { units, run } = await unitsBench()
    const Register = (): object => ({ order: { total: 1 } })
    const modules = [
      { default: { Register, 'mail/Send': () => ({}) } },
      { Register, default: { 'mail/Send': () => ({}) } },
    ]
    for (const module of modules) {
      const { code, out } = await units(ARGV, { stdin: ANSWERS, io: { importModule: async () => module } })
      expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('"total":1') as string })
    }
    const none = await units(ARGV, { io: { importModule: async () => ({ count: 3 }) } })
    expect(none).toMatchObject({ code: 3, err: expect.stringContaining('error[no-bindings]') as string })
    const wrong = await units(ARGV, { io: { importModule: async () => ({ activities: { Register: 3 } }) } })
    expect(wrong).toMatchObject({ code: 3, err: expect.stringContaining('"Register" is neither') as string })
    expect(await run(['run', 'nowhere.json'])).toMatchObject({
      code: 4,
      err: expect.stringContaining('is neither a file nor a cache key') as string,
    })
  })

  test('a cache key is run as it is cached; without a process its top one', async () => {
    const { units, run } = await unitsBench()
    expect(await run(['cache', 'orders.json', '--key', 'o'])).toMatchObject({ code: 0 })
    const { code, err } = await units(['key:o', '--bind', 'functions.mjs', '--verbose'], { stdin: ANSWERS })
    expect(code).toBe(0)
    expect(err).toMatch(/^Order-1 is kept in runs\.db\nreads Order: [\d.]+ KB\nreads Shipping: /)
  })

  test('U36 what fails is told with process, element and expression: exit code 1', async () => {
    const { units, write } = await unitsBench()
    await write('broken.json', BROKEN)
    const { code, out } = await units(['broken.json', '--bind', 'functions.mjs'])
    expect(code).toBe(1)
    expect(out).toContain('\n[bad-expression] Which in Broken: ')
    expect(out).toContain(
      '\n  element     Which way? (Which)\n  process     Broken\n  expression  total > 1\n',
    )
  })

  test('U36 a message that is waited for is told with what sends it', async () => {
    const { run, write } = await unitsBench()
    await write('letter.json', LETTER)
    let out = ''
    const { code } = await run(['run', 'letter.json', '--db', 'l.db'], {
      io: {
        stdout: {
          isTTY: false,
          write: (text) => {
            out += text
            if (text.includes('processes signal'))
              void run(['processes', 'signal', 'l.db', 'Letter-1', 'answered', '{"text":"yes"}'])
          },
        },
      },
    })
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      '✔ s',
      '· The answer (Answer)  waits for the message answered',
      "  unitflow processes signal l.db Letter-1 answered '{}'",
      '✔ The answer (Answer)',
      '✔ e',
      'result  {"text":"yes"}',
      '',
    ])
    const again = await run(['run', 'letter.json', '--db', 'l.db', '--id', 'Letter-1'])
    expect(again.out).toBe('result  {"text":"yes"}\n')
  })

  test('a line that is no answer ends it with exit code 3, and the task waits on', async () => {
    const { units } = await unitsBench()
    const bad = await units(ARGV, { stdin: '[1]' })
    expect(bad.code).toBe(3)
    expect(bad.err).toContain(
      'error[bad-line] the answer to Approve: expected a JSON object of variables\n  in line 1\n',
    )
    expect(await units([...ARGV, '--id', 'Order-1'], { stdin: ANSWERS })).toMatchObject({ code: 0 })
  })

  test('an id of something else is refused; input of a run that goes on is not taken', async () => {
    const { units, run, write } = await unitsBench()
    await write('letter.json', LETTER)
    expect(await units(ARGV)).toMatchObject({ code: 5 })
    const other = await run(['run', 'letter.json', '--db', 'shop.db', '--id', 'Order-1'])
    expect(other).toMatchObject({ code: 3, err: expect.stringContaining('error[process-exists]') as string })
    await write('input.json', '{"x":1}')
    const known = await units([...ARGV, '--id', 'Order-1', '--input', '@input.json'], { stdin: ANSWERS })
    expect(known.err).toContain('it goes on with what it was started with\n')
    expect(known.out).not.toContain('"x":1')
    const fresh = await units([...ARGV, '--input', '@input.json'], { stdin: ANSWERS })
    expect(fresh.out).toContain('result  {"x":1,"order"')
  })

  test('nothing that a spec says reaches the terminal as it is', async () => {
    const { run, write } = await unitsBench()
    await write('evil.json', drawnLine('Ev\u001b[2Jil', 'A\u001b[31mB\u009b', 'C\u001b]0;x\u0007 {{ d }}'))
    const tty = await run(['run', 'evil.json', '--db', 'e.db', '--id', 'e'], {
      tty: true,
      stdin: '{}',
      env: { NO_COLOR: '1', TERM: 'dumb' },
    })
    expect(tty.code).toBe(0)
    expect(tty.err).toContain('A\\u001b[31mB\\u009b (Ask)')
    expect([tty.out, tty.err].map(actsOnTerminal)).toEqual([false, false])
    const pipe = await run(['run', 'evil.json', '--db', 'e.db', '--verbose'])
    expect([pipe.out, pipe.err].map(actsOnTerminal)).toEqual([false, false])
    const history = await run(['history', 'e', '--db', 'e.db', '--events'])
    expect(actsOnTerminal(history.out)).toBe(false)
  })
})
