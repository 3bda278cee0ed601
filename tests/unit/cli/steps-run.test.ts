import { describe, expect, test } from 'vitest'
import { xmlFault } from '../graph/well-formed.js'
import { actsOnTerminal } from './command-line.js'
import { Terminal } from './terminal.js'
import { stepsBench } from './work-steps.js'

const lines = (text: string): string[] => text.trimEnd().split('\n')
/** Without when it was, and how long it took. */
const timeless = (text: string): string[] =>
  lines(text).map((line) =>
    line
      .replace(/^.*?\.\d{3} {2}/, '')
      .replace(/\b\d+(\.\d+)? m?s\b/g, 'T')
      .replace(/ +/g, ' ')
      .replace(/begun .* UTC/, 'begun AT UTC'),
  )

describe('steps run', () => {
  test('S14 in a pipe: a line for each thing that happens, then a table, then what it has given', async () => {
    const { steps } = await stepsBench()
    const { code, out, err } = await steps(['run'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(actsOnTerminal(out)).toBe(false)
    expect(timeless(out)).toEqual([
      'run-started report: 3 steps',
      'step-started Read: never ran',
      'step-progress Read 50 % half\\u001b[2J of it',
      'step-ran Read: T changed rows',
      'step-started Count: never ran',
      'step-retrying Count attempt 2 in T: Error: the abacus is busy\\u001b[31m',
      'step-ran Count: T changed count, 2 attempts',
      'step-started Mail: never ran',
      'step-ran Mail: T changed mailed',
      'run-ended completed',
      '',
      'report completed after T: 3 ran',
      'begun AT UTC',
      '',
      'Step Status Time Why Came to',
      'Read ran T never ran changed rows',
      'Count ran T never ran changed count, 2 attempts',
      'Mail ran T never ran changed mailed',
      '',
      'result {"mailed":true}',
    ])
  })

  test('S14 what has changed since, with old and new; what is as it was is in the table alone', async () => {
    const { steps, state } = await stepsBench()
    await steps(['run'])
    await state.set('folder', 'b')
    const told = timeless((await steps(['run'], { columns: 120 })).out)
    expect(told.slice(0, 5)).toEqual([
      'run-started report: 3 steps',
      'step-started Read: inputs changed',
      'step-progress Read 50 % half\\u001b[2J of it',
      'step-ran Read: T changed nothing',
      'run-ended completed',
    ])
    expect(told).toContain('Read ran T inputs changed: folder "a" -> "b" changed nothing')
    expect(told).toContain('Count skipped inputs unchanged')
    await state.set('folder', 'long')
    const { out } = await steps(['run'], { columns: 120 })
    expect(out).toMatch(
      /Count {2}ran .* inputs changed: rows [0-9a-f]{8} -> [0-9a-f]{8} {2}changed nothing, 2 attempts/,
    )
  })

  test('on a terminal: a line for each step, in its place, and the table where they were', async () => {
    const { steps } = await stepsBench()
    const seen: string[] = []
    const terminal = new Terminal(80)
    const ran = await steps(['run'], {
      io: {
        stdout: { write: terminal.write, isTTY: true, columns: 80, rows: 24 },
        capture: (print) => {
          print('a line of a model\n')
          return () => undefined
        },
        every: (_, draw) => {
          draw()
          seen.push(terminal.text)
          return () => undefined
        },
      },
    })
    expect(ran.code).toBe(0)
    expect(seen[0]).toMatch(/^report {2}0 of 3 steps, \d+ ms\n· Read\n· Count\n· Mail$/)
    expect(terminal.text).toMatch(/^a line of a model\nreport {2}completed after \d+ ms: 3 ran\n/)
    expect(terminal.text).not.toContain('· Read')
    expect(terminal.text).toContain('\nresult  {"mailed":true}')
    expect(Math.max(...lines(terminal.text).map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test('S31 --force, --from, --no-reuse, --no-keep, --concurrency', async () => {
    const { steps } = await stepsBench()
    await steps(['run'])
    const ran = async (...argv: string[]): Promise<unknown> =>
      ((await steps(['run', '--json', ...argv])).json() as { readonly ran: unknown }).ran
    expect(await ran()).toEqual([])
    expect(await ran('--force', 'Mail', 'Read')).toEqual(['Read', 'Mail'])
    expect(await ran('--from', 'Count', '--concurrency', '1')).toEqual(['Count', 'Mail'])
    expect(await ran('--no-reuse', '--no-keep')).toEqual(['Read', 'Count', 'Mail'])
    const unknown = await steps(['run', '--force', 'Mail', 'Fail'])
    expect(unknown).toMatchObject({ code: 4, out: '' })
    expect(unknown.err).toBe(
      'error[unknown-step] the workflow \'report\' has no step "Fail"\nhint: Its steps are Read, Count, Mail.\n',
    )
    expect(await steps(['run', '--concurrency', '0'])).toMatchObject({ code: 2 })
  })

  test('S23 a step that fails: exit code 1, its error with causes; the next run goes on from there', async () => {
    const { steps, mail } = await stepsBench()
    mail.does = 'fail'
    const failed = await steps(['run'], { columns: 120 })
    expect(failed.code).toBe(1)
    expect(timeless(failed.out)).toContain('Mail failed T never ran TypeError: no such address')
    expect(failed.out).toMatch(/\nMail {2}TypeError: no such address\n {2}caused by Error: 550\n {4}at /)
    expect(failed.out).not.toContain('result  ')
    mail.does = 'send'
    expect((await steps(['run', '--json'])).json()).toMatchObject({ status: 'completed', ran: ['Mail'] })
  })

  test('^C calls it off by the signal: exit code 130, and what was given stays', async () => {
    const { steps, mail } = await stepsBench()
    mail.does = 'wait'
    const { code, out, err } = await steps(['run', '-o', 'never.svg'])
    expect(code).toBe(130)
    expect(err).toContain('^C again ends it at once')
    expect(timeless(out).filter((line) => line.startsWith('Mail') || line.startsWith('report'))).toEqual([
      'report canceled after T: 2 ran, 1 came to nothing',
      expect.stringMatching(/^Mail canceled T never ran \[canceled\] /) as string,
    ])
  })

  test('--json: the report, and nothing else on stdout, whatever is printed', async () => {
    const { steps, mail } = await stepsBench()
    const captured: string[] = []
    mail.does = 'fail'
    const io = {
      capture: (print: (text: string) => void) => {
        print('from the module\n')
        captured.push('begun')
        return () => captured.push('ended')
      },
    }
    const { code, err, json } = await steps(['run', '--json'], { io })
    expect(code).toBe(1)
    expect(captured).toEqual(['begun', 'ended'])
    expect(err).toBe('from the module\n')
    expect(json()).toMatchObject({ status: 'failed', ran: ['Read', 'Count'], failed: ['Mail'], outputs: {} })
  })

  test('-o draws what has become of the steps', async () => {
    const { steps, read } = await stepsBench()
    const { code, err } = await steps(['run', '-o', 'run.svg'])
    expect({ code, err }).toEqual({ code: 0, err: 'run.svg: the graph of the steps\n' })
    const svg = await read('run.svg')
    expect(xmlFault(svg)).toBeUndefined()
    expect(svg.match(/<g class="step ran">/g)).toHaveLength(3)
    await steps(['run', '--output', 'run.MMD'])
    expect(await read('run.MMD')).toContain('n1["Read<br/>» inputs unchanged"]')
    // Before anything is run.
    const bad = await steps(['run', '--force', 'Read', '-o', 'run.png'])
    expect(bad).toMatchObject({ code: 2, out: '' })
    expect(await steps(['run', '-o', 'no/such/run.svg'])).toMatchObject({ code: 4 })
  })
})
