#ifndef CMSDK_H
#define CMSDK_H

/* Arm Cortex-M System Design Kit peripherals (Technical Reference Manual DDI 0479, "APB UART", "APB timer"). */

#include <stdint.h>

typedef struct {
    volatile uint32_t data;
    volatile uint32_t state;
    volatile uint32_t control;
    volatile uint32_t interrupt; /* read: status, write 1: clear */
    volatile uint32_t baud_divider;
} cmsdk_uart;

#define UART_STATE_TX_FULL 1u
#define UART_STATE_RX_FULL 2u
#define UART_STATE_RX_OVERRUN 8u
#define UART_CONTROL_TX_ENABLE 1u
#define UART_CONTROL_RX_ENABLE 2u
#define UART_CONTROL_RX_INTERRUPT 8u
#define UART_INTERRUPT_RX 2u

typedef struct {
    volatile uint32_t control;
    volatile uint32_t value;
    volatile uint32_t reload;
    volatile uint32_t interrupt; /* read: status, write 1: clear */
} cmsdk_timer;

#define TIMER_CONTROL_ENABLE 1u
#define TIMER_CONTROL_INTERRUPT 8u

#endif
