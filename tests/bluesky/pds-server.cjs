// The real Bluesky reference server and the directory of identities that it needs, on loopback, for tests/channels.
//
//   node tests/bluesky/pds-server.cjs DATA_FOLDER
//
// prints {"pds": URL, "plc": URL} once both answer, and stops when its standard input closes: a test run that dies takes
// it along.
'use strict'

const crypto = require('node:crypto')
const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')

const { LOOPBACK } = require('./loopback.cjs')

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.once('error', reject)
    probe.listen(0, () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

function settings(folder, port, directory) {
  return {
    LOG_ENABLED: 'false',
    PDS_HOSTNAME: 'localhost',
    PDS_PORT: String(port),
    PDS_DEV_MODE: 'true',
    PDS_DATA_DIRECTORY: folder,
    PDS_BLOBSTORE_DISK_LOCATION: path.join(folder, 'blobs'),
    PDS_DID_PLC_URL: directory,
    PDS_SERVICE_HANDLE_DOMAINS: '.test',
    PDS_INVITE_REQUIRED: 'false',
    PDS_JWT_SECRET: crypto.randomBytes(16).toString('hex'),
    PDS_ADMIN_PASSWORD: crypto.randomBytes(16).toString('hex'),
    PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: crypto.randomBytes(32).toString('hex'),
    PDS_RATE_LIMITS_ENABLED: 'false',
    PDS_DISABLE_SSRF_PROTECTION: 'true',
    ...(process.env.PDS_RATE_LIMITS_ENABLED ? { PDS_RATE_LIMITS_ENABLED: process.env.PDS_RATE_LIMITS_ENABLED } : {}),
  }
}

async function main(folder) {
  fs.mkdirSync(path.join(folder, 'blobs'), { recursive: true })
  const [directoryPort, port] = [await freePort(), await freePort()]
  const directory = `http://${LOOPBACK}:${directoryPort}`
  Object.assign(process.env, settings(folder, port, directory)) // read while the packages are loaded

  const { Database, PlcServer } = require('@did-plc/server')
  const { PDS, envToCfg, envToSecrets, readEnv } = require('@atproto/pds')
  const plc = PlcServer.create({ db: Database.mock(), port: directoryPort })
  await plc.start()
  const environment = readEnv()
  const pds = await PDS.create(envToCfg(environment), envToSecrets(environment))
  await pds.start()
  console.log(JSON.stringify({ pds: `http://${LOOPBACK}:${port}`, plc: directory }))

  const stop = () => process.exit(0)
  process.stdin.resume().on('end', stop)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

main(process.argv[2]).catch((error) => {
  console.error(error)
  process.exit(1)
})
