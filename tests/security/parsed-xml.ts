import { Parser } from 'saxen'
import { xmlFault } from '../unit/graph/well-formed.js'

/** An element as a parser sees it, with what its attributes stand for. */
export interface ParsedElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/** Elements and text of XML as a parser of somebody else's sees them. @throws Error where it is not well-formed */
export function parsedXml(xml: string): {
  readonly elements: readonly ParsedElement[]
  readonly text: string
} {
  // The parser lets pass some of what other ones refuse.
  const fault = xmlFault(xml)
  if (fault !== undefined) throw new Error(fault)
  const elements: ParsedElement[] = []
  let text = ''
  const refuse = (found: unknown): never => {
    throw found instanceof Error ? found : new Error(`not of a drawing: ${String(found)}`)
  }
  const parser = new Parser()
    .on('error', refuse)
    .on('warn', refuse)
    .on('openTag', (name, attributes, decode) => {
      const decoded = Object.entries(attributes()).map(([key, value]) => [key, decode(value)] as const)
      elements.push({ name, attributes: Object.fromEntries(decoded) })
    })
    .on('text', (value, decode) => {
      text += decode(value)
    })
  for (const event of ['cdata', 'comment', 'attention', 'question'] as const) parser.on(event, refuse)
  parser.parse(xml)
  return { elements, text }
}
