import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The recorded cases beside the project; where there are none, a test says so. */
export const RECORDS: string = fileURLToPath(new URL('../../../shared/conformance/', import.meta.url))
export const hasRecords: boolean = existsSync(RECORDS)

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(RECORDS + path, 'utf8'))
}

export function readText(path: string): string {
  return readFileSync(RECORDS + path, 'utf8')
}

/** `group/case` of every recorded workflow. */
export function unitCases(): string[] {
  return ['test-cases', 'models', 'hostile'].flatMap((group) =>
    readdirSync(`${RECORDS}units/${group}`).map((name) => `${group}/${name}`),
  )
}
