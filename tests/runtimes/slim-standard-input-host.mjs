// The same with slim: the core is handed over as it is asked for by the arguments.
import { init } from 'unitflow/slim'
import { acceptance } from './acceptance.mjs'

const { Deno, Bun } = globalThis
const file = new URL(import.meta.resolve('unitflow/core.wasm'))
const read = () => (Deno ? Deno.readFile(file) : Bun.file(file).arrayBuffer())
const SOURCES = {
  url: () => file,
  response: () => fetch(file),
  bytes: read,
  module: async () => WebAssembly.compile(await read()),
}
const [source] = Deno?.args ?? Bun.argv.slice(2)
const specs = await new Response(Deno?.stdin.readable ?? Bun.stdin.stream()).text()
await init(SOURCES[source]())
console.log(await acceptance(specs))
