import { describe, expect, test } from 'vitest'
import { createRunner, createState } from '../../../ts/steps/index.js'
import type { StepRunner } from '../../../ts/steps/index.js'
import { xmlFault } from '../graph/well-formed.js'
import { actsOnTerminal } from './command-line.js'
import { stepsBench } from './work-steps.js'

const rows = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, '  '))

describe('steps plan', () => {
  test('S31 what a run would do and why, before it does', async () => {
    const { steps, state } = await stepsBench()
    const first = await steps(['plan'])
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(rows(first.out)).toEqual([
      'report  1 would run, 2 depend on others',
      '',
      'Step  Plan  Why',
      'Read  run  never ran',
      'Count  depends  on what Read will give',
      'Mail  depends  on what Count will give',
    ])
    await steps(['run'])
    expect(rows((await steps(['plan'])).out).at(-1)).toBe('Mail  skip  inputs unchanged')
    await state.set('to', 'you\u001b[2J')
    const { out } = await steps(['plan'])
    expect(rows(out).at(-1)).toBe('Mail  run  inputs changed: to "me" -> "you\\u001b[2J"')
    expect(actsOnTerminal(out)).toBe(false)
    await state.delete('to')
    const plan = (await steps(['plan', '--json'])).json()
    expect(plan).toMatchObject({ blocked: ['Mail'], steps: { 2: { missing: ['to'] } } })
    expect(rows((await steps(['plan'])).out).at(-1)).toBe('Mail  blocked  no value: to')
  })

  test('--force, --from, --no-reuse; nothing is run', async () => {
    const { steps, runner } = await stepsBench()
    await steps(['run'])
    const runs = async (...argv: string[]): Promise<unknown> =>
      ((await steps(['plan', '--json', ...argv])).json() as { readonly runs: unknown }).runs
    expect(await runs('--force', 'Mail')).toEqual(['Mail'])
    expect(await runs('--from', 'Count')).toEqual(['Count', 'Mail'])
    expect(await runs('--no-reuse')).toEqual(['Read', 'Count', 'Mail'])
    expect(await steps(['plan', '--from', 'Gone'])).toMatchObject({ code: 4 })
    expect((await runner.lastReport())?.ran).toEqual(['Read', 'Count', 'Mail'])
  })

  test('-o draws the plan', async () => {
    const { steps, read } = await stepsBench()
    await steps(['plan', '-o', 'plan.svg'])
    const svg = await read('plan.svg')
    expect(xmlFault(svg)).toBeUndefined()
    expect(svg.match(/<g class="step depends">/g)).toHaveLength(2)
  })
})

describe('steps report', () => {
  test('S14 what the last run has come to', async () => {
    const { steps, mail, read } = await stepsBench()
    mail.does = 'fail'
    await steps(['run'])
    const { code, out } = await steps(['report', '-o', 'report.svg'], { columns: 120 })
    // It is told; that the run failed is no failure of telling it.
    expect(code).toBe(0)
    expect(out).toMatch(/^report {2}failed after \d+ ms: 2 ran, 1 came to nothing\nbegun .* UTC\n\nStep /)
    expect(rows(out).at(-1)).toMatch(/^Mail {2}failed {2}\d+ ms {2}never ran {2}TypeError: no such address$/)
    expect((await read('report.svg')).match(/<g class="step failed">/g)).toHaveLength(1)
    expect((await steps(['report', '--json'])).json()).toMatchObject({ status: 'failed', failed: ['Mail'] })
  })

  test('where there is none: how to get one', async () => {
    const { steps } = await stepsBench({ reports: false })
    await steps(['run'])
    const { code, out, err } = await steps(['report'])
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toContain(
      "error[no-report] no report of the workflow 'report' is kept in the state of ./report.mjs",
    )
    expect(err).toContain('reports: true')
    expect(err).toContain('State in memory is gone with the program')
  })
})

describe('the module', () => {
  test('`runner` or the default, itself or a function that makes it', async () => {
    const { steps, runner } = await stepsBench()
    const given: readonly object[] = [
      { runner },
      { default: runner },
      { runner: () => runner },
      { default: async () => runner },
      { runner: 1, default: runner },
    ]
    for (const exported of given)
      expect(await steps(['plan'], { io: { importModule: async () => exported } })).toMatchObject({ code: 0 })
  })

  test('what cannot be used is told in a line, with the exit codes of flows', async () => {
    const { steps, run } = await stepsBench()
    const failing = async (exported: object | Error): Promise<readonly [number, string]> => {
      const importModule = async (): Promise<object> => {
        if (exported instanceof Error) throw exported
        return exported
      }
      const { code, out, err } = await steps(['plan'], { io: { importModule } })
      expect(out).toBe('')
      return [code, err]
    }
    const boom = (): StepRunner => {
      throw new TypeError('no\nway\u001b[31m')
    }
    const lazy = createRunner({
      workflow: () => {
        throw new Error('boom')
      },
      state: createState(),
    })
    expect(await failing({})).toEqual([
      3,
      'error[no-runner] ./report.mjs exports no runner of steps: it exports nothing\nhint: export const runner = createRunner({ workflow, state })\n',
    ])
    expect(await failing({ runner: { plan: boom }, x: 1 })).toEqual([
      3,
      expect.stringContaining('it exports runner, x\n') as string,
    ])
    expect(await failing(new SyntaxError('Unexpected\nthing'))).toEqual([
      4,
      'error[bad-module] cannot import ./report.mjs: SyntaxError: Unexpected\n',
    ])
    expect(await failing({ default: boom })).toEqual([
      4,
      'error[bad-module] `default` of ./report.mjs has thrown: TypeError: no\n',
    ])
    expect(await failing({ runner: lazy })).toEqual([
      4,
      'error[bad-module] the runner of ./report.mjs has thrown: Error: boom\n',
    ])
    const named = createRunner({ workflow: 'nightly', state: 'files' })
    expect(await failing({ runner: named })).toEqual([
      4,
      expect.stringContaining('[unknown-reference]') as string,
    ])
    const gone = await run(['steps', 'run', './gone.mjs'])
    expect(gone).toMatchObject({ code: 4, err: expect.stringContaining('error[file] cannot read') as string })
  })

  test('TypeScript that this Node does not import', async () => {
    const { run, write } = await stepsBench()
    await write('report.ts', '')
    const error = Object.assign(new TypeError('Unknown file extension ".ts"'), {
      code: 'ERR_UNKNOWN_FILE_EXTENSION',
    })
    const importModule = (): Promise<object> => Promise.reject(error)
    const { code, err } = await run(['steps', 'plan', 'report.ts'], { io: { importModule } })
    expect(code).toBe(4)
    expect(err).toContain('hint: Node 22.18 and later import TypeScript by themselves')
  })
})
