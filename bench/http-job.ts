import { randomFillSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** A job of HTTP that sends a file. */
export type FileJob = 'http-file-100k' | 'http-file-10m'

/**
 * What an HTTP server is asked to do: answer with 13 bytes; the same and close; the same from an async
 * handler; answer with JSON made of the request's headers; or send a file.
 */
export type HttpJob = 'http' | 'http-close' | 'http-async' | 'http-headers' | FileJob

const sizes: Readonly<Record<FileJob, number>> = {
  'http-file-100k': 100 * 1024,
  'http-file-10m': 10 * 1024 * 1024,
}

export const isHttp = (job: string): job is HttpJob => /^http(-|$)/.test(job)

export const isFileJob = (job: string): job is FileJob => Object.hasOwn(sizes, job)

let folder: string | undefined

/** A folder of this process, with the files in it; gone when the process ends. */
function filesFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-files-'))
    process.on('exit', () => {
      rmSync(made, { recursive: true, force: true })
    })
    folder = made
  }
  return folder
}

const made = new Map<FileJob, string>()

/** The file that a job sends; made when it is first asked for, of bytes that nobody can guess. */
export function fileOf(job: FileJob): string {
  const known = made.get(job)
  if (known !== undefined) return known
  const file = path.join(filesFolder(), `${job}.bin`)
  writeFileSync(file, randomFillSync(Buffer.alloc(sizes[job])))
  made.set(job, file)
  return file
}

/** What a server's command says of a job: its name, and the file where there is one. */
export const wordsOf = (job: HttpJob): string[] => (isFileJob(job) ? [job, fileOf(job)] : [job])
