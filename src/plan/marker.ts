/** First words of every Dockerfile that seaworthy writes: by them a later run knows that it is not the user's own. */
export const dockerfileMarker = '# Dockerfile by seaworthy'

/** The start script beside a Dockerfile of the user's own; a process in fly.toml that names it is wired already. */
export const setupScript = 'dbsetup.js'
