/**
 * What Caddy is told: TLS for the domain, and requests to the app. A request that finds nobody waits for up to 30 s, so that a
 * release that must be stopped before the next one begins costs time and no request. Each has a connection of its own to the
 * app: on one that is kept, a request can meet the end of a release.
 *
 * @param first the address that goes before the name of the service, which leads to every release that runs.
 */
export const caddyfile = (domain: string, port: number, first: string | null = null): string => `\
${domain} {
	reverse_proxy ${first === null ? '' : `${first}:${port} `}app:${port} {
		lb_policy first
		lb_try_duration 30s
		lb_try_interval 100ms
		fail_duration 2s
		transport http {
			keepalive off
		}
	}
}
`
