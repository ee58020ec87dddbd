import { Shop } from './Shop';

interface Props {
  searchParams: Promise<{ order?: string; backend?: string }>;
}

export default async function Page({ searchParams }: Props) {
  const { order = '', backend = '' } = await searchParams;
  return <Shop order={order} payments={`${backend}/payments/mpesa`} />;
}
