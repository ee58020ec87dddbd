/** `254723123123` as `2547*****123`: enough to recognise one's own number, too little to call it. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  if (digits.length < 9) return '*'.repeat(digits.length);
  return digits.slice(0, 4) + '*'.repeat(digits.length - 7) + digits.slice(-3);
}
