const query = new URLSearchParams(location.search);

/** Names the order on the page. */
export const order = query.get('order') ?? '';

/** Where the shop's payments backend is. */
export const payments = `${query.get('backend') ?? ''}/payments/mpesa`;

/** What the shop has been told, oldest first. */
export const events: string[] = $state([]);

export function tell(event: string, what: string): void {
  events.push(`${event} ${what}`);
}
