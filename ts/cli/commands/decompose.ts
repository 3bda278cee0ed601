import type { Command } from 'commander'
import type { Limits } from '../../core/index.js'
import { decompose } from '../../units/index.js'
import { ExitCode } from '../exit-code.js'
import { jsonOption, limitOption } from '../options.js'
import type { CommonFlags, Runner } from '../session.js'
import { aboutInput, readSpecs } from '../source.js'
import { summaryLine } from '../summary.js'
import { sayUnits } from '../unit-table.js'

interface DecomposeFlags extends CommonFlags {
  readonly limit?: Limits
  readonly all?: boolean
}

/** Units that a person is shown at once. */
const SHOWN = 50

/** `unitflow decompose` */
export function addDecompose(program: Command, run: Runner): void {
  program
    .command('decompose')
    .summary('show the units of a workflow; writes nothing')
    .description(
      'Takes a workflow apart and shows its units: how big each is, and which others it calls. Writes nothing.',
    )
    .argument('<specs>', 'a specs file, or - for stdin')
    .option('--all', `show all units; without it a terminal shows the ${SHOWN} largest`)
    .addOption(limitOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  unitflow decompose orders.json')
    .action((path: string, flags: DecomposeFlags) =>
      run(flags, async (session) => {
        const { io, colors } = session
        const { name, bytes } = await readSpecs(io, path)
        const start = io.now()
        const { manifest } = await aboutInput(name, () =>
          decompose(bytes, flags.limit && { limits: flags.limit }),
        )
        const took = io.now() - start
        if (session.sayJson(() => manifest)) return ExitCode.fine
        const specBytes = new Map(manifest.processes.map((process) => [process.id, process.bytes]))
        const units = manifest.objects.map(({ processes }) =>
          processes.reduce((sum, id) => sum + (specBytes.get(id) ?? 0), 0),
        )
        session.say(
          summaryLine(
            { name, processes: manifest.processes.length, inputBytes: bytes.length, units, took },
            colors,
          ),
        )
        session.say('\n')
        sayUnits(session, manifest, flags.all === true || !io.stdout.isTTY ? Infinity : SHOWN)
        return ExitCode.fine
      }),
    )
}
