/**
 * Takes the place of `lilconfig` in the bundle. @mrleebo/prisma-ast would otherwise look for a configuration of its own
 * in the current folder as soon as it is imported: fail at a broken package.json there, and run the app's files.
 * What it finds here leaves out the check of its grammar, which never changes, and costs every run of the CLI.
 */
export const lilconfigSync = () => ({ search: () => ({ config: { parser: { skipValidations: true } } }) })
