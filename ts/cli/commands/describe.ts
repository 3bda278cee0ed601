import type { Command } from 'commander'
import { describeProcess } from '../../units/index.js'
import type { DescribedElement, DescribedFlow, ProcessDescription } from '../../units/index.js'
import { ExitCode } from '../exit-code.js'
import { jsonOption, limitOption, storeOption } from '../options.js'
import { printable } from '../printable.js'
import type { Runner, Session } from '../session.js'
import { resolveSource, SOURCE_HELP } from '../source.js'
import type { SourceFlags } from '../source.js'

/** `unitflow describe` */
export function addDescribe(program: Command, run: Runner): void {
  program
    .command('describe')
    .summary('show a process as it was drawn')
    .description('Shows the elements of a process as people drew them, and what follows on each.')
    .argument('<key-or-specs>', SOURCE_HELP)
    .argument('<process>', 'process id')
    .addOption(storeOption())
    .addOption(limitOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  unitflow describe orders Payment')
    .action((argument: string, processId: string, flags: SourceFlags) =>
      run(flags, async (session) => {
        const source = await resolveSource(session.io, argument, flags)
        const description = describeProcess(await source.unit(processId), processId)
        if (!session.sayJson(() => description)) sayDescription(session, description)
        return ExitCode.fine
      }),
    )
}

function sayDescription(session: Session, description: ProcessDescription): void {
  const { say, colors } = session
  const { processId, name, hash, elements, flows, dataObjects } = description
  const title = name === undefined ? '' : `   ${printable(name)}`
  say(`${colors.bold(printable(processId))}${title}   ${colors.dim(hash.slice(0, 12))}\n\n`)
  const follows = new Map<string, DescribedFlow[]>()
  for (const flow of flows) follows.set(flow.from, [...(follows.get(flow.from) ?? []), flow])
  session.sayTable(
    [
      { head: 'Element', flexible: 'shorten' },
      { head: 'Type' },
      { head: 'What', flexible: 'wrap' },
      { head: 'Then', flexible: 'wrap' },
    ],
    elements.map((element) => [
      element.id,
      typeOf(element),
      whatOf(element),
      (follows.get(element.id) ?? []).map(flowText),
    ]),
  )
  if (dataObjects.length > 0) say(`\nData: ${dataObjects.map(({ id }) => printable(id)).join(', ')}\n`)
}

function typeOf({ type, typename }: DescribedElement): string {
  return type === 'other' ? typename : type
}

function whatOf(element: DescribedElement): readonly string[] {
  const { name, id, lane, event, attachedTo, calls, embeds, loop, operation, decision, variable } = element
  const facts: string[] = []
  const add = (text: string | undefined, label = ''): void => {
    if (text !== undefined) facts.push(`${label}${text}`)
  }
  add(name === id ? undefined : name)
  add(calls, 'calls ')
  add(embeds === id ? undefined : embeds, 'holds ')
  add(operation?.name, 'operation ')
  add(decision === undefined ? undefined : (decision.name ?? decision.id ?? ''), 'decides ')
  if (event !== undefined && event.kind !== 'none') {
    add([event.kind, event.name, event.expression].filter((part) => part !== undefined).join(' '))
  }
  add(attachedTo, 'on ')
  add(loop?.kind)
  add(variable, 'fills ')
  add(lane, 'lane ')
  return facts
}

function flowText({ to, condition, default: isDefault }: DescribedFlow): string {
  if (condition !== undefined) return `${to} if ${condition}`
  return isDefault === true ? `${to} by default` : to
}
