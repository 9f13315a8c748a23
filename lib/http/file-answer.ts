import { FileSlice } from '../net/file-slice'
import { close } from '../sys/descriptors'
import type { Field } from './field'
import { type OpenFile, readWhole, SMALL_FILE } from './files/open-file'
import { type FileOptions, planFile } from './files/plan'
import { Flag } from './heads'
import type { HttpRequest } from './request'
import { isBodiless } from './status-line'

/** What is asked of the response. */
interface FileResponse {
  readonly request: HttpRequest
  readonly statusCode: number
  getHeader(name: string): string | undefined
  sendContent(content: FileContent): void
}

/** What is answered of a file. @internal */
export interface FileContent {
  readonly status: number
  readonly fields: Field[]
  readonly length: number
  /** Absent where only the head is due. */
  readonly content: Uint8Array | FileSlice | undefined
}

/** @internal */
export type OpenedOptions = FileOptions & { type: string; coding?: string }

/** Answers with a file that is open, as RFC 9110 has it, and closes it. @internal */
export function answerWithFile(
  response: FileResponse,
  file: OpenFile,
  options: OpenedOptions,
): void {
  const { request } = response
  const isHead = (request.flags & Flag.IsHead) !== 0
  const conditional = response.statusCode === 200 && (request.method === 'GET' || isHead)
  const { type, coding = '' } = options
  let slice: FileSlice | undefined
  let owned = true
  try {
    const plan = planFile(
      conditional ? (name) => request.header(name) : undefined,
      { stat: file.stat, type, coding, etag: response.getHeader('etag'), isHead },
      options,
    )
    const { fields, offset, length } = plan
    const status = conditional ? plan.status : response.statusCode
    slice = new FileSlice(file.fd, { offset, length, autoClose: true })
    owned = false
    let content: Uint8Array | FileSlice | undefined
    if (!isHead && length > 0 && !isBodiless(status)) {
      // One call for all of a small answer; a large one is not copied.
      content = length <= SMALL_FILE ? readWhole(slice) : slice
    }
    response.sendContent({ status, fields, length, content })
    if (content === slice) slice = undefined // the socket's from here on
  } finally {
    slice?.release()
    if (owned) close(file.fd)
  }
}
