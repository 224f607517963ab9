#include "i2c_lines.h"
#include "board_config.h"
#include "gpio.h"

void i2c_scl_set(bool released) { gpio_write(BOARD_I2C_SCL_PORT, BOARD_I2C_SCL_PIN, released ? 1u : 0u); }
void i2c_sda_set(bool released) { gpio_write(BOARD_I2C_SDA_PORT, BOARD_I2C_SDA_PIN, released ? 1u : 0u); }
bool i2c_scl_is_high(void) { return (GPIO_PORT(BOARD_I2C_SCL_PORT)->input >> BOARD_I2C_SCL_PIN & 1u) != 0u; }
bool i2c_sda_is_high(void) { return (GPIO_PORT(BOARD_I2C_SDA_PORT)->input >> BOARD_I2C_SDA_PIN & 1u) != 0u; }
