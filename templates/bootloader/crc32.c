#include "crc32.h"

/* Remainders of the 16 values of four bits: small, and four times faster than bit by bit. */
static const uint32_t remainder_of_nibble[16] = {
    0x00000000u, 0x04C11DB7u, 0x09823B6Eu, 0x0D4326D9u, 0x130476DCu, 0x17C56B6Bu, 0x1A864DB2u, 0x1E475005u,
    0x2608EDB8u, 0x22C9F00Fu, 0x2F8AD6D6u, 0x2B4BCB61u, 0x350C9B64u, 0x31CD86D3u, 0x3C8EA00Au, 0x384FBDBDu,
};

uint32_t crc32_of_words(const volatile uint32_t *words, uint32_t count)
{
    uint32_t crc = 0xFFFFFFFFu;
    for (uint32_t i = 0u; i < count; i++) {
        crc ^= words[i];
        for (uint32_t nibble = 0u; nibble < 8u; nibble++) crc = (crc << 4) ^ remainder_of_nibble[crc >> 28];
    }
    return crc;
}
