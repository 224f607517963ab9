#include "board.h"
#include "board_config.h"
#include "drivers.h"
#include "gpio.h"

void pins_init(void)
{
    gpio_clock_enable();
    gpio_output(BOARD_MARKER_PORT, BOARD_MARKER_PIN);
    gpio_alternate(BOARD_UART_TX_PORT, BOARD_UART_TX_PIN, BOARD_UART_TX_FUNCTION);
    gpio_alternate(BOARD_UART_RX_PORT, BOARD_UART_RX_PIN, BOARD_UART_RX_FUNCTION);
#ifdef BOARD_I2C_HZ
    gpio_open_drain(BOARD_I2C_SCL_PORT, BOARD_I2C_SCL_PIN);
    gpio_open_drain(BOARD_I2C_SDA_PORT, BOARD_I2C_SDA_PIN);
#endif
}

void board_marker_set(bool high) { gpio_write(BOARD_MARKER_PORT, BOARD_MARKER_PIN, high ? 1u : 0u); }
