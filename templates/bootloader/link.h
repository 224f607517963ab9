#ifndef LINK_H
#define LINK_H

/* Bytes with a time limit over the board's UART. */

#include <stdbool.h>
#include <stdint.h>

#define LINK_ACK 0x79u
#define LINK_NACK 0x1Fu

/* Sleeps until a byte comes, however long that is. */
uint8_t link_wait_byte(void);

/* True when `wanted` came within `ticks`; other bytes are ignored and do not lengthen the wait. */
bool link_wait_for(uint8_t wanted, uint64_t ticks);

/* Reads exactly `length` bytes; false after the inter-byte limit. `*sum` is XORed with each. */
bool link_read(uint8_t *data, uint32_t length, uint8_t *sum);

void link_send(const uint8_t *data, uint32_t length);
void link_acknowledge(void);
void link_refuse(void);

#endif
