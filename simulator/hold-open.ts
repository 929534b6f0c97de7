/** Keeps the process alive until it is called off: the system clock's timers do not, and between two links nothing else does. */
export function holdOpen(): () => void {
  const { port1 } = new MessageChannel();
  port1.ref();
  return () => port1.close();
}
