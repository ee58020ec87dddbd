import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Shop } from './Shop';

const parameters = new URLSearchParams(location.search);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Shop order={parameters.get('order') ?? ''} payments={`${parameters.get('backend') ?? ''}/payments/mpesa`} />
  </StrictMode>,
);
