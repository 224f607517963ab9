#include "gpio.h"
#include "board_config.h"
#include "registers.h"

static void set_field(volatile uint32_t *address, uint32_t pin, uint32_t bits, uint32_t value)
{
    const uint32_t shift = pin * bits;
    const uint32_t mask = (1u << bits) - 1u;
    *address = (*address & ~(mask << shift)) | value << shift;
}

void gpio_clock_enable(void)
{
    REG32(BOARD_GPIO_ENABLE_REGISTER) |= BOARD_GPIO_ENABLE_MASK;
    /* A port may be used two clocks after its enable bit was written (errata sheets, "Delay after an RCC peripheral clock enabling"). */
    (void)REG32(BOARD_GPIO_ENABLE_REGISTER);
}

void gpio_write(uint32_t port, uint32_t pin, uint32_t high)
{
    GPIO_PORT(port)->set_reset = high != 0u ? 1u << pin : 1u << (pin + 16u);
}

void gpio_output(uint32_t port, uint32_t pin)
{
    gpio_write(port, pin, 0u);
    GPIO_PORT(port)->output_type &= ~(1u << pin);
    set_field(&GPIO_PORT(port)->mode, pin, 2u, GPIO_MODE_OUTPUT);
}

void gpio_open_drain(uint32_t port, uint32_t pin)
{
    gpio_write(port, pin, 1u);
    GPIO_PORT(port)->output_type |= 1u << pin;
    set_field(&GPIO_PORT(port)->pull, pin, 2u, GPIO_PULL_UP);
    set_field(&GPIO_PORT(port)->mode, pin, 2u, GPIO_MODE_OUTPUT);
}

void gpio_alternate(uint32_t port, uint32_t pin, uint32_t function)
{
    set_field(&GPIO_PORT(port)->alternate[pin >> 3], pin & 7u, 4u, function);
    set_field(&GPIO_PORT(port)->speed, pin, 2u, GPIO_SPEED_HIGH);
    /* A receive line that nobody drives stays idle. */
    set_field(&GPIO_PORT(port)->pull, pin, 2u, GPIO_PULL_UP);
    set_field(&GPIO_PORT(port)->mode, pin, 2u, GPIO_MODE_ALTERNATE);
}
