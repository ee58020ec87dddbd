import { Shop } from './Shop';

interface Props {
  searchParams: Promise<{ order?: string; backend?: string }>;
}

/** Rendered on the server: the order comes from there, and its payments API is named there. */
export default async function Page({ searchParams }: Props) {
  const { order = '', backend = '' } = await searchParams;
  return <Shop orderId={order} api={`${backend}/payments/mpesa`} />;
}
