import { createHash } from 'node:crypto'

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean, extraneous?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} LockFile
 */

/**
 * @param {string} text of package-lock.json
 * @returns {string} SHA-256, hexadecimal
 */
export function lockHash(text) {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * Whether npm's own record of what lies in node_modules (`node_modules/.package-lock.json`) is what the lock file asks for.
 * Optional packages may be absent: those of other platforms are.
 *
 * @param {LockFile} wanted
 * @param {LockFile} installed
 * @returns {boolean}
 */
export function installedFits(wanted, installed) {
  const present = installed.packages ?? {}
  return Object.entries(wanted.packages ?? {}).every(([place, entry]) => {
    if (place === '') return true
    const found = present[place]
    if (found === undefined) return entry.optional === true
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

/**
 * @param {LockFile} lock
 * @returns {number} packages that npm installs everywhere
 */
export function packageCount(lock) {
  return Object.entries(lock.packages ?? {}).filter(([place, entry]) => place !== '' && entry.optional !== true).length
}
