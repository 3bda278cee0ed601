// Runs the acceptance program in Deno and Bun, without Node's modules, on the package that is installed beside this file.
import { acceptance } from './acceptance.mjs'

const input = globalThis.Deno?.stdin.readable ?? globalThis.Bun.stdin.stream()
const specs = await new Response(input).text()
const result = await acceptance(specs)
console.log(result)
