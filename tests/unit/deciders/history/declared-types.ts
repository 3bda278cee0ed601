import ts from 'typescript'
import { read } from '../../../architecture/sources.js'

/** An interface as it is declared, with what it inherits. */
export interface Declared {
  /** The literal of its field `type`. */
  readonly type?: string
  /** Names of fields; the value says whether it may be missing. */
  readonly fields: ReadonlyMap<string, boolean>
}

export interface Declarations {
  readonly interfaces: ReadonlyMap<string, Declared>
  /** Names that a union is of. */
  readonly unions: ReadonlyMap<string, readonly string[]>
  /** Literals that a union is of. */
  readonly literals: ReadonlyMap<string, readonly string[]>
}

/** What these files declare, read by the compiler's parser. */
export function declarationsOf(paths: readonly string[]): Declarations {
  const declared = new Map<string, ts.InterfaceDeclaration>()
  const unions = new Map<string, readonly string[]>()
  const literals = new Map<string, readonly string[]>()
  for (const path of paths) {
    const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true)
    for (const statement of source.statements) {
      if (ts.isInterfaceDeclaration(statement)) declared.set(statement.name.text, statement)
      if (!ts.isTypeAliasDeclaration(statement) || !ts.isUnionTypeNode(statement.type)) continue
      const { types } = statement.type
      const name = statement.name.text
      if (types.every(ts.isTypeReferenceNode))
        unions.set(
          name,
          types.map((type) => type.getText()),
        )
      const texts = types.map(literalOf)
      if (texts.every((text) => text !== undefined)) literals.set(name, texts)
    }
  }
  const interfaces = new Map<string, Declared>()
  for (const [name, node] of declared)
    interfaces.set(name, { fields: fieldsOf(node, declared), ...typeOf(node) })
  return { interfaces, unions, literals }
}

function fieldsOf(
  node: ts.InterfaceDeclaration,
  declared: ReadonlyMap<string, ts.InterfaceDeclaration>,
): Map<string, boolean> {
  const fields = new Map<string, boolean>()
  for (const clause of node.heritageClauses ?? []) {
    for (const { expression } of clause.types) {
      const base = declared.get(expression.getText())
      if (base === undefined)
        throw new Error(`${node.name.text} extends ${expression.getText()}, which is not here`)
      for (const [name, isOptional] of fieldsOf(base, declared)) fields.set(name, isOptional)
    }
  }
  for (const member of node.members) {
    if (!ts.isPropertySignature(member)) throw new Error(`${node.name.text} has more than fields`)
    fields.set(member.name.getText(), member.questionToken !== undefined)
  }
  return fields
}

function typeOf(node: ts.InterfaceDeclaration): { readonly type?: string } {
  const field = node.members.find((member) => member.name?.getText() === 'type')
  const type =
    field !== undefined && ts.isPropertySignature(field) && field.type ? literalOf(field.type) : undefined
  return type === undefined ? {} : { type }
}

function literalOf(node: ts.TypeNode): string | undefined {
  return ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal) ? node.literal.text : undefined
}
