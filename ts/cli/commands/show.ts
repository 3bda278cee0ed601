import { resolve } from 'node:path'
import type { Command } from 'commander'
import { readManifest } from '../../units/index.js'
import type { Manifest } from '../../units/index.js'
import { ExitCode } from '../exit-code.js'
import { FileError, systemCodeOf, UsageError } from '../failures.js'
import { DEFAULT_STORE, jsonOption, limitOption, storeOption } from '../options.js'
import { printable } from '../printable.js'
import { quoted } from '../quoted.js'
import { withStore } from '../session.js'
import type { Runner, Session } from '../session.js'
import { defaultKey, readSpecs } from '../source.js'
import type { Specs } from '../source.js'
import { sayUnits } from '../unit-table.js'
import { cachedLine, cacheSpecs, noteMissing } from './cache.js'
import type { CacheFlags } from './cache.js'

/** What is shown where no file is named, in a checkout of the repository. */
export const EXAMPLE = 'examples/workflows/order-company.c.json'

/** Units that are shown. */
const SHOWN = 30

/** `unitflow show` */
export function addShow(program: Command, run: Runner): void {
  program
    .command('show')
    .summary('a first look: cache a workflow, show what came of it and what to type next')
    .description(
      `A first look: takes a workflow apart, caches its units, shows them, and says what to type next. Without a file it takes ${EXAMPLE}.`,
    )
    .argument('[specs]', 'a specs file, or - for stdin')
    .option('-k, --key <key>', 'cache key (default: the name of the file without extensions)')
    .addOption(storeOption())
    .addOption(limitOption())
    .addOption(jsonOption())
    .action((path: string | undefined, flags: Omit<CacheFlags, 'layout'>) =>
      run(flags, async (session) => {
        const { io, colors, say } = session
        const specs = await specsOf(session, path)
        const key = flags.key ?? defaultKey(path ?? EXAMPLE)
        const { report, took } = await cacheSpecs(session, specs, key, { ...flags, layout: 'v2' })
        const manifest = await withStore(io, flags.store, (store) => readManifest(store, key))
        const next = nextCommands(manifest, key, path ?? EXAMPLE, flags.store)
        const folder = resolve(io.cwd, flags.store)
        if (session.sayJson(() => ({ ...report, ms: Math.round(took), store: folder, next })))
          return ExitCode.fine
        say(cachedLine(session, report, specs.bytes.length, took))
        say(`${colors.dim(`from ${printable(specs.name)}, kept in ${printable(folder)}`)}\n\n`)
        sayUnits(session, manifest, SHOWN)
        noteMissing(session, report)
        say(`\n${colors.bold('Next')}\n`)
        for (const { about, args } of next) {
          say(`  ${colors.dim(`# ${about}`)}\n  ${io.command} ${args.map(quoted).join(' ')}\n`)
        }
        return ExitCode.fine
      }),
    )
}

async function specsOf({ io }: Session, path: string | undefined): Promise<Specs> {
  try {
    return await readSpecs(io, path ?? EXAMPLE)
  } catch (error) {
    if (path === undefined && error instanceof FileError && systemCodeOf(error.cause) === 'ENOENT') {
      throw new UsageError(`there is no ${EXAMPLE} here`, `Name a file: ${io.command} show <specs>`)
    }
    throw error
  }
}

/** A command that works now. */
interface NextCommand {
  readonly about: string
  readonly args: readonly string[]
}

function nextCommands(manifest: Manifest, key: string, path: string, folder: string): NextCommand[] {
  const { top, processes } = manifest
  const store = folder === DEFAULT_STORE ? [] : ['--store', folder]
  const calls = Object.values(processes.find(({ id }) => id === top)?.calls ?? {})
  const caller = calls[0]?.find((element) => manifest.elements[element] !== undefined)
  const commands: NextCommand[] = [{ about: 'the unit to start with', args: ['read', key, top, ...store] }]
  if (caller !== undefined) {
    const args = ['read', key, top, '--at', `${top}/${caller}`, ...store]
    commands.push({ about: 'the unit to go on with where a run stands', args })
  }
  commands.push({ about: 'a process as it was drawn', args: ['describe', `key:${key}`, top, ...store] })
  commands.push({
    about: 'a drawing of all calls',
    args: ['graph', `key:${key}`, '-o', `${fileName(key)}.svg`, ...store],
  })
  if (path !== '-') {
    commands.push({
      about: 'after a change: what to test again',
      args: ['affected', `key:${key}`, path, ...store],
    })
    commands.push({
      about: 'and only what changed is written',
      args: ['cache', path, '--key', key, ...store],
    })
  }
  return commands.filter(({ args }) => args.every((argument) => printable(argument) === argument))
}

function fileName(key: string): string {
  return key.replace(/[^\w.-]+/g, '_')
}
