/**
 * `edgeloop/framing`: messages out of streams of bytes, and into them. TCP keeps no borders between
 * messages; these do. It needs neither the addon nor a reactor.
 * @module
 */
export type { Decoder } from './decoder'
export { delimited } from './delimited'
export { framed, type FramedHandlers, type FramedSocket } from './framed'
export type { Framing, FramingOptions } from './framing'
export { lengthPrefixed, type LengthType } from './length-prefixed'
export { lines, type LinesOptions } from './lines'
