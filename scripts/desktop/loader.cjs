'use strict'
/**
 * `resources/app` of the Electron from the npm registry, which has no default application: opens the application folder
 * that is named on the command line, as `electron FOLDER` does.
 */
const fs = require('node:fs')
const path = require('node:path')
const { app } = require('electron')

const named = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
const folder = named === undefined ? '' : path.resolve(named)
const manifestFile = path.join(folder, 'package.json')
if (named === undefined || !fs.existsSync(manifestFile)) {
  process.stderr.write(`usage: electron FOLDER; ${manifestFile} is missing\n`)
  app.exit(2)
} else {
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'))
  // What Electron's own default application calls; its types leave it out.
  const application = /** @type {typeof app & { setAppPath: (folder: string) => void }} */ (app)
  application.setAppPath(folder)
  app.setName(manifest.productName ?? manifest.name)
  require(path.join(folder, manifest.main))
}
