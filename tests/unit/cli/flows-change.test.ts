import { describe, expect, test } from 'vitest'
import type { ExecutionInfo } from '../../../ts/flows/index.js'
import { commandLine } from './command-line.js'
import type { CommandLine, Outcome } from './command-line.js'
import { flowsAtWork, openFlows } from './work-flows.js'
import { MINUTE, MORNING } from './work-processes.js'

interface Shop extends CommandLine {
  readonly flows: (...argv: readonly string[]) => Promise<Outcome>
  readonly execution: (id: string) => Promise<ExecutionInfo>
}

async function shop(): Promise<Shop> {
  const line = await commandLine()
  await flowsAtWork(line.folder)
  return {
    ...line,
    flows: (...argv) => line.run(['flows', ...argv], { now: () => MORNING + 15 * MINUTE }),
    execution: async (id) => {
      const { runner, close } = openFlows(line.folder)
      try {
        return await runner.execution(id)
      } finally {
        await close()
      }
    },
  }
}

describe('flows rerun', () => {
  test('F19 one without its module waits for a runner, from where it failed or earlier', async () => {
    const { flows, execution } = await shop()
    expect(await flows('rerun', 'flows.db', 'order-2')).toMatchObject({
      code: 0,
      out: 'order-2 waits for a runner, which will take it\n',
      err: '',
    })
    expect(await execution('order-2')).toMatchObject({ status: 'rescheduled', task: 'charge' })
    const again = await flows('rerun', 'flows.db', 'order-2')
    expect(again.code).toBe(3)
    expect(again.err).toMatch(/^error\[illegal-transition\] .*\n$/)
    const canceled = await flows('rerun', 'flows.db', 'order-3', '--from', 'fetch', '--json')
    expect(canceled.json()).toEqual({ executions: [{ execution: 'order-3', status: 'rescheduled' }] })
    expect(await flows('rerun', 'flows.db', 'nobody')).toMatchObject({ code: 4, out: '' })
  })

  test('all that have failed, or of a choice: counted first, done with --yes', async () => {
    const { flows, execution } = await shop()
    expect(await flows('rerun', 'flows.db', '--all')).toMatchObject({
      code: 0,
      out: '1 execution\n  order-2\n',
      err: 'nothing was changed: with --yes it is\n',
    })
    expect((await execution('order-2')).status).toBe('failed')
    expect((await flows('rerun', 'flows.db', '--status', 'canceled', '--json')).json()).toEqual({
      dryRun: true,
      executions: [{ execution: 'order-3' }],
    })
    expect(await flows('rerun', 'flows.db', '--flow', 'count', '--yes')).toMatchObject({
      out: '0 executions\n',
    })
    expect((await flows('rerun', 'flows.db', '--tag', 'eu', '--yes')).out).toBe(
      '1 execution\n  order-2 waits for a runner, which will take it\n',
    )
    expect((await execution('order-2')).status).toBe('rescheduled')
  })

  test('what one of many refuses does not hold up the others', async () => {
    const { flows } = await shop()
    const { code, out } = await flows('rerun', 'flows.db', '--all', '--from', 'pack', '--yes')
    expect(code).toBe(1)
    expect(out).toContain('order-2 from: expected the task that it ended at')
  })

  test.each([
    [['rerun', 'flows.db']],
    [['rerun', 'flows.db', 'order-2', '--all']],
    [['rerun', 'flows.db', 'order-2', '--anew']],
    [['rerun', 'flows.db', '--all', '--module', 'x.mjs']],
    [['rerun', 'flows.db', '--status', 'completed']],
    [['cancel', 'flows.db']],
  ])('%j is not understood, and nothing happens', async (argv) => {
    const { flows } = await shop()
    const { code, out, err } = await flows(...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^error\[usage\]/)
  })
})

describe('flows cancel, pause, resume', () => {
  test('F30 one that waits is canceled at once, one that runs when its task has ended', async () => {
    const { flows, execution } = await shop()
    expect((await flows('cancel', 'flows.db', 'order-4', '--reason', 'enough')).out).toBe(
      'order-4 is canceled\n',
    )
    expect(await execution('order-4')).toMatchObject({ status: 'canceled', reason: 'enough' })
    expect((await flows('cancel', 'flows.db', 'order-5')).out).toBe(
      'order-5 is canceled when its task has ended\n',
    )
    expect(await execution('order-5')).toMatchObject({ status: 'running', asked: 'cancel' })
    expect(await flows('cancel', 'flows.db', 'order-1')).toMatchObject({ code: 3, out: '' })
  })

  test('all that have not ended, of a choice', async () => {
    const { flows } = await shop()
    expect((await flows('cancel', 'flows.db', '--all')).out).toBe(
      '3 open executions\n  count-1\n  order-4\n  order-5\n',
    )
    expect((await flows('cancel', 'flows.db', '--flow', 'order', '--yes', '--json')).json()).toEqual({
      executions: [{ execution: 'order-4' }, { execution: 'order-5' }],
    })
  })

  test('F30 paused and resumed', async () => {
    const { flows, execution } = await shop()
    expect((await flows('pause', 'flows.db', 'count-1')).out).toBe('count-1 is paused\n')
    expect((await execution('count-1')).status).toBe('paused')
    expect((await flows('pause', 'flows.db', 'order-5')).out).toBe(
      'order-5 is paused when its task has ended\n',
    )
    expect((await flows('resume', 'flows.db', 'order-5')).out).toBe('order-5 goes on\n')
    expect((await flows('resume', 'flows.db', 'order-4')).out).toBe('order-4 waits for a runner\n')
    expect((await flows('resume', 'flows.db', 'count-1', '--json')).json()).toEqual({
      executions: [{ execution: 'count-1', status: 'scheduled' }],
    })
    expect(await flows('pause', 'flows.db', 'order-1')).toMatchObject({ code: 3, out: '' })
    expect(await flows('resume', 'flows.db', 'nobody')).toMatchObject({ code: 4, out: '' })
  })
})

test('every command says how it is used, and that it is there', async () => {
  const { run } = await commandLine()
  const help = await run(['flows', '--help'])
  expect(help.code).toBe(0)
  const names = 'run work list show history watch rerun cancel pause resume'.split(' ')
  for (const name of names) {
    expect(help.out).toContain(`\n  ${name} `)
    const own = await run(['flows', name, '--help'])
    expect(own).toMatchObject({ code: 0, err: '' })
    expect(own.out).toContain('Example')
  }
})
