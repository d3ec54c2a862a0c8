//! Calls tools with the stock MCP client, which mppx and our method let pay; prints a line of JSON for each call.
//! node clients/tests/npm/mcp.mjs URL SEED_HEX MAX TOOL...      The URL is that of the messages: http://news.localhost:4020/mcp
import './tools.mjs'

const { Client } = await import('@modelcontextprotocol/sdk/client/index.js')
const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js')
const { McpClient } = await import('mppx/mcp/client')
const { farthing } = await import('farthing-pay/mppx')

const [url, seed, max, ...tools] = process.argv.slice(2)
const client = new Client({ name: 'sailor', version: '1.0.0' })
await client.connect(new StreamableHTTPClientTransport(new URL(url)))
McpClient.wrap(client, { methods: [farthing({ seed, max, origins: [new URL(url).origin] })] })

for (const name of tools) {
  const said = await client.callTool({ name, arguments: { port: 'quay' } }).then(
    ({ content, isError, receipt }) => ({ said: content[0].text, failed: isError ?? false, receipt: receipt ?? null }),
    (error) => ({ error: error.message, code: error.code, problem: error.data?.problem?.code }),
  )
  console.log(JSON.stringify(said))
}
await client.close()
