// Where the package runs, and which tests show it. README's table is made of this; a test checks that the tests exist,
// and no run passes in which one of them was left out.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} Support
 * @property {string} runtime
 * @property {readonly string[]} packages of this project's tools: their versions are those that it is tested with
 * @property {string} where
 * @property {string} stores
 * @property {string} page of the documentation
 * @property {Readonly<Record<string, readonly string[]>>} shownBy file of tests -> parts of their titles
 */

/** @type {readonly Support[]} */
export const SUPPORT = [
  {
    runtime: 'Node 20.19+, 22, 24',
    packages: ['node'],
    where: 'main thread, `worker_threads`',
    stores: 'memory, filesystem, HTTP',
    page: 'docs/node.md',
    shownBy: {
      'tests/runtimes/node.test.ts': [
        '%s of Node 20, 22 and 24 gives the same bytes',
        'the whole store suite passes on files in Node 20, 22 and 24',
      ],
      'tests/unit/stores/http-store.test.ts': [''],
      'tests/packaging/node-import.test.ts': [''],
    },
  },
  {
    runtime: 'Chromium',
    packages: [],
    where: 'pages, workers, service workers; bundled by Vite, webpack, Rollup, esbuild',
    stores: 'memory, IndexedDB, HTTP',
    page: 'docs/browsers.md',
    shownBy: {
      'tests/runtimes/chromium-acceptance.test.ts': [
        'a page of Chromium and its workers give the same bytes',
      ],
      'tests/runtimes/slim-chromium.test.ts': ['slim works with a module that another realm has compiled'],
      'tests/runtimes/indexeddb.test.ts': ['the whole store suite passes on IndexedDB in Chromium'],
      'tests/packaging/bundlers.test.ts': [''],
    },
  },
  {
    runtime: 'Cloudflare Workers (workerd)',
    packages: ['workerd'],
    where: 'fetch handlers',
    stores: 'memory, Workers KV, HTTP',
    page: 'docs/cloudflare-workers.md',
    shownBy: {
      'tests/runtimes/edge.test.ts': [
        'workerd, which takes the core as a module, gives the same bytes',
        'the whole store suite passes in workerd on Workers KV',
      ],
      'tests/unit/stores/workers-kv-store.test.ts': [''],
      'tests/examples/edge-function.test.ts': [''],
    },
  },
  {
    runtime: "Vercel's Edge runtime (its VM)",
    packages: ['@edge-runtime/vm'],
    where: 'edge functions',
    stores: 'memory',
    page: 'docs/vercel-edge.md',
    shownBy: { 'tests/runtimes/edge.test.ts': ['the VM of the Edge runtime'] },
  },
  {
    runtime: 'Deno',
    packages: ['deno'],
    where: 'main thread',
    stores: 'memory, filesystem',
    page: 'docs/deno-and-bun.md',
    shownBy: {
      'tests/runtimes/deno-bun.test.ts': [
        '%s gives the same bytes as Node',
        'the whole store suite passes on files in %s',
      ],
    },
  },
  {
    runtime: 'Bun',
    packages: ['bun'],
    where: 'main thread',
    stores: 'memory, filesystem',
    page: 'docs/deno-and-bun.md',
    shownBy: {
      'tests/runtimes/deno-bun.test.ts': [
        '%s gives the same bytes as Node',
        'the whole store suite passes on files in %s',
      ],
    },
  },
]

/** README's table. */
export function supportTable(root) {
  const versions = (packages) =>
    packages
      .map(
        (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version,
      )
      .join(', ')
  const rows = SUPPORT.map(
    ({ runtime, packages, where, stores, page }) =>
      `| [${runtime}](${page}) | ${versions(packages) || 'as installed'} | ${where} | ${stores} |`,
  )
  return ['| runtime | tested with | where | stores |', '|---|---|---|---|', ...rows].join('\n')
}
