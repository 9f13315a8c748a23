import { describe, it } from 'vitest'
import { passes } from './signalScript'

describe('signals come to a signalfd', () => {
  it('all of 1,000 real-time signals that the process sends itself', async () => {
    await passes(`
      const fd = sys.signalfd(-1, [SIGRTMIN + 1], SFD_NONBLOCK)
      for (let sent = 0; sent < 1000; sent++) process.kill(process.pid, SIGRTMIN + 1)
      const taken = await take(fd, 1000)
      assert.equal(taken.length, 1000)
      for (const info of taken) {
        assert.equal(info.signo, SIGRTMIN + 1)
        assert.equal(info.code, constants.SI_USER)
        assert.equal(info.pid, process.pid)
        assert.equal(info.uid, process.getuid())
      }
      await sleep(20)
      assert.equal(sys.read(fd, room), -constants.EAGAIN)`)
  })

  it('all of 1,000 with their values, in order, while every thread is at work', async () => {
    await passes(`
      const fd = sys.signalfd(-1, [SIGRTMIN + 2], SFD_NONBLOCK)
      const busy = Array.from({ length: 4 }, () => worker('for (let end = Date.now() + 500; Date.now() < end; ) {}'))
      const work = Array.from({ length: 8 }, () =>
        new Promise((done) => crypto.pbkdf2('a', 'b', 200000, 8, 'sha1', done)))
      const child = spawn('python3', ['-c', queue, String(process.pid), String(SIGRTMIN + 2), '0', '1000'], {
        stdio: 'inherit',
      })
      const exited = once(child, 'exit')
      const taken = await take(fd, 1000)
      assert.equal(taken.length, 1000)
      assert.deepEqual(taken.map((info) => info.int), Array.from({ length: 1000 }, (_, value) => value))
      for (const info of taken) {
        assert.equal(info.code, constants.SI_QUEUE)
        assert.equal(info.pid, child.pid)
      }
      assert.equal((await exited)[0], 0)
      await Promise.all([...work, ...busy.map((each) => once(each, 'exit'))])`)
  })

  it('one from another process, with its sender', async () => {
    await passes(`
      const fd = sys.signalfd(-1, ['SIGUSR2', 'SIGHUP', 'SIGTERM', 'SIGINT'], SFD_NONBLOCK)
      for (const name of ['SIGUSR2', 'SIGHUP', 'SIGTERM', 'SIGINT']) {
        const { pid } = python(toSelf, constants[name])
        const [info] = await take(fd, 1)
        assert.equal(info.signo, constants[name])
        assert.equal(info.pid, pid)
        assert.equal(info.code, constants.SI_USER)
      }`)
  })

  it('once every thread has been made to block them', async () => {
    await passes(`
      const threads = fs.readdirSync('/proc/self/task')
      assert.ok(threads.length >= 8)
      assert.ok(unblocking(SIGUSR2).length >= 4)
      const fd = sys.signalfd(-1, ['SIGUSR2', SIGRTMIN], SFD_NONBLOCK)
      assert.deepEqual(unblocking(SIGUSR2), [])
      assert.deepEqual(unblocking(SIGRTMIN), [])
      await sleep(20)
      assert.equal(sys.read(fd, room), -constants.EAGAIN)`)
  })

  it('although Node installs a handler of its own in between', async () => {
    await passes(`
      const fd = sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      const handler = () => assert.fail('came to the handler')
      process.on('SIGUSR2', handler)
      for (let round = 0; round < 6; round++) {
        if (round === 3) process.off('SIGUSR2', handler)
        python(toSelf, SIGUSR2)
        assert.equal((await take(fd, 1)).length, 1)
      }`)
  })

  it('as they were sent, where another thread got them first', async () => {
    await passes(`
      const fd = sys.signalfd(-1, ['SIGUSR2', SIGRTMIN + 3, SIGRTMIN + 4], SFD_NONBLOCK)
      const [reader, writer] = sys.pipe2(constants.O_NONBLOCK)
      sys.fcntl(reader, constants.F_SETOWN, process.pid)
      sys.fcntl(reader, constants.F_SETSIG, SIGRTMIN + 4)
      sys.fcntl(reader, constants.F_SETFL, constants.O_NONBLOCK | constants.O_ASYNC)
      const other = worker(\`
        const all = ['SIGUSR2', constants.SIGRTMIN + 3, constants.SIGRTMIN + 4]
        parentPort.on('message', () => {
          sys.sigprocmask(constants.SIG_UNBLOCK, all)
          parentPort.postMessage('unblocked')
        })
        parentPort.postMessage('ready')\`)
      await once(other, 'message')
      const open = async () => { other.postMessage(0); await once(other, 'message') }
      const ways = [
        [SIGUSR2, constants.SI_USER, () => python(toSelf, SIGUSR2)],
        [SIGUSR2, constants.SI_TKILL, () => python(toThread, SIGUSR2, unblocking(SIGUSR2)[0])],
        [SIGRTMIN + 3, constants.SI_QUEUE, () => python(queue, SIGRTMIN + 3, 42, 1)],
        [SIGRTMIN + 4, constants.POLL_IN, () => sys.write(writer, Buffer.from('x'))],
      ]
      for (const [signo, code, send] of ways) {
        await open()
        const sender = send()
        const [info] = await take(fd, 1)
        assert.equal(info.signo, signo)
        assert.equal(info.code, code)
        if (sender.pid) assert.equal(info.pid, sender.pid)
        if (code === constants.SI_QUEUE) assert.equal(info.int, 42)
        if (code === constants.POLL_IN) assert.equal(info.fd, reader)
      }
      await other.terminate()`)
  })

  it('all of them, while another thread keeps unblocking them', async () => {
    await passes(`
      const fd = sys.signalfd(-1, [SIGRTMIN + 3], SFD_NONBLOCK)
      const others = [0, 1].map(() => worker(\`
        let rounds = 0
        setInterval(() => {
          for (let round = 0; round < 100; round++) sys.sigprocmask(constants.SIG_UNBLOCK, [constants.SIGRTMIN + 3])
          if (++rounds === 1) parentPort.postMessage('begun')
        }, 1)\`))
      await Promise.all(others.map((each) => once(each, 'message')))
      const child = spawn('python3', ['-c', queue, String(process.pid), String(SIGRTMIN + 3), '0', '5000'])
      const values = (await take(fd, 5000)).map((info) => info.int)
      assert.deepEqual(values.sort((a, b) => a - b), Array.from({ length: 5000 }, (_, value) => value))
      await Promise.all(others.map((each) => each.terminate()))`)
  })

  it('one that was pending for the calling thread already', async () => {
    await passes(`
      sys.sigprocmask(constants.SIG_BLOCK, ['SIGUSR2'])
      python(toThread, SIGUSR2, process.pid)
      const fd = sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      const size = sys.read(fd, room)
      assert.equal(sys.decodeSignalfdSiginfo(room.subarray(0, size))[0].code, constants.SI_TKILL)`)
  })

  it('a standard signal once, however often it is sent before it is read', async () => {
    await passes(`
      const fd = sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      for (let sent = 0; sent < 100; sent++) process.kill(process.pid, 'SIGUSR2')
      assert.equal((await take(fd, 1)).length, 1)
      assert.equal(sys.read(fd, room), -constants.EAGAIN)`)
  })

  it('SIGCHLD, with the child and how it ended', async () => {
    await passes(`
      const fd = sys.signalfd(-1, ['SIGCHLD'], SFD_NONBLOCK)
      const child = spawn('sh', ['-c', 'exit 7'], { stdio: 'ignore' })
      let exit
      child.on('exit', (code) => { exit = code })
      const [info] = await take(fd, 1)
      assert.equal(info.pid, child.pid)
      assert.equal(info.code, constants.CLD_EXITED)
      assert.equal(info.status, 7)
      assert.equal(exit, undefined)
      // Node hears of it once the signal is its own again.
      sys.sigprocmask(constants.SIG_UNBLOCK, ['SIGCHLD'])
      process.kill(process.pid, 'SIGCHLD')
      if (exit === undefined) await once(child, 'exit')
      assert.equal(exit, 7)`)
  })

  it('signal-driven I/O, with the descriptor and what is ready', async () => {
    await passes(`
      const fd = sys.signalfd(-1, [SIGRTMIN + 5], SFD_NONBLOCK)
      const [reader, writer] = sys.pipe2(constants.O_NONBLOCK)
      sys.fcntl(reader, constants.F_SETOWN, process.pid)
      sys.fcntl(reader, constants.F_SETSIG, SIGRTMIN + 5)
      sys.fcntl(reader, constants.F_SETFL, sys.fcntl(reader, constants.F_GETFL) | constants.O_ASYNC)
      assert.equal(sys.read(fd, room), -constants.EAGAIN)
      for (let round = 0; round < 20; round++) {
        sys.write(writer, Buffer.from('x'))
        const [info] = await take(fd, 1)
        assert.equal(info.signo, SIGRTMIN + 5)
        assert.equal(info.code, constants.POLL_IN)
        assert.equal(info.fd, reader)
        assert.ok(info.band & constants.EPOLLIN)
        assert.equal(sys.read(reader, room), 1)
      }`)
  })

  it('those of the set that replaces another', async () => {
    await passes(`
      const fd = sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      assert.equal(sys.signalfd(fd, ['SIGHUP']), fd)
      process.kill(process.pid, 'SIGUSR2')
      process.kill(process.pid, 'SIGHUP')
      assert.equal((await take(fd, 1))[0].signo, constants.SIGHUP)
      assert.equal(sys.read(fd, room), -constants.EAGAIN)`)
  })

  it("to a Worker's those of the Worker, to the main thread's its own", async () => {
    await passes(`
      const threads = [0, 1, 2].map((index) => worker(\`
        const fd = sys.signalfd(-1, [constants.SIGRTMIN + 10 + \${index}], constants.SFD_NONBLOCK)
        const taken = []
        const timer = setInterval(() => {
          const size = sys.read(fd, room)
          if (size < 0) return
          taken.push(...sys.decodeSignalfdSiginfo(room.subarray(0, size)).map((info) => info.signo))
          if (taken.length === 100) { clearInterval(timer); parentPort.postMessage(taken) }
        }, 1)
        parentPort.postMessage('ready')\`))
      await Promise.all(threads.map((each) => once(each, 'message')))
      const answers = Promise.all(threads.map(async (each) => (await once(each, 'message'))[0]))
      const fd = sys.signalfd(-1, [SIGRTMIN + 13], SFD_NONBLOCK)
      for (let sent = 0; sent < 100; sent++) {
        for (let index = 0; index < 4; index++) process.kill(process.pid, SIGRTMIN + 10 + index)
      }
      assert.equal((await take(fd, 100)).length, 100)
      for (const [index, taken] of (await answers).entries()) {
        assert.deepEqual(taken, Array(100).fill(SIGRTMIN + 10 + index))
      }`)
  })
})

describe('a child process', () => {
  it('starts with nothing blocked', async () => {
    await passes(`
      const fd = sys.signalfd(-1, ['SIGUSR2', SIGRTMIN + 1], SFD_NONBLOCK)
      for (let round = 0; round < 20; round++) { process.kill(process.pid, 'SIGUSR2'); await take(fd, 1) }
      const status = spawnSync('cat', ['/proc/self/status'], { encoding: 'utf8' }).stdout
      assert.match(status, /SigBlk:\\s*0+\\n/)`)
  })
})
