import { expect, test } from 'vitest'
import { systemClock } from '../../../ts/clock/index.js'
import { createBackend } from '../../../ts/deciders/index.js'
import type { WorkflowBackend } from '../../../ts/deciders/index.js'
import { Terminal } from './terminal.js'
import { FORM, ORDER_TOLD, unitsBench } from './work-units.js'

const ARGV = ['orders.json', '--bind', 'functions.mjs', '--db', 'shop.db']
const NO_COLOR = { NO_COLOR: '1' }

/** Typed lines; each question is told with what is on the terminal then. */
function typist(
  typed: readonly string[],
  asked: string[] = [],
): (question: string) => Promise<string | undefined> {
  const lines = [...typed]
  return async (question) => {
    asked.push(question)
    return lines.shift()
  }
}

test('U36 on a terminal: a person is told what the task is, and asked again until the answer is one', async () => {
  const { units } = await unitsBench()
  const asked: string[] = []
  const { code, err } = await units(ARGV, {
    tty: true,
    columns: 100,
    env: NO_COLOR,
    now: () => Date.UTC(2027, 0, 15, 8),
    io: { readLine: typist(['approved', '[1]', '{"approved":true}', ''], asked) },
  })
  expect(code).toBe(0)
  expect(err).toContain(`Approve the order (Approve)  Finance
  Above 100 the boss is asked.
  Approve 120 for {{ nobody }}?
  data  {"order":{"total":120}}
  until 2027-01-18 08:00:00 UTC, in 3 d: then Three days without an answer (Overdue)
  expected JSON, found approved
  expected a JSON object of variables
`)
  expect(err).toContain('Pack the goods (Pack)  Warehouse  in Shipping\n')
  expect(asked).toEqual([
    ...Array.from({ length: 3 }, () => '  variables as a JSON object, or Enter for none: '),
    '  Enter when it is done, or what it came to as a JSON object: ',
  ])
})

test('U36 a form is asked for field by field, and a variable by its name', async () => {
  const { run, write } = await unitsBench()
  await write('form.json', FORM)
  const asked: string[] = []
  const { code, out, err } = await run(['run', 'form.json'], {
    tty: true,
    columns: 300,
    env: { ...NO_COLOR, TERM: 'dumb' },
    io: { readLine: typist(['maybe', 'y', '2.5', '', 'red', 'Ada'], asked) },
  })
  expect(code).toBe(0)
  expect(asked).toEqual([
    '  Urgent? (yes or no): ',
    '  Urgent? (yes or no): ',
    '  Pieces (a whole number; Enter for 3): ',
    '  Pieces (a whole number; Enter for 3): ',
    '  colour (r: red, b: blue): ',
    '  customer = ',
  ])
  expect(err).toContain('  expected yes or no\n')
  expect(err).toContain('  expected a whole number\n')
  expect(out).toContain('result  {"urgent":true,"pieces":3,"colour":"r","customer":"Ada"}\n')
})

test('U37 ^C at a human task leaves the run: exit code 130, and the task is asked for again', async () => {
  const { units } = await unitsBench()
  const interruption = new AbortController()
  const left = await units(ARGV, {
    tty: true,
    env: NO_COLOR,
    signal: interruption.signal,
    io: {
      readLine: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
          interruption.abort(new Error('ended by SIGINT'))
        }),
    },
  })
  expect(left.code).toBe(130)
  expect(left.err).toContain(
    'goes on with unitflow run orders.json --bind functions.mjs --db shop.db --id Order-1\n',
  )
  const again = await units([...ARGV, '--id', 'Order-1'], {
    tty: true,
    io: { readLine: typist(['{"approved":false}']) },
  })
  expect(again).toMatchObject({ code: 0, err: expect.stringContaining('Approve the order') as string })
})

test('U37 a task that is ended elsewhere is no longer asked for, and the run goes on', async () => {
  const { units, run } = await unitsBench()
  const terminal = new Terminal(80)
  const questions: string[] = []
  const { code } = await units(ARGV, {
    tty: true,
    env: NO_COLOR,
    io: {
      stdout: { write: terminal.write, isTTY: true, columns: 80, rows: 24 },
      readLine: (question, signal) => {
        questions.push(question)
        if (questions.length > 1) return Promise.resolve('')
        void run(['processes', 'complete', 'shop.db', 'Order-1', 'Approve', '{"approved":true}'])
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        })
      },
    },
  })
  expect(code).toBe(0)
  expect(questions.length).toBe(2)
  expect(terminal.text.split('\n')).toEqual([
    ...ORDER_TOLD.slice(0, 2),
    'Approve the order (Approve) is no longer asked for: it has ended elsewhere',
    ...ORDER_TOLD.slice(2),
    'result  {"order":{"total":120},"approved":true,"mail":{"number":1}}',
  ])
})

test('U38 what a program had begun that is gone is done again', async () => {
  const { units, sent } = await unitsBench()
  const answers = '{"approved":true}\n{}'
  const interruption = new AbortController()
  // It takes the mail, and is never heard of again.
  const dying = (backend: WorkflowBackend): WorkflowBackend => ({
    ...bound(backend),
    pollActivityTasks: async (poll) => {
      const tasks = await backend.pollActivityTasks(poll)
      const isMail = tasks.some(({ activity }) => activity === 'orders/send')
      if (isMail) interruption.abort(new Error('ended by SIGINT'))
      return isMail ? [] : tasks
    },
  })
  const killed = await units([...ARGV, '--grace', '0ms'], {
    stdin: answers,
    signal: interruption.signal,
    io: {
      identity: 'unitflow 77 on here',
      createBackend: (records) => dying(createBackend({ records, clock: systemClock })),
    },
  })
  expect({ code: killed.code, sent: sent() }).toEqual({ code: 130, sent: 0 })
  const again = await units([...ARGV, '--id', 'Order-1'], {
    io: { isGone: (identity) => identity === 'unitflow 77 on here' },
  })
  expect(again.err).toContain('unitflow 77 on here is gone: Send the bill (Bill) is done again\n')
  expect({ code: again.code, sent: sent() }).toEqual({ code: 0, sent: 1 })
})

/** The methods of a backend, as an object that can be spread. */
function bound(backend: WorkflowBackend): WorkflowBackend {
  return {
    registerWorkflow: (type) => backend.registerWorkflow(type),
    registerActivity: (type) => backend.registerActivity(type),
    startProcess: (start) => backend.startProcess(start),
    signalProcess: (id, signal) => backend.signalProcess(id, signal),
    cancelProcess: (id, options) => backend.cancelProcess(id, options),
    forkProcess: (id, fork) => backend.forkProcess(id, fork),
    pollDecisionTasks: (poll) => backend.pollDecisionTasks(poll),
    completeDecisionTask: (token, decisions, options) =>
      backend.completeDecisionTask(token, decisions, options),
    failDecisionTask: (token, failure) => backend.failDecisionTask(token, failure),
    pollActivityTasks: (poll) => backend.pollActivityTasks(poll),
    completeActivityTask: (token, result, options) => backend.completeActivityTask(token, result, options),
    releaseActivityTask: (token) => backend.releaseActivityTask(token),
    heartbeat: (token, details) => backend.heartbeat(token, details),
    process: (id, wait) => backend.process(id, wait),
    history: (id, page) => backend.history(id, page),
    processes: (filter) => backend.processes(filter),
    openActivities: (id) => backend.openActivities(id),
    waitingActivities: (filter) => backend.waitingActivities(filter),
    deleteProcess: (id) => backend.deleteProcess(id),
    tick: () => backend.tick(),
    nextDeadline: (options) => backend.nextDeadline(options),
    close: () => backend.close(),
  }
}
