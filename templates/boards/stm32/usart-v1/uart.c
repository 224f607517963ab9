/* USART of STM32F4 (RM0090 30.6, RM0390 25.6 "USART registers"): 8N1, oversampling by 16. */

#include "board.h"
#include "board_config.h"
#include "clock_tree.h"
#include "cortex_m.h"
#include "drivers.h"
#include "registers.h"
#include "uart_ring.h"

#define USART_SR REG32(BOARD_UART_BASE + 0x00u)
#define USART_SR_ORE (1u << 3)
#define USART_SR_RXNE (1u << 5)
#define USART_SR_TC (1u << 6)
#define USART_SR_TXE (1u << 7)
#define USART_DR REG32(BOARD_UART_BASE + 0x04u)
#define USART_BRR REG32(BOARD_UART_BASE + 0x08u)
#define USART_CR1 REG32(BOARD_UART_BASE + 0x0Cu)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5)
#define USART_CR1_UE (1u << 13)
#define USART_CR2 REG32(BOARD_UART_BASE + 0x10u)
#define USART_CR3 REG32(BOARD_UART_BASE + 0x14u)

void uart_init(void)
{
    REG32(BOARD_UART_ENABLE_REGISTER) |= BOARD_UART_ENABLE_MASK;
    (void)REG32(BOARD_UART_ENABLE_REGISTER);
    USART_CR1 = 0u;
    USART_CR2 = 0u;
    USART_CR3 = 0u;
    /* Mantissa and fraction together are the clock over the baud rate (RM0090 30.3.4). */
    USART_BRR = (clock_uart_hz() + BOARD_UART_BAUD / 2u) / BOARD_UART_BAUD;
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
    uint32_t status = USART_SR;
    /* Reading status, then data clears an overrun (RM0090 30.6.1). */
    while ((status & (USART_SR_RXNE | USART_SR_ORE)) != 0u) {
        const uint8_t byte = (uint8_t)USART_DR;
        if ((status & USART_SR_ORE) != 0u) uart_ring_count_lost();
        if ((status & USART_SR_RXNE) != 0u) uart_ring_put(byte);
        status = USART_SR;
    }
}

void board_uart_write(const uint8_t *data, size_t length)
{
    for (size_t i = 0u; i < length; i++) {
        while ((USART_SR & USART_SR_TXE) == 0u) continue;
        USART_DR = data[i];
    }
}

void board_uart_drain(void)
{
    while ((USART_SR & USART_SR_TC) == 0u) continue;
}
