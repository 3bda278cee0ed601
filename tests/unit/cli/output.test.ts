import { describe, expect, test } from 'vitest'
import { duration, median, parseDuration, size, span } from '../../../ts/cli/amounts.js'
import { printable, printableJson, printableJsonText } from '../../../ts/cli/printable.js'
import { displayWidth, shorten } from '../../../ts/cli/shorten.js'
import { actsOnTerminal, commandLine, example, specsOf } from './command-line.js'

const COMMANDS = [
  'show',
  'decompose',
  'cache',
  'read',
  'list',
  'describe',
  'graph',
  'diff',
  'affected',
  'check',
  'verify',
  'prune',
  'remove',
]
const ESCAPE = '\u001b'

describe('help and usage', () => {
  test('--help of the program names every command and the exit codes, at 80 columns', async () => {
    const { run } = await commandLine()
    const help = await run(['--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    for (const command of COMMANDS) expect(help.out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    expect(help.out).toMatch(/^ {2}130 {2}interrupted$/m)
  })

  test.each(COMMANDS)('%s --help', async (command) => {
    const { run } = await commandLine()
    const help = await run([command, '--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toMatch(new RegExp(`^Usage: unitflow ${command} \\[options\\]`))
    expect(help.out).toContain('--json')
    for (const line of help.out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  test('--version', async () => {
    const { run } = await commandLine()
    expect(await run(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    })
  })

  test('nothing said: the help, on stderr, exit code 2', async () => {
    const { run } = await commandLine()
    const outcome = await run([])
    expect(outcome).toMatchObject({ code: 2, out: '' })
    expect(outcome.err).toMatch(/^Usage: unitflow/)
  })

  test('what is not understood: exit code 2, also as JSON', async () => {
    const { run } = await commandLine()
    const unknown = await run(['cahce', 'x'])
    expect(unknown).toMatchObject({ code: 2, out: '' })
    expect(unknown.err).toMatch(
      /^error\[usage\] unknown command 'cahce'\n\(Did you mean cache\?\)\nhint: unitflow --help/,
    )
    expect(await run(['cache'])).toMatchObject({ code: 2 })
    expect(await run(['cache', 'a', 'b'])).toMatchObject({ code: 2 })
    expect(await run(['cache', 'a', '--nope'])).toMatchObject({ code: 2 })
    expect(await run(['graph', 'a', '--format', 'png'])).toMatchObject({ code: 2 })
    const asJson = await run(['cache', '--json'])
    expect(JSON.parse(asJson.err)).toMatchObject({
      error: { code: 'usage', message: "missing required argument 'specs'" },
      exitCode: 2,
    })
    // After -- it is an argument like any other.
    expect((await run(['cache', '--', 'a', '--json'])).err).toMatch(/^error\[usage\]/)
    const hostile = await run([`${ESCAPE}[2Jcache`])
    expect(actsOnTerminal(hostile.err)).toBe(false)
  })
})

describe('colours', () => {
  test('on a terminal only, and not with NO_COLOR or a dumb one', async () => {
    const { run } = await commandLine()
    const colored = async (surroundings: object): Promise<boolean> => {
      const shown = await run(['decompose', example('approval.c')], surroundings)
      const help = await run(['--help'], surroundings)
      const error = await run(['cache', 'nope'], surroundings)
      const found = [shown.out, help.out, error.err].map((text) => text.includes(ESCAPE))
      expect(new Set(found).size).toBe(1)
      return found[0] === true
    }
    expect(await colored({ tty: true })).toBe(true)
    expect(await colored({ tty: false })).toBe(false)
    expect(await colored({ tty: true, env: { NO_COLOR: '1' } })).toBe(false)
    expect(await colored({ tty: true, env: { NO_COLOR: '' } })).toBe(true)
    expect(await colored({ tty: true, env: { TERM: 'dumb' } })).toBe(false)
  })

  test('--json has none', async () => {
    const { run } = await commandLine()
    const shown = await run(['show', example('approval.c'), '--json'], { tty: true })
    expect(shown.out).not.toContain(ESCAPE)
    expect(shown.err).toBe('')
  })
})

describe('--json', () => {
  test('every command prints one document on stdout, and nothing on stderr', async () => {
    const { run } = await commandLine()
    const file = example('approval.c')
    const lines = [
      ['show', file, '--key', 'a'],
      ['decompose', file],
      ['cache', file, '--key', 'a'],
      ['read', 'a', 'Approval'],
      ['list'],
      ['describe', 'a', 'Approval'],
      ['graph', 'a'],
      ['diff', 'a', file],
      ['affected', 'a', file],
      ['check', 'a'],
      ['verify'],
      ['prune'],
      ['remove', 'a'],
    ]
    expect(lines.map(([command]) => command)).toEqual(COMMANDS)
    for (const line of lines) {
      const outcome = await run([...line, '--json'], { tty: true })
      expect(outcome, line.join(' ')).toMatchObject({ code: 0, err: '' })
      expect(() => outcome.json(), line.join(' ')).not.toThrow()
      expect(outcome.out.endsWith('\n')).toBe(true)
    }
  })
})

describe('U28 hostile ids', () => {
  const HOSTILE = [
    `${ESCAPE}[2J${ESCAPE}]0;owned\u0007`,
    'a\rb\nc',
    '\u009b31m',
    '\u202etxt.exe',
    '\ud800',
    '\u2028',
    '__proto__',
    '-x',
    'w'.repeat(500),
  ]
  const specs = specsOf(
    Object.fromEntries<readonly string[]>([
      ['Top', [...HOSTILE, `${ESCAPE}[gone`]] as const,
      ...HOSTILE.map((id) => [id, [id]] as const),
    ]),
  )

  test('no command lets one act on a terminal', async () => {
    const { run, write } = await commandLine()
    await write('odd.json', specs)
    await write('less.json', specsOf({ Top: [] }))
    const key = `${ESCAPE}[31mkey`
    const plain = { tty: true, env: { NO_COLOR: '1' } }
    for (const line of [
      ['show', 'odd.json', '--key', key],
      ['decompose', 'odd.json'],
      ['cache', 'odd.json', '--key', key],
      ['list'],
      ['read', key, 'Top'],
      ['read', key, HOSTILE[0] ?? '', '--at', HOSTILE[1] ?? ''],
      ['describe', `key:${key}`, HOSTILE[0] ?? ''],
      ['graph', `key:${key}`],
      ['graph', `key:${key}`, '--format', 'svg'],
      ['diff', 'odd.json', 'less.json'],
      ['diff', 'less.json', 'odd.json'],
      ['affected', 'less.json', 'odd.json'],
      ['affected', 'less.json', 'odd.json', '--ids-only'],
      ['check', 'odd.json'],
      ['read', 'odd', `${ESCAPE}[nobody`],
      ['read', key, `${ESCAPE}[nobody`],
      ['read', key, 'Top', '--at', `${ESCAPE}[nobody`],
      ['cache', `${ESCAPE}[nofile`],
      ['remove', key, HOSTILE[0] ?? ''],
      ['remove', key],
    ]) {
      for (const json of [[], ['--json']]) {
        if (line[0] === 'remove' && json.length > 0) continue
        if (line.includes('--format') && json.length > 0) continue
        const { out, err } = await run([...line, ...json], plain)
        expect(actsOnTerminal(out), `${line.join(' ')}: ${JSON.stringify(out)}`).toBe(false)
        expect(actsOnTerminal(err), `${line.join(' ')}: ${JSON.stringify(err)}`).toBe(false)
      }
    }
  })

  test('JSON says the same all the same', async () => {
    const { run } = await commandLine()
    const checked = (await run(['check', '-', '--json'], { stdin: specs })).json()
    expect(checked).toMatchObject({ missing: [{ processId: `${ESCAPE}[gone` }] })
    const manifest = (await run(['decompose', '-', '--json'], { stdin: specs })).json() as {
      processes: { id: string }[]
    }
    expect(manifest.processes.map(({ id }) => id).sort()).toEqual(['Top', ...HOSTILE].sort())
  })
})

describe('tables', () => {
  test('fit 80 columns with ids of any length, and say both ends of them', async () => {
    const { run, write } = await commandLine()
    const long = (name: string): string => `Process_${name.repeat(250)}_end`
    await write(
      'long.json',
      specsOf({
        [long('a')]: [long('b'), long('c'), 'gone'.repeat(60)],
        [long('b')]: [long('c')],
        [long('c')]: [],
      }),
    )
    await write('old.json', specsOf({ [long('a')]: [] }))
    await run(['cache', 'long.json', '--key', 'k'.repeat(300)])
    for (const columns of [undefined, 60, 200]) {
      for (const line of [
        ['decompose', 'long.json'],
        ['list'],
        ['check', 'long.json'],
        ['affected', 'old.json', 'long.json'],
        ['describe', 'long.json', long('a')],
      ]) {
        const { out } = await run(line, { columns })
        for (const row of out.split('\n').slice(line[0] === 'decompose' || line[0] === 'describe' ? 2 : 0)) {
          expect(displayWidth(row), row).toBeLessThanOrEqual(columns ?? 80)
        }
        expect(out).toMatch(/(Process_\w*\u2026\w*_end|k+\u2026k+)\s/)
      }
    }
  })

  test('wide characters take two columns', () => {
    expect(displayWidth('日本')).toBe(4)
    expect(displayWidth('e\u0301')).toBe(1)
    expect(displayWidth(shorten('日本語のとても長いプロセス名', 11))).toBeLessThanOrEqual(11)
    expect(shorten('abcdefghij', 7)).toBe('abc\u2026hij')
    expect(shorten('abc', 3)).toBe('abc')
  })
})

describe('amounts', () => {
  test('bytes, times, medians', () => {
    expect([0, 999, 1000, 4800, 126_900, 735_164, 999_499, 999_500, 1e6, 12e9].map(size)).toEqual([
      '0 B',
      '999 B',
      '1.0 KB',
      '4.8 KB',
      '127 KB',
      '735 KB',
      '999 KB',
      '1.0 MB',
      '1.0 MB',
      '12 GB',
    ])
    expect([0.2, 6.4, 999, 1500, 61_000].map(duration)).toEqual([
      '1 ms',
      '6 ms',
      '999 ms',
      '1.5 s',
      '1 min 1 s',
    ])
    expect(['500ms', '30s', '10 m', '24h', '1.5d'].map(parseDuration)).toEqual([
      500, 30_000, 600_000, 86_400_000, 129_600_000,
    ])
    expect([0, 500, 1000, 5_400_000, 86_400_000].map(span)).toEqual([
      '0 ms',
      '500 ms',
      '1 second',
      '90 minutes',
      '1 day',
    ])
    expect([[], [3], [3, 1], [9, 1, 5]].map(median)).toEqual([0, 3, 2, 5])
  })
})

test('printable text and JSON', () => {
  expect(printable('a\u001b\n\u{e0041}é👩‍👩‍👧')).toBe('a\\u001b\\u000a\\udb40\\udc41é👩‍👩‍👧')
  const value = { '\u009b': ['\u202e', '\ud800', 'é', '\u007f\u0000'] }
  expect(actsOnTerminal(printableJson(value))).toBe(false)
  expect(JSON.parse(printableJson(value))).toEqual(value)
  const text = `{\n\t"a": "\u009b\u2028"\r\n}`
  expect(printableJsonText(text)).toBe('{\n\t"a": "\\u009b\\u2028"\r\n}')
  expect(JSON.parse(printableJsonText(text))).toEqual(JSON.parse(text))
})
