/* Extended Erase. */

#include "boot_config.h"
#include "commands.h"
#include "flash_driver.h"
#include "link.h"

#define MASS_ERASE 0xFFFFu
/* From here on not a number of pages; bank 1 and bank 2 are among them, and no board here has banks. */
#define FIRST_SPECIAL 0xFFF0u

/* A bit a page: a list may be of any length, and nothing is erased before all of it has proved right. */
typedef struct {
    uint8_t chosen[(BOOT_PAGES + 7u) / 8u];
    bool valid;
} page_set;

static bool erase_chosen(const page_set *pages)
{
    for (uint32_t page = 0u; page < BOOT_PAGES; page++) {
        const bool chosen = (pages->chosen[page / 8u] >> (page % 8u) & 1u) != 0u;
        if (chosen && !flash_erase_page(page)) return false;
    }
    return true;
}

static bool read_pages(uint32_t count, page_set *pages, uint8_t *sum)
{
    for (uint32_t i = 0u; i < count; i++) {
        uint8_t bytes[2];
        if (!link_read(bytes, sizeof bytes, sum)) return false;
        const uint32_t page = (uint32_t)bytes[0] << 8 | bytes[1];
        if (page < BOOT_PAGES) {
            pages->chosen[page / 8u] = (uint8_t)(pages->chosen[page / 8u] | 1u << (page % 8u));
        } else {
            pages->valid = false;
        }
    }
    return true;
}

static void choose_all(page_set *pages)
{
    for (uint32_t i = 0u; i < sizeof pages->chosen; i++) pages->chosen[i] = 0xFFu;
}

void command_erase(void)
{
    page_set pages = { .chosen = { 0u }, .valid = true };
    uint8_t bytes[2];
    uint8_t check;
    uint8_t sum = 0u;
    link_acknowledge();
    if (!link_read(bytes, sizeof bytes, &sum)) return;
    const uint32_t number = (uint32_t)bytes[0] << 8 | bytes[1];
    if (number == MASS_ERASE) {
        choose_all(&pages);
    } else if (number >= FIRST_SPECIAL) {
        pages.valid = false;
    } else if (!read_pages(number + 1u, &pages, &sum)) {
        return;
    }
    if (!link_read(&check, 1u, &sum)) return;
    if (sum == 0u && pages.valid && erase_chosen(&pages)) {
        link_acknowledge();
    } else {
        link_refuse();
    }
}
