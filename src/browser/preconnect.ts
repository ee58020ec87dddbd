/** A connection that is open before it is needed saves the customer two round trips. */

/** URLs, and their origins. */
const asked = new Set<string>();

/** Has the browser connect to the endpoints' origins, once for each. */
export function preconnect(urls: readonly string[], credentials: RequestCredentials): void {
  for (const url of urls) {
    if (asked.has(url)) continue;
    asked.add(url);
    const { origin } = new URL(url);
    if (origin === location.origin || asked.has(origin)) continue;
    asked.add(origin);
    const link = document.createElement('link');
    link.rel = 'preconnect';
    link.href = origin;
    // Connections with and without credentials are not shared.
    link.crossOrigin = credentials === 'include' ? 'use-credentials' : 'anonymous';
    document.head.append(link);
  }
}
