import type { NativeReactor } from './reactor'

/**
 * `native/http`: requests, taken off the bytes of a reactor's sockets. What they come to is told as
 * records (lib/http/records.ts).
 * @internal
 */
export interface NativeHttp {
  /** How runs of uniform bytes are skipped on this machine: 'sse2', 'neon' or 'portable'. */
  readonly runs: string
  /** The block of heads (lib/http/head.ts). Sockets can be adopted as decoded from then on. */
  heads(reactor: NativeReactor): ArrayBuffer
  /** Limits for a group's connections; of those to come. */
  limit(
    reactor: NativeReactor,
    group: number,
    headBytes: number,
    fields: number,
    bodyBytes: number,
  ): void
  /**
   * For tests: what pieces of a connection's bytes come to, each of at most 64 KiB and received in a
   * turn of its own, without a connection. A negative errno where there is no memory.
   */
  tryDecoding(
    pieces: readonly Uint8Array[],
    headBytes: number,
    fields: number,
    bodyBytes: number,
    portable?: boolean,
  ): NativeDecoded[] | number
}

/** @internal */
export interface NativeDecoded {
  /** lib/http/records.ts */
  kind: number
  /** Of a head: its numbers, and its bytes. */
  entry?: Int32Array
  head?: Uint8Array
  /** Whether it lies within its page. */
  inPage?: boolean
  /** A piece of a body. */
  data?: Uint8Array
  /** Why nothing more comes. */
  refusal?: number
  /** The request line of what was refused, empty where it was not read. */
  line?: Uint8Array
}
