import { createSignal } from 'solid-js';

const query = new URLSearchParams(location.search);

/** Names the order on the page. */
export const order = query.get('order') ?? '';

/** Where the shop's payments backend is. */
export const payments = `${query.get('backend') ?? ''}/payments/mpesa`;

const [events, setEvents] = createSignal<readonly string[]>([]);

/** What the shop has been told, oldest first. */
export { events };

export function tell(event: string, what: string): void {
  setEvents((before) => [...before, `${event} ${what}`]);
}
