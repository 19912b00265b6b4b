/** In Caddy's container: what each request is sent to first. `deploy` writes it, and nothing is loaded anew. */
export const releasePath = '/srv/release'

/** The name of the service leads to every container of it. */
export const anyRelease = (port: number): string => `app:${port}`

/**
 * What Caddy is told: TLS for the domain, and requests to the app. A request that finds nobody waits for up to 30 s, so that a
 * release that must be stopped before the next one begins costs time and no request. Each has a connection of its own to the
 * app: on one that is kept, a request can meet the end of a release.
 *
 * {file.release} is {@link releasePath}: a path with slashes is taken for the name of a network, so it is relative to the
 * folder that Caddy runs in (https://caddyserver.com/docs/conventions#placeholders; Caddy 2.8 or newer).
 */
export const caddyfile = (domain: string, port: number): string => `\
${domain} {
	# The release that serves, which deploy writes into that file; where nobody answers there, any that does.
	reverse_proxy {file.release} ${anyRelease(port)} {
		lb_policy first
		lb_try_duration 30s
		lb_try_interval 100ms
		fail_duration 300ms
		transport http {
			dial_timeout 1s
			keepalive off
		}
	}
}
`
