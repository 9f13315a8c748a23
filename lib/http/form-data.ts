import { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { codedError } from '../sys/errors'
import { collectText } from './collecting'
import { clientsFault, type FaultStatus } from './clients-fault'

/** Parts of a multipart body: what a part costs is more than its bytes. */
const MOST_PARTS = 10_000

type Entry = readonly [name: string, value: string | File]

/**
 * A form as a request's body brings it: multipart/form-data (RFC 7578) or application/x-www-form-urlencoded. Files are
 * held in memory, within the limit of the body.
 *
 * @throws TypeError `ERR_HTTP_NO_FORM` for another Content-Type, a malformed body or more than 10,000 parts
 * @internal
 */
export async function readForm(
  body: AsyncIterable<Uint8Array>,
  contentType: string | undefined,
): Promise<FormData> {
  const kind = /^(multipart\/form-data|application\/x-www-form-urlencoded)(?:[ \t;]|$)/i.exec(
    contentType ?? '',
  )?.[1]
  if (kind === undefined) {
    throw noForm(`The Content-Type is none of a form: ${contentType ?? 'there is none'}`, 415)
  }
  const entries = kind.toLowerCase().startsWith('multipart')
    ? await readParts(body, contentType ?? '')
    : await readPairs(body)
  const form = new FormData()
  for (const [name, value] of entries) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, value)
  }
  return form
}

async function readPairs(body: AsyncIterable<Uint8Array>): Promise<Iterable<Entry>> {
  return new URLSearchParams(await collectText(body))
}

/** In the order of the body. */
async function readParts(body: AsyncIterable<Uint8Array>, contentType: string): Promise<Entry[]> {
  let parser: BusboyInstance
  try {
    parser = new Busboy({
      headers: { 'content-type': contentType },
      // The body's own limit bounds them all.
      limits: { fieldSize: Infinity, fields: Infinity, fileSize: Infinity, parts: MOST_PARTS },
    })
  } catch (error) {
    throw malformed(error)
  }
  const entries: (() => Entry)[] = []
  const source = Readable.from(body, { objectMode: false })
  try {
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: unknown): void => {
        reject(malformed(error))
      }
      // A name can be missing, whatever the types of the parser say.
      const named = (name: string | undefined, entry: (name: string) => Entry): void => {
        if (name === undefined) refuse('A part has no name')
        else entries.push(() => entry(name))
      }
      parser.on('field', (given, value) => {
        named(given, (name) => [name, value])
      })
      parser.on('file', (given, stream, filename: string | undefined, _encoding, type) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        // The body ends amid the file.
        stream.on('error', refuse)
        named(given, (name) => [name, new File(chunks, filename ?? '', { type })])
      })
      parser.on('partsLimit', () => {
        refuse(`The form has more than ${String(MOST_PARTS)} parts`)
      })
      parser.on('finish', resolve)
      parser.on('error', refuse)
      source.on('error', reject)
      source.pipe(parser)
    })
  } finally {
    source.destroy()
  }
  return entries.map((entry) => entry())
}

function malformed(error: unknown): Error {
  return noForm(error instanceof Error ? error.message : String(error), 400)
}

function noForm(message: string, status: FaultStatus): Error {
  return clientsFault(codedError(new TypeError(message), 'ERR_HTTP_NO_FORM'), status)
}
