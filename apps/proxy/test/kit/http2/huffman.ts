import { huffmanLengths } from './huffman-lengths.ts';

/** From a code word, as text of bits, to its octet. */
const words = new Map<string, number>();

let code = 0;
let length = 0;
const byLength = huffmanLengths
  .map((bits, octet) => ({ bits, octet }))
  .sort((a, b) => a.bits - b.bits || a.octet - b.octet);
for (const { bits, octet } of byLength) {
  code = length === 0 ? 0 : (code + 1) * 2 ** (bits - length);
  length = bits;
  words.set(code.toString(2).padStart(bits, '0'), octet);
}

export function decodeHuffman(bytes: Buffer): Buffer {
  const octets: number[] = [];
  let word = '';
  for (const byte of bytes) {
    for (const bit of byte.toString(2).padStart(8, '0')) {
      word += bit;
      const octet = words.get(word);
      if (octet === undefined) continue;
      octets.push(octet);
      word = '';
    }
  }
  return Buffer.from(octets);
}
