//! Somebody's MCP server, made of the stock @modelcontextprotocol/sdk over streamable HTTP; it knows nothing of payments.
//! node clients/tests/npm/mcp-server.mjs [--json] prints its address and serves /mcp until it is ended; answers are streams of events, or JSON.
//! Tools: `tide` (free), `forecast` and `broken` (which fails). /called tells how often each was.
import './tools.mjs'

const { default: express } = await import('express')
const { McpServer } = await import('@modelcontextprotocol/sdk/server/mcp.js')
const { StreamableHTTPServerTransport } = await import('@modelcontextprotocol/sdk/server/streamableHttp.js')
const { z } = await import('zod')

const called = {}
function tools() {
  const server = new McpServer({ name: 'harbour', version: '1.0.0' })
  const tool = (name, work) => server.registerTool(name, { description: name, inputSchema: { port: z.string() } }, async (asked) => {
    called[name] = (called[name] ?? 0) + 1
    return work(asked)
  })
  const says = (text) => ({ content: [{ type: 'text', text }] })
  tool('tide', ({ port }) => says(`high tide at ${port}`))
  tool('forecast', ({ port }) => says(`fair wind at ${port}`))
  tool('broken', () => { throw new Error('the glass fell') })
  return server
}

const app = express().use(express.json())
app.post('/mcp', async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: process.argv.includes('--json') })
  response.on('close', () => transport.close())
  await tools().connect(transport)
  await transport.handleRequest(request, response, request.body)
})
app.get('/called', (_, response) => response.json(called))
app.all('/mcp', (_, response) => response.sendStatus(405))
const listening = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${listening.address().port}`))
