import { STATUS_CODES } from 'node:http'
import { codedError, SystemError } from '../sys/errors'
import { constants } from '../sys/constants'
import { close } from '../sys/descriptors'
import { checkField } from './field'
import { answerWithFile } from './file-answer'
import { contentTypeOf } from './files/content-type'
import { preferredCodings } from './files/encodings'
import { linkTo, listingPage, page } from './files/listing'
import type { OpenFile } from './files/open-file'
import type { FileOptions } from './files/plan'
import { Root } from './files/root'
import { type Dotfiles, fileTarget, type FileTarget } from './files/target'
import type { HttpRequest } from './request'
import type { HttpResponse } from './response'

/** How {@link serveStatic} serves. */
export interface StaticOptions extends Omit<FileOptions, 'type'> {
  /**
   * The file that stands for its directory; false for none.
   * @default 'index.html'
   */
  index?: string | false
  /**
   * Answer a directory without an index with a page that lists it.
   * @default false
   */
  listing?: boolean
  /**
   * What becomes of names that begin with a dot: `'ignore'` answers 404, `'deny'` 403.
   * @default 'ignore'
   */
  dotfiles?: Dotfiles
  /**
   * Send `file.br` or `file.gz` in place of `file` to clients that take that coding.
   * @default false
   */
  precompressed?: boolean
  /**
   * Answers what there is no file for; `response.sendStatus(404)` and the like where it is absent.
   */
  otherwise?: (request: HttpRequest, response: HttpResponse) => unknown
}

/** A handler that serves the files below a directory, and what it holds. */
export interface StaticHandler {
  (request: HttpRequest, response: HttpResponse): unknown
  /** Gives the directory's descriptor back; requests are answered 404 from then on. Twice is fine. */
  close(): void
}

/**
 * A handler for the files below `root`, and for nothing outside of it: the kernel itself resolves the names beneath
 * the directory (openat2(2)), so that neither dots in any encoding nor a symbolic link leads out of it. Links within it
 * are followed. Devices, FIFOs and sockets are no files.
 *
 * GET and HEAD; others are answered 405. Conditions and one range as RFC 9110 has them: see `response.sendFile`. A
 * directory without a slash behind it is redirected to the one with it.
 *
 * A file that may not be read is answered 403, one that is shorter than it says (it was cut just now, or lies in sysfs)
 * 500, and 503 where the process has no descriptor left.
 *
 * @throws SystemError ENOENT, ENOTDIR, EACCES for `root`
 * @throws TypeError for an option of the wrong type; `ERR_INVALID_CHAR` for a `cacheControl` that is no field's value
 */
export function serveStatic(root: string, options: StaticOptions = {}): StaticHandler {
  const files = new StaticFiles(root, options)
  const handler = (request: HttpRequest, response: HttpResponse): unknown =>
    files.answer(request, response)
  return Object.assign(handler, {
    close: () => {
      files.close()
    },
  })
}

/** What an attempt to open comes to: it is not for all, or this process has no descriptor to spare just now. */
const failures: ReadonlyMap<string, 403 | 503> = new Map([
  ['EACCES', 403],
  ['EMFILE', 503],
  ['ENFILE', 503],
  ['ENOMEM', 503],
])

interface CodedFile {
  readonly file: OpenFile
  readonly coding: string
}

class StaticFiles {
  readonly #options: StaticOptions
  readonly #index: string | undefined
  readonly #dotfiles: Dotfiles
  #root: Root | undefined

  constructor(root: string, options: StaticOptions) {
    const { index = 'index.html', dotfiles = 'ignore' } = options
    if (typeof (root as unknown) !== 'string') throw wrong('root', 'a string', root)
    if (index !== false && (typeof (index as unknown) !== 'string' || /[/\0]|^$/.test(index))) {
      throw wrong('index', "a file's name or false", index)
    }
    if (!['allow', 'deny', 'ignore'].includes(dotfiles)) {
      throw wrong('dotfiles', "'allow', 'deny' or 'ignore'", dotfiles)
    }
    // A mistake in it would else be told at the first request.
    if (options.cacheControl !== undefined) checkField('Cache-Control', options.cacheControl)
    this.#options = options
    this.#index = index === false ? undefined : index
    this.#dotfiles = dotfiles
    this.#root = new Root(root)
  }

  close(): void {
    this.#root?.close()
    this.#root = undefined
  }

  answer(request: HttpRequest, response: HttpResponse): unknown {
    const { method } = request
    if (method !== 'GET' && method !== 'HEAD') {
      response.header('Allow', 'GET, HEAD, OPTIONS')
      if (method === 'OPTIONS') {
        response.status(204).end()
        return undefined
      }
      return this.#refuse(405, request, response)
    }
    const target = fileTarget(request.path, this.#dotfiles)
    if (typeof target === 'number') return this.#refuse(target, request, response)
    const refused = this.#answerTarget(target, request, response)
    return refused === undefined ? undefined : this.#refuse(refused, request, response)
  }

  /** @returns the status of the refusal where there is nothing to send */
  #answerTarget(
    target: FileTarget,
    request: HttpRequest,
    response: HttpResponse,
  ): number | undefined {
    try {
      const file = this.#root?.open(target.name)
      if (file === undefined) return 404
      if ((file.stat.mode & constants.S_IFMT) === constants.S_IFDIR) {
        return this.#answerDirectory(target, file, request, response)
      }
      // A slash behind a file's name names something below it, which there is not.
      if (target.directory) {
        close(file.fd)
        return 404
      }
      this.#send(target.name, file, request, response)
      return undefined
    } catch (error) {
      const code = error instanceof SystemError ? error.code : ''
      const status = failures.get(code)
      if (response.headersSent || (status === undefined && code !== 'EIO')) throw error
      // It could not be read as far as it was long: 500, and nothing of what was said of it already.
      if (status === undefined) response.breakOff()
      return status
    }
  }

  #answerDirectory(
    { name, directory: slash }: FileTarget,
    directory: OpenFile,
    request: HttpRequest,
    response: HttpResponse,
  ): number | undefined {
    try {
      if (!slash) {
        // Two slashes in front would name another host (RFC 3986 section 4.2).
        const query = request.url.indexOf('?')
        const rest = query < 0 ? '' : request.url.slice(query)
        response.header('Location', `/${request.path.replace(/^\/+/, '')}/${rest}`)
        return 301
      }
      const prefix = name === '' ? '' : `${name}/`
      const index = this.#index === undefined ? undefined : this.#root?.open(prefix + this.#index)
      if (index !== undefined) {
        if ((index.stat.mode & constants.S_IFMT) === constants.S_IFREG) {
          this.#send(prefix + String(this.#index), index, request, response)
          return undefined
        }
        close(index.fd)
      }
      if (this.#options.listing !== true) return 404
      sendPage(response, listingPage(directory.fd, name === '' ? '/' : `/${name}/`, this.#dotfiles))
      return undefined
    } finally {
      close(directory.fd)
    }
  }

  #send(name: string, plain: OpenFile, request: HttpRequest, response: HttpResponse): void {
    let file = plain
    let coding = ''
    if (this.#options.precompressed === true) {
      response.appendHeader('Vary', 'Accept-Encoding')
      let coded: CodedFile | undefined
      try {
        coded = this.#coded(name, request)
      } catch (error) {
        close(plain.fd)
        throw error
      }
      if (coded !== undefined) {
        close(plain.fd)
        ;({ file, coding } = coded)
      }
    }
    answerWithFile(response, file, { ...this.#options, type: contentTypeOf(name), coding })
  }

  #coded(name: string, request: HttpRequest): CodedFile | undefined {
    for (const { coding, ending } of preferredCodings(request.header('accept-encoding'))) {
      const file = this.#root?.openBeside(name + ending)
      if (file === undefined) continue
      if ((file.stat.mode & constants.S_IFMT) === constants.S_IFREG) return { file, coding }
      close(file.fd)
    }
    return undefined
  }

  #refuse(status: number, request: HttpRequest, response: HttpResponse): unknown {
    const { otherwise } = this.#options
    if (otherwise !== undefined && status === 404) return otherwise(request, response)
    const reason = STATUS_CODES[status] ?? ''
    response.status(status)
    const location = response.getHeader('location')
    const link = status === 301 && location !== undefined ? linkTo(location) : ''
    sendPage(response, page(`${String(status)} ${reason}`, link))
    return undefined
  }
}

function sendPage(response: HttpResponse, html: string): void {
  response
    .header('Content-Type', 'text/html; charset=utf-8')
    .header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
    .header('X-Content-Type-Options', 'nosniff')
    .send(html)
}

function wrong(name: string, expected: string, received: unknown): Error {
  return codedError(
    new TypeError(`The "${name}" option must be ${expected}. Received ${String(received)}`),
    'ERR_INVALID_ARG_TYPE',
  )
}
