export {}

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
  serve(options: { hostname: string; port: number; fetch(): Response }): { readonly port: number }
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

function serve(): number {
  const headers = { 'content-type': 'text/plain' }
  const fetch = () => new Response('Hello, World!', { headers })
  return Bun.serve({ hostname: '127.0.0.1', port: 0, fetch }).port
}

const http = process.argv[2] === 'http'
const port = http ? serve() : listen()
const scheme = http ? 'http' : 'tcp'
console.log(`listening on ${scheme}://127.0.0.1:${String(port)} (Bun ${Bun.version})`)
process.on('SIGTERM', () => process.exit(0))
