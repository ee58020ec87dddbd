/** Asks the service worker to answer this page's requests too. */
export const CLAIM_MESSAGE = 'claim';
