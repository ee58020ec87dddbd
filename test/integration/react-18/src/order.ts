/** The order, and where its payments API is. */
const parameters = new URLSearchParams(location.search);

export const orderId = parameters.get('order') ?? '';
export const api = `${parameters.get('backend') ?? ''}/payments/mpesa`;
