const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration as documents write it, such as `72h`; the schema lets nothing else through. */
export const durationMs = (text: string): number => {
  const unit = UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS];
  const count = Number(text.slice(0, -1));
  if (unit === undefined || !Number.isInteger(count)) throw new RangeError(`\`${text}\` is not a duration`);
  return count * unit;
};
