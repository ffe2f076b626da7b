/**
 * Bytes; a longer head of a response is a protocol error in both models. Far above what undici (16 KiB) and autocannon's
 * parser (80 KiB) take by themselves: whatever the target sends is measured.
 */
export const largestHead = 1024 * 1024;
