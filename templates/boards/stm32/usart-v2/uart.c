/*
 * USART and LPUART of STM32L4, G0, H7 and U5 ("USART registers" of RM0351 40.8, RM0444 33.8, RM0433 48.8, RM0456 66.8; FIFO off): 8N1, oversampling by 16.
 */

#include "board.h"
#include "board_config.h"
#include "clock_tree.h"
#include "cortex_m.h"
#include "drivers.h"
#include "registers.h"
#include "uart_ring.h"

#define USART_CR1 REG32(BOARD_UART_BASE + 0x00u)
#define USART_CR1_UE (1u << 0)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5)
#define USART_CR2 REG32(BOARD_UART_BASE + 0x04u)
#define USART_CR3 REG32(BOARD_UART_BASE + 0x08u)
#define USART_BRR REG32(BOARD_UART_BASE + 0x0Cu)
#define USART_ISR REG32(BOARD_UART_BASE + 0x1Cu)
#define USART_ISR_ORE (1u << 3)
#define USART_ISR_RXNE (1u << 5)
#define USART_ISR_TC (1u << 6)
#define USART_ISR_TXE (1u << 7)
#define USART_ICR REG32(BOARD_UART_BASE + 0x20u)
#define USART_ICR_ORECF (1u << 3)
#define USART_RDR REG32(BOARD_UART_BASE + 0x24u)
#define USART_TDR REG32(BOARD_UART_BASE + 0x28u)

/* BRR counts in units of a BOARD_UART_DIVIDER_STEPS-th: 1 for a USART, 256 for an LPUART (RM0351 41.4.4); rounded, within 32 bits. */
static uint32_t divider(uint32_t hz)
{
    const uint32_t whole = hz / BOARD_UART_BAUD;
    const uint32_t rest = hz % BOARD_UART_BAUD;
    return whole * BOARD_UART_DIVIDER_STEPS + (rest * BOARD_UART_DIVIDER_STEPS + BOARD_UART_BAUD / 2u) / BOARD_UART_BAUD;
}

void uart_init(void)
{
    REG32(BOARD_UART_ENABLE_REGISTER) |= BOARD_UART_ENABLE_MASK;
    (void)REG32(BOARD_UART_ENABLE_REGISTER);
    USART_CR1 = 0u;
    USART_CR2 = 0u;
    USART_CR3 = 0u;
    USART_BRR = divider(clock_uart_hz());
    USART_CR1 = USART_CR1_UE | USART_CR1_TE | USART_CR1_RE | USART_CR1_RXNEIE;
    cortex_m_interrupt_enable(BOARD_UART_IRQ);
}

void uart_shutdown(void)
{
    board_uart_drain();
    USART_CR1 = 0u;
}

void board_uart_receive_interrupt(void)
{
    if ((USART_ISR & USART_ISR_ORE) != 0u) {
        USART_ICR = USART_ICR_ORECF;
        uart_ring_count_lost();
    }
    while ((USART_ISR & USART_ISR_RXNE) != 0u) uart_ring_put((uint8_t)USART_RDR);
}

void board_uart_write(const uint8_t *data, size_t length)
{
    for (size_t i = 0u; i < length; i++) {
        while ((USART_ISR & USART_ISR_TXE) == 0u) continue;
        USART_TDR = data[i];
    }
}

void board_uart_drain(void)
{
    while ((USART_ISR & USART_ISR_TC) == 0u) continue;
}
