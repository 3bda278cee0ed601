const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y

/** What is wrong with a text as XML, as far as drawings go; `undefined` where nothing is. */
export function xmlFault(text: string): string | undefined {
  const forbidden = /(?![\t\n\r])[\p{Cc}\ufffe\uffff]/u.exec(text)
  if (forbidden !== null) return `forbidden character at ${forbidden.index}`
  if (!text.isWellFormed()) return 'a surrogate without its pair'
  const open: string[] = []
  let at = 0
  while (at < text.length) {
    const start = text.indexOf('<', at)
    const content = text.slice(at, start < 0 ? undefined : start)
    if (/&(?!(?:amp|lt|gt|quot|#\d+);)/.test(content)) return `a bare & before ${start}`
    if (open.length === 0 && content.trim() !== '') return `text outside of the root before ${start}`
    if (start < 0) break
    TAG.lastIndex = start
    const tag = TAG.exec(text)
    if (tag === null) return `no tag at ${start}: ${text.slice(start, start + 40)}`
    const [whole, closing, name = '', attributes = '', empty] = tag
    if (/&(?!(?:amp|lt|gt|quot|#\d+);)/.test(attributes)) return `a bare & in ${whole}`
    const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, attribute]) => attribute)
    if (new Set(names).size < names.length) return `an attribute twice in ${whole}`
    if (closing === '/') {
      if (open.pop() !== name) return `</${name}> closes something else at ${start}`
    } else if (empty !== '/') {
      open.push(name)
    }
    at = start + whole.length
  }
  return open.length === 0 ? undefined : `<${open.join('> <')}> left open`
}
