import { expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'

it('Reactor.shared().serve() answers without run(), and lets the process end once it is closed', async () => {
  const { output } = await runScript(`
    const { Reactor } = require('edgeloop')
    const server = Reactor.shared().serve({ handler: (req, res) => res.send(req.path) })
    ;(async () => {
      await server.ready
      const answer = await fetch('http://127.0.0.1:' + server.port + '/here')
      console.log(await answer.text())
      await server.close({ graceful: true })
    })()
  `)
  expect(output).toBe('/here')
})
