// `unitflow` and `unitflow/slim` in one program: who comes by the core, and how many there are. `first` is an argument.
import * as unitflow from 'unitflow'
import * as slim from 'unitflow/slim'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const codeOf = (work) => {
  try {
    work()
    return 'nothing was thrown'
  } catch (error) {
    return error.code
  }
}

let compiled = 0
const { Module, compile } = WebAssembly
WebAssembly.Module = class extends Module {
  constructor(bytes) {
    super(bytes)
    compiled++
  }
}
WebAssembly.compile = (bytes) => {
  compiled++
  return compile(bytes)
}

const before = codeOf(() => slim.decompose('[1]'))
if (process.argv[2] === 'slim')
  await slim.init(await readFile(fileURLToPath(import.meta.resolve('unitflow/core.wasm'))))
else unitflow.isUnitflowError(codeOf(() => unitflow.decompose('[1]')))
await slim.init(new Uint8Array(3))
console.log(
  JSON.stringify({
    before,
    after: [codeOf(() => slim.decompose('[1]')), codeOf(() => unitflow.decompose('[1]'))],
    compiled,
    sameErrors: slim.UnitflowError === unitflow.UnitflowError,
    readsWithoutCore: slim.readElementUnit === unitflow.readElementUnit,
  }),
)
