#include "crc16.h"

uint16_t crc16(const uint8_t *data, size_t length)
{
    uint32_t crc = 0xFFFFu;
    for (size_t i = 0u; i < length; i++) {
        crc ^= (uint32_t)data[i] << 8;
        for (uint32_t bit = 0u; bit < 8u; bit++) crc = (crc << 1) ^ ((crc & 0x8000u) != 0u ? 0x1021u : 0u);
        crc &= 0xFFFFu;
    }
    return (uint16_t)crc;
}
