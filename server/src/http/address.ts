/**
 * The customer's address, as limits see it. Each trusted proxy adds the address that it was called from to the end of
 * `X-Forwarded-For`; what stands before those anybody may have written.
 */
export function clientAddress(
  request: Request,
  socket: string | undefined,
  trustedProxies: number,
): string | undefined {
  const forwarded = (request.headers.get('x-forwarded-for') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  const hops = [...forwarded, ...(socket === undefined ? [] : [socket])];
  // The last hop is the socket's; without one (a mount that does not know it) the nearest proxy's entry is the last.
  const back = trustedProxies + (socket === undefined ? 0 : 1);
  if (trustedProxies === 0) return socket === undefined ? undefined : network(socket);
  const address = hops[Math.max(0, hops.length - back)];
  return address === undefined ? undefined : network(address);
}

/** A customer has a whole IPv6 network, so all addresses of one /64 count as one. */
function network(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(address)?.[1];
  if (v4) return v4;
  const v6 = address.replace(/^\[|\](?::\d+)?$/g, '').toLowerCase();
  if (!v6.includes(':')) return address;
  const [head = '', tail = ''] = v6.split('::');
  const groups = head ? head.split(':') : [];
  if (v6.includes('::')) {
    const end = tail ? tail.split(':') : [];
    while (groups.length + end.length < 8) groups.push('0');
    groups.push(...end);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
