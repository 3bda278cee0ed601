import type { Command } from 'commander'
import { compareManifests } from '../../units/index.js'
import type { Manifest, ManifestDiff } from '../../units/index.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { jsonOption, limitOption, storeOption } from '../options.js'
import { printable } from '../printable.js'
import type { Runner, Session } from '../session.js'
import { resolveTwo, SOURCE_HELP } from '../source.js'
import type { SourceFlags } from '../source.js'

/** `unitflow diff` */
export function addDiff(program: Command, run: Runner): void {
  program
    .command('diff')
    .summary('compare two versions of a workflow')
    .description(
      'Compares two versions of a workflow: processes added, removed and changed, and elements that are gone, where a run that stands there cannot move over. Exit code 1 where they differ.',
    )
    .argument('<a>', `the old version: ${SOURCE_HELP}`)
    .argument('<b>', 'the new version, likewise')
    .addOption(storeOption())
    .addOption(limitOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow diff old.json new.json\n  unitflow diff key:orders orders.json',
    )
    .action((a: string, b: string, flags: SourceFlags) =>
      run(flags, async (session) => {
        const [before, after] = await resolveTwo(session.io, a, b, flags)
        const diff = compareManifests(before.manifest, after.manifest)
        const isSame = before.manifest.version === after.manifest.version
        const versions = { a: before.manifest.version, b: after.manifest.version }
        if (!session.sayJson(() => ({ same: isSame, versions, ...diff }))) sayDiff(session, diff, isSame)
        return isSame ? ExitCode.fine : ExitCode.notFine
      }),
    )
}

function sayDiff({ say, colors, note }: Session, diff: ManifestDiff, isSame: boolean): void {
  if (isSame) {
    note('the two versions are the same')
    return
  }
  for (const id of diff.added) say(colors.green(`+ ${printable(id)}\n`))
  for (const id of diff.removed) say(colors.red(`- ${printable(id)}\n`))
  for (const id of diff.changed) say(colors.yellow(`~ ${printable(id)}\n`))
  if (diff.elementsGone.length > 0) {
    say('\nElements that are gone; a run that stands there cannot move over:\n')
    for (const { processId, elementId } of diff.elementsGone)
      say(`  ${printable(processId)}/${printable(elementId)}\n`)
  }
  if (diff.added.length + diff.removed.length + diff.changed.length === 0) {
    note('the processes are the same; what differs is which is the top, or what stands beside them')
  }
}

interface AffectedFlags extends SourceFlags {
  readonly idsOnly?: boolean
}

/** `unitflow affected` */
export function addAffected(program: Command, run: Runner): void {
  program
    .command('affected')
    .summary('list what to test again after a change')
    .description(
      'Lists what to test again: the processes whose own spec, or one that they can reach, differs between two versions, and those that are new.',
    )
    .argument('<old>', `the old version: ${SOURCE_HELP}`)
    .argument('<new>', 'the new version, likewise')
    .option('--ids-only', 'print the process ids alone, one a line')
    .addOption(storeOption())
    .addOption(limitOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  unitflow affected key:orders orders.json --ids-only')
    .action((a: string, b: string, flags: AffectedFlags) =>
      run(flags, async (session) => {
        const [before, after] = await resolveTwo(session.io, a, b, flags)
        const affected = affectedProcesses(before.manifest, after.manifest)
        if (session.sayJson(() => affected)) return ExitCode.fine
        if (flags.idsOnly === true) {
          for (const { id } of affected) session.say(`${printable(id)}\n`)
          return ExitCode.fine
        }
        const { removed } = compareManifests(before.manifest, after.manifest)
        if (removed.length > 0) session.note(`removed: ${removed.map(printable).join(', ')}`)
        if (affected.length === 0) {
          session.note('nothing is affected')
          return ExitCode.fine
        }
        session.sayTable(
          [{ head: 'Process', flexible: 'shorten' }, { head: 'Why' }, { head: 'Through', flexible: 'wrap' }],
          affected.map(({ id, because, through }) => [id, because, through]),
        )
        const count = counted(affected.length, 'process', 'processes')
        session.note(`${count} of ${after.manifest.processes.length.toLocaleString('en')}`)
        return ExitCode.fine
      }),
    )
}

/** A process to test again. */
interface AffectedProcess {
  readonly id: string
  /** `changed`: its own unit; `reaches`: one that it calls or embeds, directly or not. */
  readonly because: 'new' | 'changed' | 'reaches'
  /** The next processes on the way to what changed. */
  readonly through: readonly string[]
}

function affectedProcesses(before: Manifest, after: Manifest): AffectedProcess[] {
  const diff = compareManifests(before, after)
  const changed = new Set(diff.changed)
  const added = new Set(diff.added)
  const touched = new Set([...diff.affected, ...diff.added, ...diff.removed])
  const affected = new Set(diff.affected)
  return after.processes.flatMap(({ id, calls, embeds }): AffectedProcess[] => {
    if (added.has(id)) return [{ id, because: 'new', through: [] }]
    if (!affected.has(id)) return []
    const through = [...Object.keys(calls), ...embeds].filter((other) => other !== id && touched.has(other))
    return [{ id, because: changed.has(id) ? 'changed' : 'reaches', through: changed.has(id) ? [] : through }]
  })
}
