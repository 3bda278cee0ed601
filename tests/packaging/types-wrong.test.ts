import {
  checkPackage,
  createPackageFromTarballData,
  type Package,
  type Problem,
} from '@arethetypeswrong/core'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, inject, test, vi } from 'vitest'
import { CORE, ENTRIES, HISTORY_SCHEMA, typesOf } from '../../scripts/entries.mjs'

const names = [...ENTRIES, CORE, HISTORY_SCHEMA].map(({ name }) => name).sort()

let tarball: Uint8Array

beforeAll(async () => {
  const application = inject('application')
  const [name] = (await readdir(application)).filter((file) => file.endsWith('.tgz'))
  tarball = await readFile(join(application, name!))
})

interface Checked {
  readonly entries: readonly string[]
  readonly problems: readonly Problem[]
}

async function check(packed: Package): Promise<Checked> {
  const result = await checkPackage(packed)
  if (result.types === false) return { entries: [], problems: [] }
  return {
    entries: Object.keys(result.entrypoints).sort(),
    problems: result.problems.filter((problem) => !isOfProfile(problem)),
  }
}

/**
 * What the profile "esm-only" leaves out: a CommonJS file gets ESM, which Node's `require()` takes from 20.19 on; and the
 * resolution that TypeScript had before export maps finds none.
 */
function isOfProfile({ kind, ...problem }: Problem): boolean {
  const resolution = 'resolutionKind' in problem ? problem.resolutionKind : undefined
  return (
    (kind === 'CJSResolvesToESM' && resolution === 'node16-cjs') ||
    (kind === 'NoResolution' && resolution === 'node10')
  )
}

test('the types are right in every entry, the core among them, for ESM', async () => {
  expect(await check(createPackageFromTarballData(tarball))).toEqual({ entries: names, problems: [] })
})

test('types that are wrong are found: a declaration that is not in the tarball', async () => {
  const packed = createPackageFromTarballData(tarball)
  const gone = `/node_modules/unitflow/${typesOf(ENTRIES[0]!)}`
  expect(packed.fileExists(gone)).toBe(true)
  const isThere = packed.fileExists.bind(packed)
  vi.spyOn(packed, 'fileExists').mockImplementation((path) => path !== gone && isThere(path))
  const { problems } = await check(packed)
  expect(problems).toContainEqual(expect.objectContaining({ kind: 'UntypedResolution', entrypoint: '.' }))
})
