import type { ErrorData } from '../errors/index.js'
import type { Colors } from './colors.js'
import { printable, printableLines } from './printable.js'
import { errorText } from './process-words.js'

/** Lines of a stack that are told. */
const FRAMES = 5

/** An error of the user's code with its causes, and where it was thrown. */
export function errorLines(colors: Colors, error: ErrorData): string {
  const lines = [colors.red(printableLines(errorText(error)))]
  for (let cause = error.cause; cause !== undefined; cause = cause.cause)
    lines.push(`  caused by ${printableLines(errorText(cause))}`)
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  for (const frame of frames.slice(0, FRAMES)) lines.push(colors.dim(printable(frame)))
  return lines.map((line) => `${line}\n`).join('')
}
