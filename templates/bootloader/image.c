#include "image.h"
#include "boot_config.h"
#include "crc32.h"

/* Words of the vector table that no exception uses. */
#define LENGTH_WORD 7u
#define MAGIC_WORD 8u
#define MAGIC 0x4E4E534Cu
#define SHORTEST_IMAGE 40u

bool image_is_valid(void)
{
    const volatile uint32_t *image = (const volatile uint32_t *)BOOT_APPLICATION_ORIGIN;
    const uint32_t length = image[LENGTH_WORD];
    if (image[MAGIC_WORD] != MAGIC) return false;
    if (length < SHORTEST_IMAGE || length > BOOT_APPLICATION_BYTES || length % 4u != 0u) return false;
    const uint32_t covered = length / 4u - 1u;
    return crc32_of_words(image, covered) == image[covered];
}
