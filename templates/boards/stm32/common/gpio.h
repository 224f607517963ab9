#ifndef GPIO_H
#define GPIO_H

/* General-purpose I/O, alike in all parts here ("GPIO registers" of RM0090 8.4, RM0351 8.4, RM0444 6.4, RM0433 11.4, RM0456 13.4). */

#include <stdint.h>

typedef struct {
    volatile uint32_t mode;              /* MODER, 2 bits a pin */
    volatile uint32_t output_type;       /* OTYPER */
    volatile uint32_t speed;             /* OSPEEDR, 2 bits a pin */
    volatile uint32_t pull;              /* PUPDR, 2 bits a pin */
    volatile uint32_t input;             /* IDR */
    volatile uint32_t output;            /* ODR */
    volatile uint32_t set_reset;         /* BSRR: set in the lower half, reset in the upper */
    volatile uint32_t lock;              /* LCKR */
    volatile uint32_t alternate[2];      /* AFRL, AFRH, 4 bits a pin */
} gpio_port;

#define GPIO_PORT(base) ((gpio_port *)(base))

#define GPIO_MODE_OUTPUT 1u
#define GPIO_MODE_ALTERNATE 2u
#define GPIO_PULL_UP 1u
#define GPIO_SPEED_HIGH 2u

void gpio_clock_enable(void);
void gpio_output(uint32_t port, uint32_t pin);
void gpio_open_drain(uint32_t port, uint32_t pin);
void gpio_alternate(uint32_t port, uint32_t pin, uint32_t function);
void gpio_write(uint32_t port, uint32_t pin, uint32_t high);

#endif
