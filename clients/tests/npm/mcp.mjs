//! Calls tools with the stock MCP client, which mppx and our method let pay; prints a line of JSON for each call.
//! node clients/tests/npm/mcp.mjs [--session] URL SEED_HEX MAX TOOL...      The URL is that of the messages: http://news.localhost:4020/mcp
//! --session pays from one session with farthing-pay/mcp, all calls of TOOL+TOOL at once; a last line tells how many messages it took and what was closed.
import './tools.mjs'

const { Client } = await import('@modelcontextprotocol/sdk/client/index.js')
const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js')
const { McpClient } = await import('mppx/mcp/client')
const { payingTools } = await import('farthing-pay/mcp')
const { farthing } = await import('farthing-pay/mppx')

const [isSession, words] = [process.argv[2] === '--session', process.argv.slice(2).filter((word) => word !== '--session')]
const [url, seed, max, ...tools] = words
let messages = 0
const counting = (...asked) => { messages += asked[1]?.method === 'POST' ? 1 : 0; return globalThis.fetch(...asked) }
const client = new Client({ name: 'sailor', version: '1.0.0' })
await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: counting }))
if (isSession) payingTools(client, { url, seed, max })
else McpClient.wrap(client, { methods: [farthing({ seed, max, origins: [new URL(url).origin] })] })

async function call(name) {
  const said = await client.callTool({ name, arguments: { port: 'quay' } }).then(
    ({ content, isError, receipt }) => ({ said: content[0].text, failed: isError ?? false, receipt: receipt ?? null }),
    (error) => ({ error: error.message, code: error.code, problem: error.data?.problem?.code }),
  )
  console.log(JSON.stringify(said))
}
messages = 0
for (const names of tools) await Promise.all(names.split('+').map(call))
if (isSession) console.log(JSON.stringify({ messages, closed: await client.closeSessions() }))
await client.close()
