#ifndef CRC16_H
#define CRC16_H

#include <stddef.h>
#include <stdint.h>

/* CRC-16/CCITT-FALSE: polynomial 1021, initial value FFFF, not reflected, no final xor; "123456789" gives 29B1. */
uint16_t crc16(const uint8_t *data, size_t length);

#endif
