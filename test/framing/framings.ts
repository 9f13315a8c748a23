// Every framing under one roof, with messages as bytes and as what the decoder hands out.

import {
  type Decoder,
  delimited,
  type Framing,
  type FramingOptions,
  lengthPrefixed,
  type LengthType,
  lines,
} from '../../lib/framing'

export interface Case {
  readonly name: string
  /** The framing, with what it hands out copied and shown as text of one byte a character. */
  make(options?: FramingOptions): Framing<Uint8Array | string>
  /** Whether the messages are text. */
  readonly text: boolean
}

const types: readonly LengthType[] = ['u8', 'u16be', 'u16le', 'u32be', 'u32le']

export const cases: readonly Case[] = [
  { name: 'lines', text: true, make: (options) => lines(options) },
  {
    name: 'lines, CRLF',
    text: true,
    make: (options) => lines({ ...options, newline: '\r\n' }),
  },
  { name: 'delimited by a byte', text: false, make: (options) => delimited('\0', options) },
  { name: 'delimited by two', text: false, make: (options) => delimited('\r\n', options) },
  { name: 'delimited by aab', text: false, make: (options) => delimited('aab', options) },
  {
    name: 'delimited by abab',
    text: false,
    make: (options) => delimited(Buffer.from('abab'), options),
  },
  ...types.map((type) => ({
    name: `length-prefixed, ${type}`,
    text: false,
    make: (options?: FramingOptions) => lengthPrefixed(type, options),
  })),
]

/** A message as a string of one character a byte, copied at once. */
export function shown(message: Uint8Array | string): string {
  return typeof message === 'string' ? message : Buffer.from(message).toString('latin1')
}

/** A decoder, and the messages that it has handed out. */
export function collecting(framing: Framing<Uint8Array | string>): {
  decoder: Decoder
  messages: string[]
} {
  const messages: string[] = []
  const decoder = framing.decoder((message) => {
    messages.push(shown(message))
  })
  return { decoder, messages }
}

/** Pushes the bytes in the pieces that `cuts` make of them, from memory that is spoilt afterwards. */
export function pushCut(decoder: Decoder, bytes: Uint8Array, cuts: readonly number[]): void {
  const borders = [
    0,
    ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b),
    bytes.length,
  ]
  for (let i = 1; i < borders.length; i++) {
    const piece = Buffer.from(bytes.subarray(borders[i - 1], borders[i]))
    decoder.push(piece)
    piece.fill(0xee)
  }
}
