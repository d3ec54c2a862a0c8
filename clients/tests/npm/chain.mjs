//! A chain of one's own with a coin on it, and the facilitator of the stock SDK before it, with a proxy that has moods.
//! node clients/tests/npm/chain.mjs prints one line of JSON and serves until its standard input ends, its chain with it.
//! `facilitator` is the proxy: POST /settle goes on to the real one as the moods say that were asked for at /moods?of=0x…&list=a,b for this payer,
//! one mood a request, the last for all that follow. What the tests ask besides: /payer (a new one with 10 coins), /sign?key=0x… (a
//! PAYMENT-REQUIRED, signed by the stock client), /balance?of=0x…, /asked?of=0x… (the moods a payer met, and how often the real one was
//! asked), /time?by=SECONDS, /cancel?key=0x…&nonce=0x….
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { resolve } from './tools.mjs'

const { createTestClient, http, parseSignature, publicActions, walletActions } = await import('viem')
const { generatePrivateKey, privateKeyToAccount } = await import('viem/accounts')
const { foundry } = await import('viem/chains')
const { x402Facilitator } = await import('@x402/core/facilitator')
const { toFacilitatorEvmSigner } = await import('@x402/evm')
const { ExactEvmScheme } = await import('@x402/evm/exact/facilitator')
const { x402Client } = await import('@x402/core/client')
const { ExactEvmScheme: Paying } = await import('@x402/evm/exact/client')
const { default: solc } = await import('solc')

const anvil = spawn(resolve(`@foundry-rs/anvil-${process.platform}-amd64/bin/anvil`), ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit())
process.stdin.on('end', () => process.exit()).resume()
process.on('exit', () => anvil.kill('SIGKILL'))
const rpc = await new Promise((done) => {
  createInterface({ input: anvil.stdout }).on('line', (line) => {
    const at = line.match(/Listening on ([0-9.]+:[0-9]+)/)
    if (at) done(`http://localhost:${at[1].split(':')[1]}`)
  })
})

const source = { 'coin.sol': { content: readFileSync(new URL('coin.sol', import.meta.url), 'utf8') } }
const settings = { outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } }
const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources: source, settings })))
if (!contracts) throw new Error(errors.map((error) => error.formattedMessage).join('\n'))
const { abi, evm } = contracts['coin.sol'].Coin

// The first account of every such chain; it has test ether for the fees.
const account = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')
const client = createTestClient({ account, chain: foundry, mode: 'anvil', pollingInterval: 20, transport: http(rpc) })
  .extend(publicActions)
  .extend(walletActions)
const mined = async (hash) => client.waitForTransactionReceipt({ hash })
const { contractAddress: asset } = await mined(await client.deployContract({ abi, bytecode: `0x${evm.bytecode.object}` }))
// One after the other: each takes the next number of the account.
let line = Promise.resolve()
const write = (args) => (line = line.catch(() => undefined).then(() => client.writeContract(args)))
const call = (functionName, args) => write({ address: asset, abi, functionName, args }).then(mined)

const network = `eip155:${foundry.id}`
const signer = toFacilitatorEvmSigner({
  ...client,
  address: account.address,
  getCode: (args) => client.getCode(args),
  readContract: (args) => client.readContract(args),
  verifyTypedData: (args) => client.verifyTypedData(args),
  writeContract: write,
  sendTransaction: (args) => client.sendTransaction(args),
  waitForTransactionReceipt: (args) => client.waitForTransactionReceipt(args),
})
const facilitator = new x402Facilitator().register(network, new ExactEvmScheme(signer))

const of = (body) => body.paymentPayload.payload.authorization
const known = new Map()
const about = (address) => {
  const key = address.toLowerCase()
  if (!known.has(key)) known.set(key, { moods: ['honest'], asked: [], settled: 0 })
  return known.get(key)
}
const settle = async (body) => {
  about(of(body).from).settled += 1
  return facilitator.settle(body.paymentPayload, body.paymentRequirements)
}
const wrong = (body, more) => ({ success: true, transaction: `0x${'ab'.repeat(32)}`, network, payer: of(body).from, ...more })

/** How a mood answers: a document, `cut` for no answer, or nothing for an answer that never comes. */
const answers = {
  honest: settle,
  // Before or after the money moved, without a word.
  cut: async () => 'cut',
  'settle-cut': async (body) => (await settle(body), 'cut'),
  'settle-hang': async (body) => (await settle(body), undefined),
  hang: async () => undefined,
  'settle-500': async (body) => (await settle(body), { status: 500, text: 'oops' }),
  'settle-garbage': async (body) => (await settle(body), { status: 200, text: '<html>' }),
  'settle-no': async (body) => (await settle(body), { success: false, network, transaction: '', errorReason: 'insufficient_funds' }),
  // Nothing moves, whatever is said.
  lie: async (body) => wrong(body),
  'lie-empty': async (body) => wrong(body, { transaction: '' }),
  'lie-elsewhere': async (body) => wrong(body, { network: 'eip155:1', payer: `0x${'11'.repeat(20)}`, amount: '1' }),
  no: async () => ({ success: false, network, transaction: '' }),
  '500': async () => ({ status: 500, text: 'oops' }),
  garbage: async () => ({ status: 200, text: 'true' }),
  // Two at once: the chain takes one.
  twice: async (body) => Promise.all([settle(body), settle(body)]).then((both) => both.find((one) => !one.success) ?? both[0]),
}

const ways = {
  '/settle': async (_, body) => {
    const { moods, asked } = about(of(body).from)
    const mood = moods.length > 1 ? moods.shift() : moods[0]
    asked.push(mood)
    return answers[mood](body)
  },
  '/moods': async (query) => Object.assign(about(query.get('of')), { moods: query.get('list').split(',') }),
  '/asked': async (query) => about(query.get('of')),
  '/payer': async () => {
    const key = generatePrivateKey()
    const { address } = privateKeyToAccount(key)
    await call('mint', [address, 10_000_000n])
    return { key, address }
  },
  '/sign': async (query, required) => {
    const client = new x402Client().register('eip155:*', new Paying(privateKeyToAccount(query.get('key'))))
    // A coin of one's own is none that the client knows.
    client.setSpendControls({ allowedAssets: true })
    const payment = await client.createPaymentPayload(required)
    return { payment }
  },
  '/balance': async (query) => {
    const value = await client.readContract({ address: asset, abi, functionName: 'balanceOf', args: [query.get('of')] })
    return { value: `${value}` }
  },
  '/time': async (query) => {
    await client.increaseTime({ seconds: Number(query.get('by')) })
    await client.mine({ blocks: 1 })
    return {}
  },
  '/cancel': async (query) => {
    const payer = privateKeyToAccount(query.get('key'))
    const signature = await payer.signTypedData({
      domain: { name: 'Test Coin', version: '2', chainId: foundry.id, verifyingContract: asset },
      types: { CancelAuthorization: [{ name: 'authorizer', type: 'address' }, { name: 'nonce', type: 'bytes32' }] },
      primaryType: 'CancelAuthorization',
      message: { authorizer: payer.address, nonce: query.get('nonce') },
    })
    const { r, s, v } = parseSignature(signature)
    await call('cancelAuthorization', [payer.address, query.get('nonce'), Number(v), r, s])
    return {}
  },
}

const server = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const said = await Promise.resolve(ways[pathname]?.(searchParams, text && JSON.parse(text))).catch((error) => ({ status: 500, text: String(error) }))
  if (said === undefined) return
  if (said === 'cut') return request.socket.destroy()
  response.writeHead(said.status ?? 200, { 'content-type': 'application/json' }).end(said.text ?? JSON.stringify(said))
})
server.listen(0, '127.0.0.1', () => {
  const facilitator = `http://localhost:${server.address().port}`
  const payTo = privateKeyToAccount(generatePrivateKey()).address
  console.log(JSON.stringify({ rpc, facilitator, network, asset, name: 'Test Coin', version: '2', decimals: 6, payTo }))
})
