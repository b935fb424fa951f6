// The whole reference network of Bluesky on loopback, for tests/channels: the directory of identities, a PDS, and the
// AppView that counts, threads and notifies.
//
//   DB_POSTGRES_URL=… REDIS_HOST=HOST:PORT node tests/bluesky_network/network.cjs
//
// prints {"pds": URL} once it answers, and stops when its standard input closes: a test run that dies takes it along.
'use strict'

require('../bluesky/loopback.cjs')

process.env.LOG_ENABLED = 'false' // read while the packages are loaded
const { TestNetwork } = require('@atproto/dev-env')

async function main() {
  const network = await TestNetwork.create({ dbPostgresSchema: 'saring', pds: { hostname: 'localhost' } })
  console.log(JSON.stringify({ pds: network.pds.url }))

  const stop = () => process.exit(0)
  process.stdin.resume().on('end', stop)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
