import { Option } from 'commander'
import type { Limits } from '../core/index.js'
import { parseDuration } from './amounts.js'
import { UsageError } from './failures.js'

/** Where the cache is unless one says otherwise. */
export const DEFAULT_STORE = '.unitflow'

export function storeOption(): Option {
  return new Option('-s, --store <folder>', 'folder of the cache').default(DEFAULT_STORE)
}

export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document for machines')
}

export function yesOption(): Option {
  return new Option('-y, --yes', 'do it; without it, what is chosen is only counted')
}

/** Where one document would be too large, or is never whole. */
export function jsonLinesOption(what: string): Option {
  return new Option('--json', `print ${what} as JSON lines for machines`)
}

export function watchOption(): Option {
  return new Option('--watch', 'go on: draw it anew, or print what changes where nobody looks; ^C ends it')
}

export function layoutOption(): Option {
  return new Option('--layout <layout>', 'v1 shares a folder with the Python package spiff-element-units')
    .choices(['v2', 'v1'])
    .default('v2')
}

/** @param usual as the help shows it */
export function graceOption(what: string, usual: string): Option {
  return new Option('--grace <time>', what).argParser(parseDuration).default(parseDuration(usual), usual)
}

type LimitName = keyof Limits

const LIMITS: readonly LimitName[] = ['bytes', 'depth', 'processes', 'idLength']

export function limitOption(names: readonly LimitName[] = LIMITS): Option {
  const isName = (name: string): boolean => names.some((known) => known === name)
  return new Option(
    '--limit <name=number>',
    `raise or lower what is taken: ${names.join(', ')}; repeatable`,
  ).argParser((text: string, limits: Limits | undefined): Limits => {
    const [, name = '', amount = ''] = /^(\w+)=(\d+)$/.exec(text) ?? []
    if (!isName(name)) {
      throw new UsageError(
        `--limit: expected a name and a whole number, such as bytes=1000000, found ${JSON.stringify(text)}`,
        `The names are ${names.join(', ')}.`,
      )
    }
    return { ...limits, [name]: Number(amount) }
  })
}

/** A whole number from `least`. */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : -1
    if (value >= least && Number.isSafeInteger(value)) return value
    throw new UsageError(`${option}: expected a whole number from ${least}, found ${JSON.stringify(text)}`)
  }
}

/** For options that may be given several times. */
export function collected(text: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), text]
}
