/*
 * The application lies in RAM: code memory of the MPS2 boards, SRAM of an STM32F405 whose emulated flash cannot be written. It is treated
 * like flash, so that a host meets the rules of a real part: erased means FF, and programming can only clear bits.
 */

#include "flash_driver.h"
#include "boot_config.h"

#define ERASED 0xFFFFFFFFu

static volatile uint32_t *word_at(uint32_t offset) { return (volatile uint32_t *)(BOOT_APPLICATION_ORIGIN + offset); }

bool flash_erase_page(uint32_t page)
{
    const uint32_t start = page * BOOT_PAGE_BYTES;
    for (uint32_t offset = start; offset < start + BOOT_PAGE_BYTES; offset += 4u) *word_at(offset) = ERASED;
    return true;
}

bool flash_program(uint32_t offset, const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0u; i < count; i++) {
        if ((words[i] & ~*word_at(offset + 4u * i)) != 0u) return false;
    }
    for (uint32_t i = 0u; i < count; i++) *word_at(offset + 4u * i) = words[i];
    return true;
}
