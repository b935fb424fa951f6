// Required first by the servers of the tests, which listen on every interface and offer no setting for it.
'use strict'

const net = require('node:net')

const LOOPBACK = '127.0.0.1'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  if (first && typeof first === 'object' && 'port' in first) return listen.call(this, { ...first, host: LOOPBACK }, ...rest)
  if (typeof first === 'number' || typeof first === 'string') {
    return listen.call(this, { port: Number(first), host: LOOPBACK }, ...rest.filter((item) => typeof item === 'function'))
  }
  return listen.call(this, first, ...rest)
}

module.exports = { LOOPBACK }
