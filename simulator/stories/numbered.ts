/** `count` ids from 1, wide enough to sort as text: at least two digits. */
export function numbered(stem: string, count: number): string[] {
  const width = Math.max(2, String(count).length);
  return Array.from({ length: count }, (_, i) => stem + String(i + 1).padStart(width, '0'));
}
