/** The lowest UUIDv7 of a millisecond: a request's id is never older than its time of creation. */
export const firstIdOf = (at: Date): string => {
  const time = Math.max(at.getTime(), 0).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
};
