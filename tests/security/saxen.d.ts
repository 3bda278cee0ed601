declare module 'saxen' {
  export class Parser {
    on(
      event: 'openTag',
      listen: (
        name: string,
        attributes: () => Readonly<Record<string, string>>,
        decode: (text: string) => string,
      ) => void,
    ): this
    on(event: 'text', listen: (text: string, decode: (text: string) => string) => void): this
    on(event: 'error' | 'warn', listen: (error: Error) => void): this
    on(event: 'cdata' | 'comment' | 'attention' | 'question', listen: (text: string) => void): this
    parse(xml: string): this
  }
}
