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
const files = new Map<FileJob, string>()

/** Removes the files that {@link fileOf} has made; the end of the process does it too. */
export function removeFiles(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  folder = undefined
  files.clear()
}

/** A folder of this process, with the files in it. */
function filesFolder(): string {
  if (folder === undefined) {
    folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-files-'))
    process.on('exit', removeFiles)
  }
  return folder
}

/** The file that a job sends; made when it is first asked for, of bytes that nobody can guess. */
export function fileOf(job: FileJob): string {
  const known = files.get(job)
  if (known !== undefined) return known
  const file = path.join(filesFolder(), `${job}.bin`)
  writeFileSync(file, randomFillSync(Buffer.alloc(sizes[job])))
  files.set(job, file)
  return file
}

/** What a server's command says of a job: its name, and the file where there is one. */
export const wordsOf = (job: HttpJob): string[] => (isFileJob(job) ? [job, fileOf(job)] : [job])
