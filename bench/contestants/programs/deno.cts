import { record } from './record'

/** What is used here of Deno. */
interface DenoConnection {
  read(into: Uint8Array): Promise<number | null>
  write(data: Uint8Array): Promise<number>
  setNoDelay(on: boolean): void
  close(): void
}
declare const Deno: {
  readonly version: { readonly deno: string }
  readonly args: readonly string[]
  listen(options: { hostname: string; port: number }): AsyncIterable<DenoConnection> & {
    readonly addr: { readonly port: number }
  }
  serve(
    options: { hostname: string; port: number; onListen(address: { port: number }): void },
    handler: (request: Request) => Response | Promise<Response>,
  ): unknown
  open(name: string): Promise<{
    readonly readable: ReadableStream<Uint8Array>
    stat(): Promise<{ readonly size: number }>
  }>
  addSignalListener(signal: string, handler: () => void): void
  exit(code: number): never
}

const say = (scheme: string, port: number): void => {
  console.log(`listening on ${scheme}://127.0.0.1:${String(port)} (Deno ${Deno.version.deno})`)
}

async function echo(connection: DenoConnection): Promise<void> {
  try {
    connection.setNoDelay(true)
    const buffer = new Uint8Array(64 * 1024)
    while (true) {
      const length = await connection.read(buffer)
      if (length === null) break
      for (let sent = 0; sent < length;)
        sent += await connection.write(buffer.subarray(sent, length))
    }
  } catch {
    // The peer is gone, and so is the connection.
  }
  connection.close()
}

async function listen(): Promise<void> {
  const listener = Deno.listen({ hostname: '127.0.0.1', port: 0 })
  say('tcp', listener.addr.port)
  for await (const connection of listener) void echo(connection)
}

const [job = '', file = ''] = Deno.args

const greeting = { headers: { 'content-type': 'text/plain' } }
const greet = (): Response => new Response('Hello, World!', greeting)
async function send(): Promise<Response> {
  const opened = await Deno.open(file)
  const { size } = await opened.stat()
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) }
  return new Response(opened.readable, { headers })
}
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

Deno.addSignalListener('SIGTERM', () => Deno.exit(0))
if (job.startsWith('http')) {
  const onListen = ({ port }: { port: number }): void => {
    say('http', port)
  }
  const handler = handlers[job] ?? (file === '' ? greet : send)
  Deno.serve({ hostname: '127.0.0.1', port: 0, onListen }, handler)
} else {
  void listen()
}
