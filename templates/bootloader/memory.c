/* Read, Write, Get Checksum, Go. */

#include "board.h"
#include "boot_config.h"
#include "commands.h"
#include "crc32.h"
#include "flash_driver.h"
#include "image.h"
#include "link.h"
#include "regions.h"

#define LONGEST_BLOCK 256u

bool command_read_word(uint32_t *word)
{
    uint8_t bytes[5];
    uint8_t sum = 0u;
    if (!link_read(bytes, sizeof bytes, &sum)) return false;
    if (sum != 0u) {
        link_refuse();
        return false;
    }
  *word = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    return true;
}

bool command_read_address(uint32_t *address)
{
    link_acknowledge();
    return command_read_word(address);
}

void command_read(void)
{
    uint32_t address;
    uint8_t length[2];
    uint8_t sum = 0u;
    if (!command_read_address(&address)) return;
    if (region_of(address, 1u).kind == REGION_NONE) {
        link_refuse();
        return;
    }
    link_acknowledge();
    if (!link_read(length, sizeof length, &sum)) return;
    const uint32_t count = length[0] + 1u;
    const region source = region_of(address, count);
    if (sum != 0xFFu || source.kind == REGION_NONE) {
        link_refuse();
        return;
    }
    link_acknowledge();
    link_send((const uint8_t *)source.address, count);
}

static bool store(uint32_t address, const uint32_t *words, uint32_t count)
{
    const region destination = region_of(address, 4u * count);
    if (destination.kind == REGION_APPLICATION) return flash_program(destination.offset, words, count);
    if (destination.kind == REGION_NONE) return false;
    volatile uint32_t *ram = (volatile uint32_t *)destination.address;
    for (uint32_t i = 0u; i < count; i++) ram[i] = words[i];
    return true;
}

void command_write(void)
{
    uint32_t address;
    uint8_t last;
    uint8_t check;
    uint8_t sum = 0u;
    union {
        uint8_t bytes[LONGEST_BLOCK];
        uint32_t words[LONGEST_BLOCK / 4u];
    } block;
    if (!command_read_address(&address)) return;
    if (address % 4u != 0u || region_of(address, 1u).kind == REGION_NONE) {
        link_refuse();
        return;
    }
    link_acknowledge();
    if (!link_read(&last, 1u, &sum)) return;
    const uint32_t count = last + 1u;
    if (!link_read(block.bytes, count, &sum) || !link_read(&check, 1u, &sum)) return;
    if (sum == 0u && count % 4u == 0u && store(address, block.words, count / 4u)) {
        link_acknowledge();
    } else {
        link_refuse();
    }
}

void command_checksum(void)
{
    uint32_t address;
    uint32_t length;
    if (!command_read_address(&address)) return;
    if (address % 4u != 0u || region_of(address, 4u).kind != REGION_APPLICATION) {
        link_refuse();
        return;
    }
    link_acknowledge();
    if (!command_read_word(&length)) return;
    const region covered = region_of(address, length);
    if (length == 0u || length % 4u != 0u || covered.kind != REGION_APPLICATION) {
        link_refuse();
        return;
    }
    link_acknowledge();
    const uint32_t crc = crc32_of_words((const volatile uint32_t *)covered.address, length / 4u);
    uint8_t answer[6] = { LINK_ACK, (uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8), (uint8_t)crc, 0u };
    answer[5] = (uint8_t)(answer[1] ^ answer[2] ^ answer[3] ^ answer[4]);
    link_send(answer, sizeof answer);
}

/* RAM may hold a small program of the host's own, such as stm32flash's reset; flash only ever the application. */
static bool may_start(uint32_t address, region target)
{
    if (target.kind == REGION_APPLICATION) return address == BOOT_WIRE_BASE && image_is_valid();
    return target.kind == REGION_RAM && address % 4u == 0u;
}

void command_go(void)
{
    uint32_t address;
    if (!command_read_address(&address)) return;
    const region target = region_of(address, 8u);
    if (!may_start(address, target)) {
        link_refuse();
        return;
    }
    link_acknowledge();
    board_start_program(target.address);
}
