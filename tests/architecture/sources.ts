import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** The files below a folder of the repository, as paths from its root; what tools make is left out. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (/^(node_modules|target|dist|__pycache__|\..*)$/.test(entry.name)) return []
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export interface Import {
  readonly from: string
  /** What is imported: a path from the repository's root, or the name of a package. */
  readonly to: string
}

/** Every import of a TypeScript file, also of types, also `export from` and `import()`. */
export function importsOf(file: string, text: string = read(file)): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const named = specifierOf(node, source)
    if (named !== undefined) found.push(named)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found.map((specifier) => ({ from: file, to: resolved(file, specifier) }))
}

function specifierOf(node: ts.Node, source: ts.SourceFile): string | undefined {
  const specifier =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined
  if (specifier === undefined) return undefined
  // An import that is computed could lead anywhere.
  return ts.isStringLiteralLike(specifier) ? specifier.text : `computed: ${specifier.getText(source)}`
}

function resolved(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return normalize(join(dirname(file), specifier))
    .replaceAll('\\', '/')
    .replace(/\.js$/, '.ts')
}
