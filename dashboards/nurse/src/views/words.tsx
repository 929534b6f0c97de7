/** Words of the gateway, in which `backticks` mark what is to be typed. */
export function Words({ text }: { text: string }) {
  return <>{text.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={part}>{part}</code>))}</>;
}
