import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { buildAll } from '../../esbuild.config.mjs'
import { isBuilt } from '../../scripts/built.mjs'
import { run } from './run.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of an empty application that has installed the packed tarball. */
    readonly application: string
    /** The files in the tarball, as paths inside the package. */
    readonly packed: readonly string[]
  }
}

interface PackReport {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** Builds, packs and installs the package as a user would, once for all tests of it; takes the folder away after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!isBuilt(root)) await buildAll()
  const application = await mkdtemp(join(tmpdir(), 'unitflow-application-'))
  const packing = await run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', application],
    { cwd: root },
  )
  const report = packReport(JSON.parse(packing.stdout) as PackReport[] | Record<string, PackReport>)
  await writeFile(
    join(application, 'package.json'),
    JSON.stringify({ name: 'application', private: true, type: 'module' }),
  )
  // What `npm ci` has fetched is in npm's cache.
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
  await run('npm', ['install', ...options, `./${report.filename}`], { cwd: application })
  const installed = join(application, 'node_modules/unitflow/package.json')
  const { version } = JSON.parse(await readFile(installed, 'utf8')) as { version: string }
  if (report.filename !== `unitflow-${version}.tgz`)
    throw new Error(`installed ${version}, packed ${report.filename}`)
  project.provide('application', application)
  project.provide(
    'packed',
    report.files.map(({ path }) => path),
  )
  return () => rm(application, { recursive: true, force: true })
}

/** npm gives a list of reports, later versions an object by package name. */
function packReport(printed: PackReport[] | Record<string, PackReport>): PackReport {
  const [report] = Object.values(printed)
  if (report === undefined) throw new Error('npm pack printed no report')
  return report
}
