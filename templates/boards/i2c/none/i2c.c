/* No I2C on this board. */

#include "board.h"

bool board_i2c_write(uint8_t address, const uint8_t *data, size_t length)
{
    (void)address;
    (void)data;
    (void)length;
    return false;
}

bool board_i2c_read(uint8_t address, uint8_t register_number, uint8_t *data, size_t length)
{
    (void)address;
    (void)register_number;
    (void)data;
    (void)length;
    return false;
}
