/* Resident bootloader: the STM32 USART protocol (ST application note AN3155); docs/bootloader.md has what differs. */

#include "board.h"
#include "boot_config.h"
#include "commands.h"
#include "image.h"
#include "link.h"

#define SYNC 0x7Fu

static void run_command(uint8_t code)
{
    switch (code) {
        case 0x00u: command_get(); break;
        case 0x01u: command_get_version(); break;
        case 0x02u: command_get_id(); break;
        case 0x11u: command_read(); break;
        case 0x21u: command_go(); break;
        case 0x31u: command_write(); break;
        case 0x44u: command_erase(); break;
        case 0xA1u: command_checksum(); break;
        default: link_refuse(); break;
    }
}

static void synchronise(void)
{
    if (!link_wait_for(SYNC, BOOT_ENTRY_TICKS)) {
        if (image_is_valid()) board_start_program(BOOT_APPLICATION_ORIGIN);
        while (link_wait_byte() != SYNC) continue;
    }
    link_acknowledge();
}

int main(void)
{
    synchronise();
    for (;;) {
        const uint8_t code = link_wait_byte();
        uint8_t complement;
        uint8_t sum = 0u;
        if (!link_read(&complement, 1u, &sum)) continue;
        if ((uint8_t)(code ^ complement) == 0xFFu) {
            run_command(code);
        } else {
            link_refuse();
        }
    }
}
