const POLYNOMIAL = 0x1021;

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let register = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) register = register & 0x8000 ? (register << 1) ^ POLYNOMIAL : register << 1;
  return register;
});

function crc16(bytes: Uint8Array, start: number): number {
  let register = start;
  for (const byte of bytes) register = ((register << 8) ^ (table[(register >> 8) ^ byte] ?? 0)) & 0xffff;
  return register;
}

/** CRC-16/XMODEM: start 0, not reflected, no final xor. New Era and Terumo pumps. */
export const crc16Xmodem = (bytes: Uint8Array): number => crc16(bytes, 0);

/** CRC-16/CCITT-FALSE: start FFFF, not reflected, no final xor. Alaris pumps. */
export const crc16CcittFalse = (bytes: Uint8Array): number => crc16(bytes, 0xffff);

/** Four upper-case hexadecimal digits, as both write it on the line. */
export const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
