#include "link.h"
#include "board.h"
#include "boot_config.h"

uint8_t link_wait_byte(void)
{
    uint8_t byte;
    while (board_uart_read(&byte, 1u) == 0u) board_idle();
    return byte;
}

/*
 * The waits below look instead of sleeping: the counter must see the time pass, and an emulator skips the time that is
 * slept. They look at the counter rarely, because an emulator's register accesses and its serial line share a lock:
 * a loop of nothing but register accesses keeps the very byte away that it waits for.
 */
#define LOOKS_PER_COUNTER_READING 2000u

static bool look_for_byte(uint8_t *byte)
{
    for (uint32_t look = 0u; look < LOOKS_PER_COUNTER_READING; look++) {
        if (board_uart_read(byte, 1u) == 1u) return true;
    }
    return false;
}

bool link_wait_for(uint8_t wanted, uint64_t ticks)
{
    bool found = false;
    board_counter_start();
    do {
        uint8_t byte;
        found = look_for_byte(&byte) && byte == wanted;
    } while (!found && board_counter_read() < ticks);
    board_counter_stop();
    return found;
}

static bool read_byte(uint8_t *byte)
{
    bool received = look_for_byte(byte);
    if (received) return true;
    board_counter_start();
    do {
        received = look_for_byte(byte);
    } while (!received && board_counter_read() < BOOT_BYTE_TICKS);
    board_counter_stop();
    return received;
}

bool link_read(uint8_t *data, uint32_t length, uint8_t *sum)
{
    for (uint32_t i = 0u; i < length; i++) {
        if (!read_byte(&data[i])) return false;
    *sum ^= data[i];
    }
    return true;
}

void link_send(const uint8_t *data, uint32_t length) { board_uart_write(data, length); }

void link_acknowledge(void)
{
    const uint8_t byte = LINK_ACK;
    link_send(&byte, 1u);
}

void link_refuse(void)
{
    const uint8_t byte = LINK_NACK;
    link_send(&byte, 1u);
}
