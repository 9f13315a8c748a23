import { clientsFault } from './clients-fault'

/** All of a body. @internal */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
}

/** All of a body as UTF-8. @internal */
export async function collectText(body: AsyncIterable<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await collect(body))
}

/** @throws SyntaxError which is the client's fault @internal */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw error instanceof Error ? clientsFault(error, 400) : error
  }
}

/**
 * The promise of a body, which fails its reader and nobody else: where the client goes before the reader awaits it, that
 * is no unhandled rejection.
 * @internal
 */
export function unreported<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined)
  return promise
}
