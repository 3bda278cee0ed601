// Code that counts which of its blocks run: an esbuild plugin over TypeScript's own transformers.
import { readFile } from 'node:fs/promises'
import ts from 'typescript'

/** Where the counters are: one byte a block, from the first on. */
export const COUNTERS = '__unitflowBlocks'
/** More blocks than there will be. */
export const MOST_BLOCKS = 1 << 14

/** Counts the blocks of the files that `filter` matches, numbered across all of them. */
export function countedBlocks(filter) {
  return {
    name: 'counted-blocks',
    setup(build) {
      const blocks = { count: 0 }
      build.onLoad({ filter }, async ({ path }) => ({
        contents: counted(await readFile(path, 'utf8'), path, blocks),
        loader: 'ts',
      }))
    },
  }
}

/** A module whose blocks count; `blocks.count` is the number of the next one. */
export function counted(source, path, blocks) {
  const { outputText } = ts.transpileModule(source, {
    fileName: path,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
    transformers: { before: [(context) => (file) => transformed(file, context, blocks)] },
  })
  return outputText
}

function transformed(file, context, blocks) {
  const { factory } = context
  /** `(globalThis.__unitflowBlocks[n]++)` */
  const count = () => {
    if (blocks.count >= MOST_BLOCKS) throw new Error(`more than ${MOST_BLOCKS} blocks`)
    const counters = factory.createPropertyAccessExpression(factory.createIdentifier('globalThis'), COUNTERS)
    return factory.createPostfixIncrement(factory.createElementAccessExpression(counters, blocks.count++))
  }
  const statement = () => factory.createExpressionStatement(count())
  const counting = (expression) =>
    factory.createParenthesizedExpression(factory.createComma(count(), expression))
  const body = (node) =>
    node === undefined
      ? undefined
      : ts.isBlock(node)
        ? factory.updateBlock(node, [statement(), ...node.statements])
        : factory.createBlock([statement(), node], true)

  const visit = (before) => {
    const node = ts.visitEachChild(before, visit, context)
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
      return factory.updateArrowFunction(
        node,
        node.modifiers,
        node.typeParameters,
        node.parameters,
        node.type,
        node.equalsGreaterThanToken,
        counting(node.body),
      )
    }
    if (ts.isBlock(node) && (ts.isFunctionLike(before.parent) || ts.isCatchClause(before.parent)))
      return body(node)
    if (ts.isIfStatement(node)) {
      return factory.updateIfStatement(
        node,
        node.expression,
        body(node.thenStatement),
        body(node.elseStatement),
      )
    }
    if (ts.isForStatement(node)) {
      return factory.updateForStatement(
        node,
        node.initializer,
        node.condition,
        node.incrementor,
        body(node.statement),
      )
    }
    if (ts.isForOfStatement(node)) {
      return factory.updateForOfStatement(
        node,
        node.awaitModifier,
        node.initializer,
        node.expression,
        body(node.statement),
      )
    }
    if (ts.isWhileStatement(node))
      return factory.updateWhileStatement(node, node.expression, body(node.statement))
    if (ts.isCaseClause(node)) {
      return factory.updateCaseClause(node, node.expression, [statement(), ...node.statements])
    }
    if (ts.isDefaultClause(node)) return factory.updateDefaultClause(node, [statement(), ...node.statements])
    if (ts.isConditionalExpression(node)) {
      return factory.updateConditionalExpression(
        node,
        node.condition,
        node.questionToken,
        counting(node.whenTrue),
        node.colonToken,
        counting(node.whenFalse),
      )
    }
    if (ts.isBinaryExpression(node) && SHORTCUTS.has(node.operatorToken.kind)) {
      return factory.updateBinaryExpression(node, node.left, node.operatorToken, counting(node.right))
    }
    return node
  }
  return ts.visitNode(file, visit)
}

const SHORTCUTS = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
])
