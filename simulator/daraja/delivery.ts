import { z } from 'zod/mini';

/** When the merchant is told of an outcome. */
export const deliverySchema = z.enum(['on-time', 'late', 'twice', 'never']);
export type Delivery = z.infer<typeof deliverySchema>;
