// The payments of payments.mjs in Next.js: this is app/payments/[...path]/route.js, and the same app/c/[...path]/route.js.
import { payments } from './payments.mjs';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

const handle = (request) => payments.fetch(request);
export { handle as GET, handle as POST, handle as HEAD, handle as OPTIONS };
