import { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { codedError } from '../sys/errors'

/**
 * A form as a request's body brings it: multipart/form-data (RFC 7578) or application/x-www-form-urlencoded. Files are
 * held in memory, within the limit of the body.
 *
 * @throws TypeError `ERR_HTTP_NO_FORM` for another Content-Type or a malformed body
 * @internal
 */
export async function readForm(
  body: AsyncIterable<Uint8Array>,
  contentType: string | undefined,
): Promise<FormData> {
  if (
    !/^(?:multipart\/form-data|application\/x-www-form-urlencoded)(?:[ \t;]|$)/i.test(
      contentType ?? '',
    )
  ) {
    throw noForm(`The Content-Type is none of a form: ${contentType ?? 'there is none'}`)
  }
  const form = new FormData()
  let parser: BusboyInstance
  try {
    parser = new Busboy({
      headers: { 'content-type': contentType ?? '' },
      // The body's own limit bounds them all.
      limits: { fieldSize: Infinity, fields: Infinity, fileSize: Infinity, parts: 10_000 },
    })
  } catch (error) {
    throw noForm(error instanceof Error ? error.message : String(error))
  }
  parser.on('field', (name, value) => {
    form.append(name, value)
  })
  parser.on('file', (name, stream, filename, _encoding, type) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      form.append(name, new File(chunks, filename, { type }))
    })
  })
  const source = Readable.from(body, { objectMode: false })
  await new Promise<void>((resolve, reject) => {
    parser.once('finish', resolve)
    parser.once('error', (error: unknown) => {
      reject(noForm(error instanceof Error ? error.message : String(error)))
    })
    source.once('error', reject)
    source.pipe(parser)
  })
  return form
}

function noForm(message: string): Error {
  return codedError(new TypeError(message), 'ERR_HTTP_NO_FORM')
}
