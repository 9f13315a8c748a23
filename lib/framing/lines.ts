import { checkOptions, maxSizeOf, messageBytes } from './checks'
import { checkReceiver } from './decoder'
import { DelimiterDecoder, failureFunction } from './delimited'
import { outOfRange, wrongType } from './errors'
import type { Framing, FramingOptions } from './framing'

export interface LinesOptions extends FramingOptions {
  /**
   * The encoding of the text. A character that the border of a chunk cuts is put together again.
   * @default 'utf8'
   */
  encoding?: 'utf8' | 'latin1' | 'ascii'
  /**
   * What `encode` ends a line with. The decoder takes either.
   * @default '\n'
   */
  newline?: '\n' | '\r\n'
}

const LF = Buffer.from('\n')
const CR = 0x0d
const failure = failureFunction(LF)

/**
 * Lines of text: messages are strings, without the LF or CRLF that ends them. What stands behind the
 * last line's end when the stream ends is a line too, unless it is nothing.
 */
export function lines(options: LinesOptions = {}): Framing<string> {
  checkOptions(options)
  const maxSize = maxSizeOf(options)
  const encoding = choice(options.encoding, 'encoding', ['utf8', 'latin1', 'ascii'])
  const newline = choice(options.newline, 'newline', ['\n', '\r\n'])
  const end = Buffer.from(newline)
  return {
    maxSize,
    decoder: (receive) => {
      checkReceiver(receive)
      return new LineDecoder(encoding, maxSize, receive)
    },
    encode: (message) => {
      const bytes = messageBytes(message, encoding, maxSize)
      // A CR before LF would be taken for the line's end.
      const fits = !bytes.includes(LF) && (newline === '\r\n' || bytes.at(-1) !== CR)
      if (fits) return Buffer.concat([bytes, end])
      throw outOfRange('message', 'argument', 'one line', 'one with a line break')
    },
  }
}

class LineDecoder extends DelimiterDecoder {
  readonly #encoding: BufferEncoding
  readonly #receive: (line: string) => void

  constructor(encoding: BufferEncoding, maxSize: number, receive: (line: string) => void) {
    super(LF, failure, maxSize)
    this.#encoding = encoding
    this.#receive = receive
  }

  protected trailing(last: number | undefined): number {
    return last === CR ? 1 : 0
  }

  protected emit(bytes: Buffer, start: number, end: number): void {
    this.#receive(bytes.toString(this.#encoding, start, end))
  }

  protected override last(): void {
    const { partial } = this
    if (partial.length === 0) return
    const size = partial.length - this.trailing(partial.last)
    this.deliver(partial.take(), 0, size)
  }
}

function choice<T extends string>(value: unknown, name: string, choices: readonly [T, ...T[]]): T {
  if (value === undefined) return choices[0]
  const found = choices.find((one) => one === value)
  if (found !== undefined) return found
  const expected = choices.map((one) => JSON.stringify(one)).join(' or ')
  if (typeof value !== 'string') throw wrongType(name, 'option', expected, value)
  throw outOfRange(name, 'option', expected, value)
}
