import { record } from './record'

/** What is used here of Bun. */
interface BunSocket {
  data: Uint8Array | undefined
  write(data: Uint8Array): number
  end(): void
}
declare const Bun: {
  readonly version: string
  listen(options: {
    hostname: string
    port: number
    socket: {
      open(socket: BunSocket): void
      data(socket: BunSocket, chunk: Uint8Array): void
      drain(socket: BunSocket): void
    }
  }): { readonly port: number }
  serve(options: {
    hostname: string
    port: number
    fetch(request: Request): Response | Promise<Response>
  }): { readonly port: number }
  file(name: string): Blob
}

/** What the kernel did not take waits for `drain`, behind what waits already. */
function send(socket: BunSocket, chunk: Uint8Array): void {
  const waiting = socket.data
  if (waiting !== undefined) {
    const both = new Uint8Array(waiting.length + chunk.length)
    both.set(waiting)
    both.set(chunk, waiting.length)
    socket.data = both
    return
  }
  const sent = socket.write(chunk)
  if (sent < chunk.length) socket.data = chunk.slice(Math.max(sent, 0))
}

function listen(): number {
  const { port } = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(socket) {
        socket.data = undefined
      },
      data: send,
      drain(socket) {
        const waiting = socket.data
        if (waiting === undefined) return
        socket.data = undefined
        send(socket, waiting)
      },
    },
  })
  return port
}

const [job = '', file = ''] = process.argv.slice(2)

const greeting = { headers: { 'content-type': 'text/plain' } }
const greet = (): Response => new Response('Hello, World!', greeting)
const sendFile = (): Response => new Response(Bun.file(file))
const handlers: Readonly<Record<string, (request: Request) => Response | Promise<Response>>> = {
  async 'http-async'() {
    await Promise.resolve()
    return greet()
  },
  'http-headers'({ headers }) {
    const agent = headers.get('user-agent') ?? ''
    const language = headers.get('accept-language') ?? ''
    return Response.json(record(agent, language, headers.get('x-request-id') ?? ''))
  },
}

function serve(): number {
  const fetch = handlers[job] ?? (file === '' ? greet : sendFile)
  return Bun.serve({ hostname: '127.0.0.1', port: 0, fetch }).port
}

const http = job.startsWith('http')
const port = http ? serve() : listen()
const scheme = http ? 'http' : 'tcp'
console.log(`listening on ${scheme}://127.0.0.1:${String(port)} (Bun ${Bun.version})`)
process.on('SIGTERM', () => process.exit(0))
