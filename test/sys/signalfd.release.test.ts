import { describe, expect, it } from 'vitest'
import { passes, runWithSignals } from './signalScript'

describe('a signal that is unblocked', () => {
  it('comes to the handler that was there before', async () => {
    await passes(`
      let handled = 0
      process.on('SIGUSR2', () => { handled++ })
      const fd = sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      for (let round = 0; round < 5; round++) {
        process.kill(process.pid, 'SIGUSR2')
        assert.equal((await take(fd, 1)).length, 1)
      }
      assert.equal(handled, 0)
      const before = sys.sigprocmask(constants.SIG_UNBLOCK, ['SIGUSR2'])
      assert.deepEqual(before, [SIGUSR2])
      process.kill(process.pid, 'SIGUSR2')
      while (handled === 0) await sleep(1)
      assert.equal(handled, 1)
      assert.equal(sys.read(fd, room), -constants.EAGAIN)`)
  })

  it('comes to that handler when it was still pending', async () => {
    await passes(`
      let handled = 0
      process.on('SIGUSR2', () => { handled++ })
      sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      process.kill(process.pid, 'SIGUSR2')
      await sleep(10)
      assert.equal(handled, 0)
      sys.sigprocmask(constants.SIG_SETMASK, [])
      while (handled === 0) await sleep(1)`)
  })

  it('ends the process where that is its default', async () => {
    const ended = await runWithSignals(`
      const fd = sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      process.kill(process.pid, 'SIGUSR2')
      await take(fd, 1)
      sys.close(fd)
      process.kill(process.pid, 'SIGUSR2')     // closed, yet blocked
      await sleep(20)
      sys.signalfd(-1, ['SIGUSR2'])
      sys.sigprocmask(constants.SIG_UNBLOCK, ['SIGUSR2'])
      await sleep(20000)`)
    expect(ended).toMatchObject({ code: null, signal: 'SIGUSR2', stderr: '' })
  })

  it('is taken again by the next signalfd', async () => {
    await passes(`
      const fd = sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      for (let round = 0; round < 10; round++) {
        sys.signalfd(fd, ['SIGUSR2'])
        process.kill(process.pid, 'SIGUSR2')
        assert.equal((await take(fd, 1)).length, 1)
        sys.sigprocmask(constants.SIG_UNBLOCK, ['SIGUSR2'])
      }`)
  })

  it('is still redirected while another thread has a signalfd for it', async () => {
    await passes(`
      const other = worker(\`
        const fd = sys.signalfd(-1, ['SIGUSR2'], constants.SFD_NONBLOCK)
        const timer = setInterval(() => {
          if (sys.read(fd, room) > 0) { clearInterval(timer); parentPort.postMessage('taken') }
        }, 1)
        parentPort.postMessage('ready')\`)
      await once(other, 'message')
      sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      sys.sigprocmask(constants.SIG_UNBLOCK, ['SIGUSR2'])
      process.kill(process.pid, 'SIGUSR2')
      assert.equal((await once(other, 'message'))[0], 'taken')`)
  })
})

describe('when a Worker with a signalfd has ended', () => {
  /** Has the main thread and every other block the signal. */
  const used = (signal: string) => `
      const other = worker(\`
        const fd = sys.signalfd(-1, ['${signal}'], constants.SFD_NONBLOCK)
        let count = 0
        const timer = setInterval(() => {
          if (sys.read(fd, room) > 0 && ++count === 5) clearInterval(timer)
          parentPort.postMessage(count)
        }, 1)\`)
      other.on('message', () => process.kill(process.pid, '${signal}'))
      await once(other, 'exit')`

  it('its signals end the process again where that is their default', async () => {
    const ended = await runWithSignals(`${used('SIGUSR2')}
      await sleep(50)
      process.kill(process.pid, 'SIGUSR2')
      await sleep(20000)`)
    expect(ended).toMatchObject({ code: null, signal: 'SIGUSR2', stderr: '' })
  })

  it('its signals come to process.on again', async () => {
    await passes(`
      let handled = 0
      process.on('SIGUSR2', () => { handled++ })
      ${used('SIGUSR2')}
      handled = 0
      process.kill(process.pid, 'SIGUSR2')
      while (handled === 0) await sleep(1)
      // And a signalfd can take them again.
      const fd = sys.signalfd(-1, ['SIGUSR2'], SFD_NONBLOCK)
      await sleep(20)
      handled = 0
      for (let round = 0; round < 20; round++) {
        process.kill(process.pid, 'SIGUSR2')
        assert.equal((await take(fd, 1)).length, 1)
      }
      assert.equal(handled, 0)`)
  })

  it('what it has not read does not end the process', async () => {
    await passes(`
      const other = worker("sys.signalfd(-1, ['SIGUSR2']); parentPort.postMessage(0); setInterval(() => {}, 1000)")
      await once(other, 'message')
      for (let sent = 0; sent < 20; sent++) process.kill(process.pid, 'SIGUSR2')
      await sleep(20)
      await other.terminate()
      await sleep(50)`)
  })
})
