#ifndef FLASH_DRIVER_H
#define FLASH_DRIVER_H

/* What the bootloader needs of a part's flash; a board family's boot folder implements it. */

#include <stdbool.h>
#include <stdint.h>

/* Erases page `page` of the application's region (BOOT_PAGE_BYTES each, from 0). False when the part reports an error. */
bool flash_erase_page(uint32_t page);

/*
 * Programs `count` words at byte `offset` of the application's region. False when a word would have to set a bit that is
 * programmed already, or when the part reports an error.
 */
bool flash_program(uint32_t offset, const uint32_t *words, uint32_t count);

#endif
