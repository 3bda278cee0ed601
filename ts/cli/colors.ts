import picocolors from 'picocolors'
import type { Io, Output } from './io.js'

/** Functions that colour a text, or leave it as it is. */
export type Colors = ReturnType<typeof picocolors.createColors>

/** The colours of an output. */
export function colorsOf(output: Output, env: Io['env']): Colors {
  return picocolors.createColors(hasColors(output, env))
}

/** Whether an output takes colours: a terminal does, unless `NO_COLOR` is set, or it cannot show any. */
export function hasColors(output: Output, env: Io['env']): boolean {
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false
  return output.isTTY
}
