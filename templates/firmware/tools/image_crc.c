/*
 * For the Makefile, on the host: computes the CRC that the last word of an image holds (docs/bootloader.md).
 *
 *   image_crc image.bin crc.bin
 *
 * The CRC is the STM32 CRC unit's over all bytes but the last four: polynomial 04C11DB7, initial value FFFFFFFF,
 * little-endian words, not reflected, no final xor.
 */

#include <stdint.h>
#include <stdio.h>

static uint32_t add_word(uint32_t crc, uint32_t word)
{
    crc ^= word;
    for (int bit = 0; bit < 32; bit++) crc = (crc << 1) ^ ((crc & 0x80000000u) != 0u ? 0x04C11DB7u : 0u);
    return crc;
}

int main(int argument_count, char **arguments)
{
    if (argument_count != 3) {
        fputs("usage: image_crc image.bin crc.bin\n", stderr);
        return 2;
    }
    FILE *image = fopen(arguments[1], "rb");
    if (image == NULL) {
        perror(arguments[1]);
        return 1;
    }
    uint32_t crc = 0xFFFFFFFFu;
    uint32_t held = 0u;
    int holding = 0;
    unsigned char bytes[4];
    /* One word behind, so that the last one stays out. */
    while (fread(bytes, 1, 4, image) == 4) {
        if (holding) crc = add_word(crc, held);
        held = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
        holding = 1;
    }
    fclose(image);

    for (int i = 0; i < 4; i++) bytes[i] = (unsigned char)(crc >> (8 * i));
    FILE *output = fopen(arguments[2], "wb");
    if (output == NULL) {
        perror(arguments[2]);
        return 1;
    }
    const int written = fwrite(bytes, 1, 4, output) == 4;
    return fclose(output) == 0 && written ? 0 : 1;
}
