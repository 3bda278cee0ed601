import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { ENTRIES } from '../../scripts/entries.mjs'

const project = fileURLToPath(new URL('../../', import.meta.url))

/** What an entry exports. */
export interface ExportedNames {
  /** By name: the file that it is declared in, from the project's root. */
  readonly names: ReadonlyMap<string, string>
  /** The members of what a name stands for: of a type, or of an object. */
  membersOf(name: string): ReadonlySet<string>
}

/** What entries of the package export, by the names of the entries. */
export async function exportedNames(entries: readonly string[]): Promise<ReadonlyMap<string, ExportedNames>> {
  const { config } = ts.readConfigFile(join(project, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    readonly config: unknown
  }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, project)
  const files = entries.map((name) => {
    const entry = ENTRIES.find((one) => one.name === name)
    if (entry === undefined) throw new Error(`there is no entry ${name}`)
    return { name, file: join(project, entry.source) }
  })
  const program = ts.createProgram(
    files.map(({ file }) => file),
    options,
  )
  const found = new Map<string, ExportedNames>()
  for (const { name, file } of files) {
    // The compiler also names values that stand behind `export type *`, which nobody can use.
    const values: object = (await import(file)) as object
    found.set(
      name,
      namesIn(program.getTypeChecker(), program.getSourceFile(file), new Set(Object.keys(values))),
    )
  }
  return found
}

function namesIn(
  checker: ts.TypeChecker,
  source: ts.SourceFile | undefined,
  values: ReadonlySet<string>,
): ExportedNames {
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error('the entry is no module')
  const symbols = new Map<string, ts.Symbol>()
  for (const symbol of checker.getExportsOfModule(module)) {
    const meant = isOf(symbol, ts.SymbolFlags.Alias) ? checker.getAliasedSymbol(symbol) : symbol
    if (values.has(symbol.name) || isOf(meant, ts.SymbolFlags.Type)) symbols.set(symbol.name, meant)
  }
  return {
    names: new Map([...symbols].map(([name, symbol]) => [name, fileOf(symbol)])),
    membersOf(name) {
      const symbol = symbols.get(name)
      if (symbol === undefined) return new Set()
      const type = isOf(symbol, ts.SymbolFlags.Type)
        ? checker.getDeclaredTypeOfSymbol(symbol)
        : checker.getTypeOfSymbol(symbol)
      const members = type.getProperties().map((property) => property.name)
      // What has a symbol for its name is for the compiler alone.
      return new Set(members.filter((member) => !member.startsWith('__@')))
    },
  }
}

function isOf(symbol: ts.Symbol, flags: ts.SymbolFlags): boolean {
  return (symbol.flags & flags) !== 0
}

function fileOf(symbol: ts.Symbol): string {
  return symbol.declarations?.[0]?.getSourceFile().fileName.slice(project.length) ?? ''
}
