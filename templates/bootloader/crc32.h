#ifndef CRC32_H
#define CRC32_H

#include <stdint.h>

/*
 * The STM32 CRC unit: polynomial 04C11DB7, initial value FFFFFFFF, 32-bit words as they lie in memory (little-endian), not
 * reflected, no final xor.
 */
uint32_t crc32_of_words(const volatile uint32_t *words, uint32_t count);

#endif
