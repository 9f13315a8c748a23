// NGINX [FILE]: writes a configuration for one worker, starts nginx with it, and says where it listens
// and which process is the worker.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

const startWithinMs = 5000
const lookEveryMs = 20

const [nginx = 'nginx', file = ''] = process.argv.slice(2)

/** nginx takes no port 0. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const configuration = (folder: string, port: number): string => {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const temporary = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`)
  const root = file === '' ? '' : `root ${path.dirname(file)};`
  return `daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${folder}/pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
  ${temporary.join('\n  ')}
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 60s;
  keepalive_requests 1000000000;
  server {
    listen 127.0.0.1:${String(port)} backlog=1024;
    ${root}
    location = / { default_type text/plain; return 200 'Hello, World!'; }
    location / { default_type application/octet-stream; }
  }
}
`
}

const answers = async (port: number): Promise<boolean> => {
  const socket = net.connect(port, '127.0.0.1')
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return connected
}

/** The only child of the master, once there is one. */
function workerOf(folder: string): string | undefined {
  try {
    const master = readFileSync(path.join(folder, 'pid'), 'utf8').trim()
    const children = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8')
    return /\d+/.exec(children)?.[0]
  } catch {
    return undefined
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-nginx-'))
  const settings = path.join(folder, 'nginx.conf')
  const port = await freePort()
  writeFileSync(settings, configuration(folder, port))
  const words = ['-p', folder, '-c', settings, '-e', 'stderr']
  // However this process ends, its end of the pipe goes, and with it nginx and the folder.
  const keeper = spawn(
    'sh',
    ['-c', '"$@" & read _; kill $!; wait; rm -rf "$0"', folder, nginx, ...words],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  )
  process.on('SIGTERM', () => keeper.stdin.end())
  keeper.on('close', () => process.exit(0))
  for (let waited = 0; waited < startWithinMs; waited += lookEveryMs) {
    const worker = workerOf(folder)
    if (worker !== undefined && (await answers(port))) {
      const version = /nginx\/[\d.]+/.exec(spawnSync(nginx, ['-v'], { encoding: 'utf8' }).stderr)
      const where = `http://127.0.0.1:${String(port)}`
      process.stdout.write(`listening on ${where} pid ${worker} (${version?.[0] ?? 'nginx'})\n`)
      return
    }
    await delay(lookEveryMs)
  }
  process.stderr.write('edgeloop-nginx: nginx did not start\n')
  process.exit(1)
}

void main()
