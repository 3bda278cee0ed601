import { comparisons } from '../comparisons/index.js'
import type { UnitTask } from '../deciders/units/index.js'
import { momentOf } from '../timeline/span.js'
import type { Colors } from './colors.js'
import { printable, printableLines } from './printable.js'
import { untilText, valueText } from './process-words.js'
import { cut } from './shorten.js'
import type { HumanTask } from './units-story.js'
import { elementLabel, processLabel, timerLabel, timersOn } from './units-waits.js'

/** What else modellers add that is not for people. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['instructionsForEndUser', 'preScript', 'postScript'])

/** What a person is told of a task: what it is, who does it, what is known. It is printable. */
export function questionText(
  { process, task, process: { parent } }: HumanTask,
  { now, width, colors }: { readonly now: number; readonly width: number; readonly colors: Colors },
): string {
  const { element, name, lane, documentation, extensions = {}, data } = task
  const { bold, dim } = colors
  const head = [bold(printable(elementLabel({ element, name })))]
  if (lane !== undefined) head.push(printable(lane))
  if (parent !== undefined) head.push(dim(`in ${printable(processLabel(process))}`))
  const lines = [head.join('  ')]
  if (documentation !== undefined) lines.push(...indented(documentation))
  const instructions = extensions['instructionsForEndUser']
  if (typeof instructions === 'string') lines.push(...indented(filled(instructions, task)))
  const more = Object.fromEntries(Object.entries(extensions).filter(([key]) => !NOT_SHOWN.has(key)))
  for (const [title, value] of [
    ['extensions', more],
    ['data', data],
  ] as const) {
    if (Object.keys(value).length > 0)
      lines.push(dim(`  ${title}  ${cut(valueText(value), width - title.length - 4)}`))
  }
  for (const timer of timersOn(process, element)) {
    const until = `until ${momentOf(timer.due)} UTC, ${untilText(timer.due, now)}`
    lines.push(`  ${until}: then ${printable(timerLabel(process, timer))}`)
  }
  return `${lines.join('\n')}\n`
}

function indented(text: string): readonly string[] {
  return printableLines(text.replaceAll('\r', ''))
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
}

/** Instructions are templates: what stands in braces is looked up, and stays where that cannot be. */
function filled(template: string, { data }: UnitTask): string {
  return template.replace(/\{\{([^{}]*)\}\}/g, (whole, expression: string) => {
    try {
      const value = comparisons(expression.trim(), data)
      return typeof value === 'string' ? value : JSON.stringify(value)
    } catch {
      return whole
    }
  })
}
